// SPDX-License-Identifier: GPL-3.0-or-later
/** Words of an HAProxy configuration (its manual, 2.2 Quoting and escaping, and 2.3 Environment variables). */

/** What means nothing to the parser, outside of quotes as well as inside. */
const plain = /^[A-Za-z0-9_.:/@*+,=%[\]-]+$/;

/**
 * Exactly one word that HAProxy reads as `text`. Strong quotes stop comments, spaces, escapes and variables; they cannot hold a strong quote, which is
 * written between them with a backslash.
 *
 * @throws Error on what no quoting helps with: control characters, line ends among them, and all but ASCII.
 */
export function word(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new Error('A configuration may hold printable ASCII characters only.');
  if (plain.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** One line; parts that are not there are left out. */
export function line(...parts: readonly (string | number | false | undefined)[]): string {
  const words = parts.filter((part) => part !== undefined && part !== false);
  return `    ${words.map(String).join(' ')}`;
}

/** IPv6 addresses in brackets. */
export function socket(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
