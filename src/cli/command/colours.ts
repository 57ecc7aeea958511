// SPDX-License-Identifier: GPL-3.0-or-later

type Paint = (text: string) => string;

export interface Colours {
  readonly bold: Paint;
  readonly faint: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

interface Out {
  readonly isTTY?: boolean;
}

/** SGR codes of ECMA-48, on a terminal that wants them (https://no-color.org); elsewhere the plain text. */
export function coloursFor(out: Out, env: Readonly<Record<string, string | undefined>>): Colours {
  const wanted = out.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (on: number, off: number): Paint =>
    wanted ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return {
    bold: paint(1, 22),
    faint: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}
