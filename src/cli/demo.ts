// SPDX-License-Identifier: GPL-3.0-or-later
/** `demo`: the main job, start to end, on simulated worlds: examples applied, a table of what happens, what was made. */
import { parseArgs } from 'node:util';
import { ownIdentity } from '../clouds/aws/own-identity.ts';
import { createLog } from '../operator/log.ts';
import { readConfiguration, UsageError } from '../operator/configuration.ts';
import { createKubeClient } from '../kube/client.ts';
import { unfenced } from '../wire/guard.ts';
import { createWire } from '../wire/wire.ts';
import { Redactor } from '../wire/redaction.ts';
import { undiciTransport } from '../wire/undici-transport.ts';
import { compose, type Composed } from './compose.ts';
import { examples, type Manifest } from './demo/examples.ts';
import { callCounts, made } from './demo/made.ts';
import { Progress, rowOf, type Row } from './demo/progress.ts';
import { applyExample, type Applied } from './demo/apply.ts';
import { simulatedWorlds, type SimulatedWorlds } from './simulated-worlds.ts';
import { systemClock } from './system-clock.ts';

/** Far longer than it takes; a demo that is not done by then tells what it waits for and fails. */
const patienceMs = 60_000;
const refreshMs = 100;

interface Options {
  readonly keep: boolean;
  readonly json: boolean;
  /** A file that keeps the worlds from one run to the next. */
  readonly state?: string;
}

interface Result {
  readonly seconds: number;
  readonly resources: readonly (Omit<Row, 'now'> & { readonly ready: string; readonly seconds: number })[];
  readonly made: readonly string[];
  readonly calls: Readonly<Record<string, number>>;
}

function readOptions(argv: string[]): Options {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        keep: { type: 'boolean', default: false },
        output: { type: 'string', short: 'o', default: 'table' },
        state: { type: 'string' },
      },
    });
    if (!['table', 'json'].includes(values.output)) throw new Error(`there is no output format ${values.output}`);
    return {
      keep: values.keep,
      json: values.output === 'json',
      ...(values.state === undefined ? {} : { state: values.state }),
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; use: demo [--keep] [-o json] [--state FILE]`);
  }
}

function startOperator(worlds: SimulatedWorlds): Composed {
  const redactor = new Redactor();
  const env = worlds.credentials;
  const configuration = readConfiguration(['--http-address', '127.0.0.1', '--http-port', '0'], {});
  return compose({
    configuration: { ...configuration, awsEndpoint: worlds.endpoint },
    connection: worlds.connection,
    transport: undiciTransport(),
    clock: systemClock,
    random: Math.random,
    log: createLog({
      level: 'warn',
      scrub: (line) => redactor.scrub(line),
      write: (line) => process.stderr.write(line),
    }),
    redactor,
    identity: 'demo',
    ownIdentity: (wire) => ownIdentity({ wire, clock: systemClock, env, endpoint: worlds.endpoint }),
  });
}

/** Waits until every example is Ready, showing what happens; gives the seconds that each took. */
async function watchThem(worlds: SimulatedWorlds, applied: readonly Applied[], show: (rows: readonly Row[]) => void) {
  const readyAfter = new Map<Manifest, number>();
  const until = systemClock.monotonic() + patienceMs;
  for (;;) {
    const objects = [...new Set(applied.map(({ plural }) => plural))].flatMap((plural) =>
      worlds.kubernetes.objects(plural),
    );
    const rows = applied.map(({ manifest }) => rowOf(manifest, objects));
    show(rows);
    for (const [index, { manifest, at }] of applied.entries()) {
      if (rows[index]?.ready === 'True' && !readyAfter.has(manifest))
        readyAfter.set(manifest, (systemClock.monotonic() - at) / 1000);
    }
    const done = readyAfter.size === applied.length;
    if (done || systemClock.monotonic() > until) return { done, rows, readyAfter };
    await systemClock.sleep(refreshMs);
  }
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;

function tellResult(result: Result, { keep }: Options, lines: readonly string[]): void {
  const calls = Object.values(result.calls).reduce((sum, count) => sum + count, 0);
  console.log(`\nMade in the (simulated) cloud, with ${calls} calls, in ${result.seconds} s:`);
  for (const thing of result.made) console.log(`  ${thing}`);
  console.log('\nTry next:');
  const next = keep
    ? lines
    : [
        'npm run demo -- --keep',
        'npm run demo -- -o json',
        'kubectl apply -k deploy/   # on a cluster of yours; see README.md',
      ];
  for (const line of next) console.log(`  ${line}`);
}

/** @returns The exit status: 0 only when everything is Ready. */
export async function demo(argv: string[]): Promise<number> {
  const options = readOptions(argv);
  const began = systemClock.monotonic();
  if (!options.json)
    console.log('Starting simulated worlds (Kubernetes, AWS) and the operator; nothing leaves this machine.\n');
  const worlds = await simulatedWorlds(options.state);
  const { operator } = startOperator(worlds);
  // the person at the keyboard is not the operator: a client of their own, that no lease holds back
  const client = createKubeClient({
    connection: worlds.connection,
    wire: createWire({ transport: undiciTransport(), clock: systemClock, fence: unfenced }),
  });
  const running = operator.run();
  try {
    const applied = await Promise.all(examples().map((manifest) => applyExample(client, manifest)));
    const progress = new Progress(process.stdout);
    const { done, rows, readyAfter } = await watchThem(
      worlds,
      applied,
      options.json ? () => undefined : (seen) => progress.show(seen),
    );
    const result: Result = {
      seconds: round((systemClock.monotonic() - began) / 1000),
      resources: rows.map(({ now: _now, ...row }, index) => ({
        ...row,
        seconds: round(readyAfter.get(applied[index]?.manifest as Manifest) ?? Number.NaN),
      })),
      made: made(worlds.aws),
      calls: callCounts(worlds.aws),
    };
    if (options.json) console.log(JSON.stringify(result, null, 2));
    else tellResult(result, options, worlds.lines);
    if (!done)
      console.error(
        `not Ready within ${patienceMs / 1000} s: ${rows
          .filter((row) => row.ready !== 'True')
          .map((row) => `${row.name} (${row.now})`)
          .join(', ')}`,
      );
    if (options.keep && done) await untilInterrupted();
    return done ? 0 : 1;
  } finally {
    await operator.stop('the demo is over');
    await running;
    await worlds.close();
  }
}

async function untilInterrupted(): Promise<void> {
  console.log('\nStays up until Ctrl-C.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
}
