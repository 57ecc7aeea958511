// SPDX-License-Identifier: GPL-3.0-or-later
/** What is good, beside what was measured. */

export interface Figure {
  /** The most (or, where `atLeast` says so, the least) that is good. */
  readonly goal: number;
  readonly value: number;
  readonly holds: boolean;
}

export type Figures = Readonly<Record<string, Figure>>;

/** Minima of a few rounds still differ by some per cent from run to run. */
const tolerance = 0.15;

export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** A count: exact. */
export function atMost(goal: number, value: number): Figure {
  return { goal: rounded(goal), value: rounded(value), holds: value <= goal };
}

/** A measured time or ratio. */
export function about(goal: number, value: number): Figure {
  return { goal, value: rounded(value), holds: value <= goal * (1 + tolerance) };
}

export function atLeast(goal: number, value: number): Figure {
  return { goal, value: rounded(value), holds: value >= goal };
}
