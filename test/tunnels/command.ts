// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** No variable of the caller's reaches a daemon. */
export const bare = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

export interface Answer {
  readonly status: number | null;
  readonly said: string;
}

/** Runs a program to its end, at most 30 s; a status other than 0 is an answer. */
export async function ask(program: string, options: readonly string[], input = ''): Promise<Answer> {
  const child = spawn(program, options, { env: bare, stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  const ended = once(child, 'close') as Promise<[number | null]>;
  // a program that does not read its input may be gone before all is written
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, said: out + err };
}

/** As `ask`, for what has to succeed. @returns what it said */
export async function run(program: string, options: readonly string[], input = ''): Promise<string> {
  const { status, said } = await ask(program, options, input);
  if (status !== 0) throw new Error(`${program} ${options.join(' ')} ended with ${status}: ${said}`);
  return said;
}
