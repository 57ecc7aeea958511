// SPDX-License-Identifier: GPL-3.0-or-later
/** Settings that are not as the spec wants them, field by field. Pure. */

export interface Difference {
  /** As in the spec where it has one: `bucket.versioning`. */
  readonly path: string;
  readonly want: string;
  readonly have: string;
}

export interface Drift extends Difference {
  /** RFC 3339: when it was first seen. */
  readonly since: string;
}

const most = 100;
const longest = { path: 128, value: 256 } as const;

/** The differences of now, each with the time at which its path was first seen to differ. */
export function driftSince(before: readonly Drift[], differences: readonly Difference[], now: string): Drift[] {
  return differences.slice(0, most).map(({ path, want, have }) => {
    const short = cut(path, longest.path);
    return {
      path: short,
      want: cut(want, longest.value),
      have: cut(have, longest.value),
      since: before.find((old) => old.path === short)?.since ?? now,
    };
  });
}

/** The paths that differed and do not any more. */
export function corrected(before: readonly Drift[], now: readonly Drift[]): string[] {
  const still = new Set(now.map(({ path }) => path));
  return before.map(({ path }) => path).filter((path) => !still.has(path));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`.toWellFormed();
}
