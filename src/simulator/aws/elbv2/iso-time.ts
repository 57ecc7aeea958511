// SPDX-License-Identifier: GPL-3.0-or-later

/** `2026-01-05T09:00:00.000Z`: Smithy's date-time, as the query protocol has it. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
