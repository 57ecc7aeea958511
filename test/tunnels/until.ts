// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as pause } from 'node:timers/promises';

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
