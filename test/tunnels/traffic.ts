// SPDX-License-Identifier: GPL-3.0-or-later
/** Traffic between the host behind the site and the host in the VPC. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Destination, Reached } from '../../src/wire/call.ts';
import { assembled } from './assembly.ts';
import { ask, bare } from './command.ts';
import { vpc, type Network } from './network.ts';
import { dead, until } from './until.ts';

/** How many of three came back. */
export async function ping({ spaces }: Network): Promise<number> {
  const { said } = await ask(...spaces.inside('office', 'ping', '-c', '3', '-i', '0.1', '-W', '2', vpc.hostIP));
  return Number(/(\d+) received/.exec(said)?.[1] ?? 0);
}

/** That all three come back. AWS's routes take a moment after a tunnel is up. */
export async function passes(network: Network): Promise<void> {
  await until(
    () => ping(network),
    (answers) => answers === 3,
    dead,
  );
}

/** Pings five times a second until it is stopped. */
export function pinging({ spaces }: Network) {
  const [program, options] = spaces.inside('office', 'ping', '-n', '-D', '-i', '0.2', vpc.hostIP);
  const child = spawn(program, options, { env: bare, stdio: ['ignore', 'pipe', 'ignore'] });
  const answers: number[] = [];
  createInterface(child.stdout).on('line', (line) => {
    const [, at] = /^\[([\d.]+)\] \d+ bytes/.exec(line) ?? [];
    if (at !== undefined) answers.push(Number(at) * 1000);
  });
  const ended = once(child, 'close');
  return {
    /** How many answers there are yet. */
    get count() {
      return answers.length;
    },
    /** The longest time without an answer, in milliseconds, since the first one. */
    get gap() {
      return Math.max(0, ...answers.slice(1).map((at, index) => at - (answers[index] ?? at)));
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

const peer = join(import.meta.dirname, 'peer.ts');
const port = '7';

function start({ spaces }: Network, where: 'office' | 'vpc', does: 'echo' | 'talk') {
  const options = ['--disable-warning=ExperimentalWarning', peer, does, vpc.hostIP, port];
  const [program, all] = spaces.inside(where, process.execPath, ...options);
  const child = spawn(program, all, { env: bare, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  return {
    child,
    lines,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The operator's way to try a port, on the host behind the site. The answer takes real time, whatever the operator's clock says. */
export async function dial({ spaces }: Network, { host, port: at }: Destination): Promise<Reached> {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', peer, 'dial', host, String(at)];
  const { said } = await ask(...spaces.inside('office', ...command));
  if (said === 'accepted' || said === 'refused') return said;
  throw Object.assign(new Error(said), { code: 'ETIMEDOUT' });
}

/** One TCP connection through the tunnels, to a host that gives back what it gets. */
export function talk(network: Network) {
  return assembled(async (stack) => {
    const echo = stack.use(start(network, 'vpc', 'echo'));
    await echo.lines.next();
    const { child, lines } = stack.use(start(network, 'office', 'talk'));
    return {
      /** What comes back for it; undefined when the connection is gone. */
      async say(line: string): Promise<string | undefined> {
        child.stdin.write(`${line}\n`);
        const { value, done } = await lines.next();
        return done ? undefined : value;
      },
    };
  });
}
