// SPDX-License-Identifier: GPL-3.0-or-later

/** Edits (a letter more, less, other, or two swapped) that lead from one word to the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const swap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? before[column - 2] : undefined;
      const edit = a[row - 1] === b[column - 1] ? 0 : 1;
      const ways = [(last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + edit];
      next.push(Math.min(...ways, swap === undefined ? Number.POSITIVE_INFINITY : swap + 1));
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}

/** Longer ones are nobody's typo, and would take time. */
const longest = 64;

/** The known word that was probably meant; `undefined` when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longest) return undefined;
  const near = known
    .map((one) => ({ one, edits: one.startsWith(word) && word.length > 1 ? 1 : distance(word, one) }))
    .filter(({ one, edits }) => edits <= Math.max(1, Math.floor(one.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.one;
}

/** `; did you mean X?` or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
