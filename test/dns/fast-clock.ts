// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as pause } from 'node:timers/promises';
import type { SimClock } from '../../src/simulator/kernel/clock.ts';

/** The machine's time, `times` as fast, from a fixed day on. */
export function fastClock(times: number): SimClock {
  const start = performance.now();
  const passed = (): number => (performance.now() - start) * times;
  return {
    now: () => Date.UTC(2026, 0, 5, 9) + Math.floor(passed()),
    monotonic: passed,
    sleep: async (ms, signal) => {
      await pause(ms / times, undefined, { ref: false, ...(signal ? { signal } : {}) }).catch(() => undefined);
    },
  };
}
