// SPDX-License-Identifier: GPL-3.0-or-later
/** Waits that double, each drawn between 0 and its limit (full jitter), so that many waiters do not come back together. */
export interface BackOffLimits {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The wait before try number `failures` + 1; `failures` is at least 1. A wait that the server asked for wins when it is longer. */
export function backOff(limits: BackOffLimits, failures: number, random: () => number, retryAfterMs = 0): number {
  const limit = Math.min(limits.mostMs, limits.firstMs * 2 ** Math.min(failures - 1, 40));
  return Math.max(retryAfterMs, random() * limit);
}
