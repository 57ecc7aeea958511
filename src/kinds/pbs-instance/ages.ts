// SPDX-License-Identifier: GPL-3.0-or-later
/** How old shared answers may be. Pure. */
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';
import type { PbsDesired } from './wish.ts';

/** Milliseconds, of what others change: guests and their backups. */
export function telemetryAge(desired: PbsDesired, now: number): number {
  const resting = !desired.absent && !hurries(desired);
  const limit = resting ? restingAge * desired.spec.telemetry.intervalSeconds * 1000 : busyAgeMs;
  return Math.min(limit, sinceAsked(desired, now));
}
