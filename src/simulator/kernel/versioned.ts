// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A value that others see late. Writes are judged on the newest value (`truth`), reads that are only eventually consistent see
 * the newest one whose time has come (`visible`). Plain data, so that a world can be saved.
 */
export interface Versioned<T> {
  /** Oldest first; `undefined` is absence. The last one is the truth. */
  versions: { from: number; value: T | undefined }[];
}

/** Nothing there before; `value` is seen from `from` on. */
export function versioned<T>(value: T | undefined, from: number): Versioned<T> {
  return { versions: [{ from, value }] };
}

export function truth<T>(of: Versioned<T> | undefined): T | undefined {
  return of?.versions.at(-1)?.value;
}

/** The newest value visible at `at`. */
export function visible<T>(of: Versioned<T> | undefined, at: number): T | undefined {
  const list = of?.versions ?? [];
  for (let i = list.length - 1; i >= 0; i--) {
    const version = list[i];
    if (version && version.from <= at) return version.value;
  }
  return undefined;
}

/** Writes `value`, seen from `now + lag`, never before an earlier write. Forgets what nobody can see any more. */
export function write<T>(of: Versioned<T>, value: T | undefined, { now, lag }: { now: number; lag: number }): void {
  const from = Math.max(now + lag, of.versions.at(-1)?.from ?? 0);
  of.versions.push({ from, value });
  const current = of.versions.findLastIndex((version) => version.from <= now);
  if (current > 0) of.versions.splice(0, current);
}

/** True when the thing is gone for everybody and may be forgotten. */
export function forgotten(of: Versioned<unknown>, at: number): boolean {
  return truth(of) === undefined && (of.versions.at(-1)?.from ?? 0) <= at;
}
