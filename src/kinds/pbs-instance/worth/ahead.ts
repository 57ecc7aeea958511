// SPDX-License-Identifier: GPL-3.0-or-later
const noticed = 5000;

/** How far another clock is before ours. The date of an answer is in whole seconds, and of before it was on its way: a little is nothing. */
export function aheadOf(date: number | undefined, now: number): number {
  const ahead = date === undefined ? 0 : date - now;
  return Math.abs(ahead) < noticed ? 0 : ahead;
}
