// SPDX-License-Identifier: GPL-3.0-or-later
/** `simulate`: Kubernetes and AWS for somebody's own tests, until a signal, or for as long as a command runs. */
import { appendFile, writeFile } from 'node:fs/promises';
import { UsageError } from '../operator/configuration.ts';
import { CommandError, exitStatus } from './command/exit-status.ts';
import type { Given } from './command/flags.ts';
import type { Call, Env } from './command/verb.ts';
import { environmentFor, runCommand } from './simulate/command.ts';
import { startOperator } from './simulate/operator.ts';
import { untilSignal } from './simulate/until-signal.ts';
import { simulatedAccount, simulatedWorlds, type SimulatedWorlds, type WorldsOptions } from './simulated-worlds.ts';

function port(flag: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`--${flag} is "${text.slice(0, 20)}": give a port from 0 to 65535`);
  return Number(text);
}

function optionsOf({ values, lists }: Given): WorldsOptions {
  const { state, kubeconfig } = values;
  return {
    ...(state === undefined ? {} : { state }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    kubernetesPort: port('kubernetes-port', values['kubernetes-port']),
    awsPort: port('aws-port', values['aws-port']),
    dnsPort: port('dns-port', values['dns-port']),
    probes: lists['probe'] ?? [],
  };
}

/** `$GITHUB_ENV` belongs to all steps of a job: lines are added to it; any other file is ours alone. */
async function writeEnv(file: string, env: Env, worlds: SimulatedWorlds): Promise<void> {
  const lines = Object.entries(worlds.env).map(([name, value]) => `${name}=${value}\n`);
  const write = file === env['GITHUB_ENV'] ? appendFile : writeFile;
  await write(file, lines.join(''), { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be written (${error.code}): name another file`);
  });
}

/** The shape is documented in docs/cli.md. */
function readyLine(worlds: SimulatedWorlds, operator: boolean): string {
  const { server, kubeconfig, endpoint, dns, env } = worlds;
  return `${JSON.stringify({
    format: 'hybrid-operator/simulate/v1',
    kubernetes: { url: server, kubeconfig },
    aws: { url: endpoint, account: simulatedAccount, region: env['AWS_REGION'] },
    dns,
    env,
    operator,
    pid: process.pid,
  })}\n`;
}

function tell(worlds: SimulatedWorlds, operator: boolean): void {
  const what = operator ? 'Simulated Kubernetes and AWS, and the operator' : 'Simulated Kubernetes and AWS';
  const kept = 'Ctrl-C ends them.';
  process.stdout.write(`${what}. In another terminal:\n  ${worlds.lines.join('\n  ')}\n${kept}\n`);
}

/** @returns 0 after a signal, or the command's own exit status. */
export async function simulate({ given, env }: Call): Promise<number> {
  const { switches, values, command } = given;
  if (command && !command[0]) throw new UsageError('no command stands after --: simulate -- COMMAND [ARGUMENTS]');
  // a signal that comes while the worlds start ends them, too
  const signal = command ? undefined : untilSignal();
  const worlds = await simulatedWorlds(optionsOf(given));
  const operator = switches.has('operator') ? startOperator(worlds, 'simulate') : undefined;
  try {
    await operator?.ready;
    if (values['write-env'] !== undefined) await writeEnv(values['write-env'], env, worlds);
    if (values['output'] === 'json') process.stdout.write(readyLine(worlds, operator !== undefined));
    else if (!command) tell(worlds, operator !== undefined);
    if (command) return await runCommand(command, environmentFor(env, worlds.env));
    await signal;
    return exitStatus.done;
  } finally {
    await operator?.stop('the simulation is over');
    await worlds.close();
  }
}
