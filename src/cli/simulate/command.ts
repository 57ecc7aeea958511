// SPDX-License-Identifier: GPL-3.0-or-later
/** A command of the user's in the simulated worlds, and what becomes of it. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CommandError, exitStatus } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';
import type { Env } from '../command/verb.ts';

/** Without any AWS_ variable of the caller's: a profile or another endpoint in it would lead the command to a real account. */
export function environmentFor(env: Env, worlds: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('AWS_'),
  );
  return { ...Object.fromEntries(kept), ...worlds };
}

/** @returns Its exit status, as a shell gives it. SIGTERM is passed on; Ctrl-C reaches it by itself. @throws CommandError when it cannot be started. */
export async function runCommand(words: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { stdio: 'inherit', env });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  const wait = () => undefined;
  process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', wait);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) => resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const shown = printable(program);
    if (code !== 'ENOENT') throw new CommandError(`${shown} cannot be run (${code}): is it executable?`);
    process.stderr.write(`${shown} is not there: give a program of PATH, or its path, after --\n`);
    return exitStatus.notFound;
  } finally {
    process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', wait);
  }
}
