// SPDX-License-Identifier: GPL-3.0-or-later
/** Names as Route 53 keeps them: lower case, closing dot, other characters as octal escapes (Developer Guide, "DNS domain name format"). */

/** `WWW.Example.com` → `www.example.com.`; `*` → `\052`. */
export function canonicalName(name: string): string {
  const plain = unescapeName(name).toLowerCase();
  const closed = plain.endsWith('.') ? plain : `${plain}.`;
  return closed.replace(/[^a-z0-9._-]/g, octal);
}

/** `\052.example.com.` → `*.example.com.`, as a packet has it. */
export function unescapeName(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function octal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** Labels of 1 to 63 characters, 255 in all (Developer Guide, "DNS domain name format"). */
export function isName(name: string): boolean {
  const plain = unescapeName(name).replace(/\.$/, '');
  return (
    plain.length > 0 && plain.length <= 254 && plain.split('.').every((label) => label.length > 0 && label.length < 64)
  );
}

export function within(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** `com.example.www.`: lists are sorted by it (API_ListResourceRecordSets). */
export function reversed(name: string): string {
  return `${name.split('.').slice(0, -1).toReversed().join('.')}.`;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
