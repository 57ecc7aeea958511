// SPDX-License-Identifier: GPL-3.0-or-later
/** How old shared answers may be. Pure. */
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';
import type { PbsDesired } from './wish.ts';

/** Milliseconds, of what others change: guests and their backups. */
export function telemetryAge(desired: PbsDesired, now: number): number {
  // a copy that is gone by now is no guest any more, and the server has read for it
  if (desired.last.restoreTests?.running) return 0;
  const resting = !desired.absent && !hurries(desired);
  const limit = resting ? restingAge * desired.spec.telemetry.intervalSeconds * 1000 : busyAgeMs;
  return Math.min(limit, sinceAsked(desired, now));
}
