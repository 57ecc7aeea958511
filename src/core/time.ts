// SPDX-License-Identifier: GPL-3.0-or-later

/** RFC 3339 in whole seconds, as metav1.Time: anything finer would come back changed and look like a difference for ever. */
export function rfc3339(ms: number): string {
  // oxlint-disable-next-line no-restricted-globals -- pure: the time is given, Date only writes it down
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch; NaN for what is no time. */
export function milliseconds(time: string): number {
  // oxlint-disable-next-line no-restricted-globals -- pure: reads what was written down
  return Date.parse(time);
}
