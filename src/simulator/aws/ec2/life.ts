// SPDX-License-Identifier: GPL-3.0-or-later
/** States that follow one another by the clock: `pending` now, `available` in four minutes. Plain data. */
import { visible, type Versioned } from '../../kernel/versioned.ts';

/** `undefined` is the end: forgotten by everybody. */
export type Life<S extends string> = Versioned<S>;

/** @param stages Each with the milliseconds that it lasts; without a number it lasts for ever, and when the last one has a number, nothing comes after it. */
export function life<S extends string>(now: number, ...stages: readonly (readonly [state: S, ms?: number])[]): Life<S> {
  const versions: { from: number; value: S | undefined }[] = [];
  let from = now;
  for (const [value, ms] of stages) {
    versions.push({ from, value });
    if (ms === undefined) return { versions };
    from += ms;
  }
  return { versions: [...versions, { from, value: undefined }] };
}

export function stateAt<S extends string>(of: Life<S>, now: number): S | undefined {
  return visible(of, now);
}

type Gone = 'deleting' | 'deleted' | 'detached';

/** There, for whoever wants to use it or to count it. */
export function alive(of: Life<string>, now: number): boolean {
  const state = stateAt(of, now);
  return state !== undefined && !(['deleting', 'deleted', 'detached'] satisfies Gone[] as string[]).includes(state);
}
