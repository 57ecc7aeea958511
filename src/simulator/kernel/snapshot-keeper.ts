// SPDX-License-Identifier: GPL-3.0-or-later
/** Keeps a world's state in a file while it lives: a process that is killed loses what happened since the last look, and no more. */
import type { SimClock } from './clock.ts';
import { saveSnapshot } from './snapshot-file.ts';

export interface Keeping {
  readonly file: string;
  /** @param ended Whether nothing happens after it. */
  readonly take: (ended: boolean) => unknown;
  /** Changes with every change; nothing is taken or written while it stands still. */
  readonly version: () => string;
  readonly clock: SimClock;
  /** Between two looks; 500. */
  readonly everyMs?: number;
}

export interface Keeper {
  /** Writes the last state. Resolves when it is in the file. */
  stop(): Promise<void>;
}

export function keepSnapshot({ file, take, version, clock, everyMs = 500 }: Keeping): Keeper {
  const over = new AbortController();
  let kept: string | undefined;
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const now = version();
      // a disk that is full for a while is no reason to end; the last write is not forgiven
      if (now !== kept)
        await saveSnapshot(file, take(false)).then(
          () => {
            kept = now;
          },
          () => undefined,
        );
      await clock.sleep(everyMs, over.signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      over.abort();
      await running;
      await saveSnapshot(file, take(true));
    },
  };
}
