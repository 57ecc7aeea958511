// SPDX-License-Identifier: GPL-3.0-or-later

/** Without what moves a terminal's cursor, changes its colours, or turns the direction of writing (CVE-2021-42574). */
export function clean(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- it goes to a terminal
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    '\u{fffd}',
  );
}

/** What somebody gave, for a message of one line: cleaned and cut. */
export function printable(text: string, most = 80): string {
  const line = clean(text).replaceAll(/[\t\n]/g, ' ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
