// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from './log.ts';

/** The same trouble of the same thing is a warning once in so long; its repetitions are there with `--log-level debug`. */
const quietMs = 10 * 60_000;
const mostKnown = 5000;

/**
 * Where all parts tell what went wrong. A Failure is the world's (a warning), anything else is a bug of ours (an error, with its stack).
 * A thousand objects that fail together every few seconds must not bury the one line that matters.
 */
export function createProblems(log: Log, clock: Clock): (message: string, error: unknown, about?: string) => void {
  const told = new Map<string, number>();
  return (message, error, about) => {
    const expected = error instanceof Failure;
    const key = JSON.stringify([message, about, expected ? error.reason : String(error)]);
    const now = clock.monotonic();
    const before = told.get(key);
    const again = before !== undefined && now - before < quietMs;
    if (!again) {
      told.delete(key);
      told.set(key, now);
      if (told.size > mostKnown) told.delete(told.keys().next().value ?? '');
    }
    const level = expected ? 'warn' : 'error';
    log[again ? 'debug' : level]({ error, ...(about === undefined ? {} : { about }) }, message);
  };
}
