// SPDX-License-Identifier: GPL-3.0-or-later
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench: a file here, started with what V8 needs to collect on demand. It ends with its parent. */
export function start(file: string, argv: readonly string[], flags: readonly string[] = []): ChildProcess {
  return fork(new URL(file, import.meta.url), [...argv], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** The next thing that it says. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('a process of the bench ended before it answered');
  });
  ended.catch(() => undefined);
  try {
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [T];
    return told;
  } finally {
    over.abort();
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
