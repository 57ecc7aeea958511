// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Domain names in one spelling, so that they can be compared: lower case, no dot at the end, and one way to write each character (Route 53
 * Developer Guide, "DNS domain name format": letters in any case and the same letters as escape codes are one name). Letters, digits, `-`,
 * `_` and `*` stand for themselves; everything else is `\ooo`, the octal code of the byte, a dot inside a label (`\056`) too. Pure.
 */

function escaped(byte: number): string {
  return `\\${byte.toString(8).padStart(3, '0')}`;
}

const plain = /^[a-z0-9_*-]$/;

function ofByte(byte: number): string {
  const char = String.fromCharCode(byte).toLowerCase();
  return byte < 0x80 && plain.test(char) ? char : escaped(byte);
}

/** Names that are the same to DNS come out the same, whoever wrote them: `GSLB.Seojun.shop.` and `\052.seojun.shop` (`*.seojun.shop`). */
export function domainName(given: string): string {
  const name = given.replaceAll(/\\([0-3][0-7]{2})|[\s\S]/gu, (char, octal?: string) => {
    if (octal !== undefined) return ofByte(Number.parseInt(octal, 8));
    return char === '.' ? char : [...new TextEncoder().encode(char)].map(ofByte).join('');
  });
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Whether a name is the zone's own or below it; both as `domainName` gives them. `evilexample.com` is not in `example.com`. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
