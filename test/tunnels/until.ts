// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Within these milliseconds a side finds the other dead: 10 s of silence, then questions, for 30 s in all at AWS and 24 s more at the site. So long
 * does it also take where one side was dialled while it stopped, and the other keeps an association that nobody has. On a busy machine each takes longer.
 */
export const dead = 60_000;
/** And then the site tries for 24 s, before it tries again. */
export const back = 100_000;

/** Looks until it is so. @returns the milliseconds that took @throws when it is not so in time, with what was seen last */
export async function until<Seen>(
  look: () => Promise<Seen>,
  so: (seen: Seen) => boolean,
  withinMs: number,
): Promise<number> {
  const from = performance.now();
  for (;;) {
    const seen = await look();
    const took = Math.round(performance.now() - from);
    if (so(seen)) return took;
    if (took > withinMs) throw new Error(`After ${took} ms it is still ${JSON.stringify(seen)}.`);
    await pause(100);
  }
}
