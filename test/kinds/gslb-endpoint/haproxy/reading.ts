// SPDX-License-Identifier: GPL-3.0-or-later
/** How HAProxy reads a line: its configuration manual, 2.2 and 2.3. A reader of our own, so that a property does not start a program for each case. */

export interface Line {
  readonly indented: boolean;
  readonly words: readonly string[];
}

/** A strong quote, an escape, or what stands for itself. */
const piece = /'([^']*)'|\\(.)|([^\s'"\\#])/y;

/** @throws Error on quotes that do not end, and on weak ones, in which variables would be expanded: none is ever written. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let from = 0;
  while (from < text.length && text.charAt(from) !== '#') {
    const begun = from;
    const pieces: string[] = [];
    piece.lastIndex = from;
    for (let found = piece.exec(text); found; found = piece.exec(text)) {
      pieces.push(found[1] ?? found[2] ?? found[3] ?? '');
      from = piece.lastIndex;
    }
    if (from > begun) words.push(pieces.join(''));
    else if (/\s/.test(text.charAt(from))) from += 1;
    else throw new Error(`this is no word: ${text.slice(from)}`);
  }
  return words;
}

export function linesOf(configuration: string): readonly Line[] {
  return configuration
    .split('\n')
    .map((text) => ({ indented: text.startsWith(' '), words: wordsOf(text) }))
    .filter(({ words }) => words.length > 0);
}
