// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';

/**
 * The machine's own time. A sleep that is ended early is the rule (every answer ends the one of its time-out), so it costs no error: the
 * promises of node:timers reject, with two stack traces each.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake, { once: true });
    }),
};
