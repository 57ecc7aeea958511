// SPDX-License-Identifier: GPL-3.0-or-later
/** The value of a TXT record as Route 53 writes it: strings in quotes, up to 255 characters each ("TXT record type"). Pure. */

const longest = 255;

/** Quotes, backslashes and what is not printable ASCII as octal codes. */
function escaped(char: string): string {
  if (/^[\x20-\x7e]$/.test(char) && char !== '"' && char !== '\\') return char;
  if (char === '"' || char === '\\') return `\\${char}`;
  return [...new TextEncoder().encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** The strings of a text, each in quotes: what a program that reads the record puts together again. */
export function txtValue(text: string): string {
  const strings: string[] = [];
  let [string, size] = ['', 0];
  for (const char of text) {
    const bytes = new TextEncoder().encode(char).length;
    if (size + bytes > longest) {
      strings.push(string);
      [string, size] = ['', 0];
    }
    string += escaped(char);
    size += bytes;
  }
  return [...strings, string].map((one) => `"${one}"`).join(' ');
}

/** The text of such a value; one without quotes stands for itself. */
export function txtText(value: string): string {
  const bytes: number[] = [];
  const put = (text: string) => bytes.push(...new TextEncoder().encode(text));
  const strings = value.match(/"(?:\\[\s\S]|[^"\\])*"/g)?.map((string) => string.slice(1, -1)) ?? [value];
  for (const [part, octal, char] of strings.join('').matchAll(/\\([0-3][0-7]{2})|\\([\s\S])|[^\\]+|\\$/g)) {
    if (octal === undefined) put(char ?? part);
    else bytes.push(Number.parseInt(octal, 8));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
