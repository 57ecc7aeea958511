// SPDX-License-Identifier: GPL-3.0-or-later
/** Network namespaces that are this process's own: named after it, and gone with it. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, run } from './command.ts';

const named = '/run/netns';
const ours = /^hybrid-(\d+)-[0-9a-f]{6}-/;

function lives(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function remove(namespace: string): Promise<void> {
  // nothing that runs in it may outlive it: a namespace without its name stays for as long as a process is in it
  const pids = (await ask('ip', ['netns', 'pids', namespace])).said.split('\n').filter((line) => /^\d+$/.test(line));
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  while (pids.some((pid) => lives(Number(pid)))) await pause(10);
  await run('ip', ['netns', 'delete', namespace]);
}

/** Those of a process that was killed before it could clean up. */
async function sweep(): Promise<void> {
  for (const namespace of existsSync(named) ? readdirSync(named) : []) {
    const [, pid] = ours.exec(namespace) ?? [];
    if (pid !== undefined && !lives(Number(pid))) await remove(namespace).catch(() => undefined);
  }
}

export class Namespaces implements AsyncDisposable {
  readonly #prefix = `hybrid-${process.pid}-${randomBytes(3).toString('hex')}-`;
  readonly #made: string[] = [];

  async add(...names: readonly string[]): Promise<void> {
    await sweep();
    for (const name of names) {
      await run('ip', ['netns', 'add', this.name(name)]);
      this.#made.push(this.name(name));
      await this.ip(name, ['link set lo up']);
    }
  }

  /** The name that the kernel knows. */
  name(name: string): string {
    return this.#prefix + name;
  }

  /** What `ip` is to do there, a line each, in one process. */
  async ip(name: string, lines: readonly string[]): Promise<void> {
    await run('ip', ['-n', this.name(name), '-batch', '-'], lines.join('\n'));
  }

  /** Program and options that run something there. */
  inside(name: string, ...command: readonly string[]): [program: string, options: string[]] {
    return ['/sbin/ip', ['netns', 'exec', this.name(name), ...command]];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const namespace of this.#made.splice(0)) await remove(namespace);
  }
}
