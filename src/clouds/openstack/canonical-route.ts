// SPDX-License-Identifier: GPL-3.0-or-later
/** Neutron keeps a destination as it was written: 10.26.1.0/16 and 10.26.0.0/16 are two routes there, and one network. */

/** `10.26.0.0/16` for `10.26.1.0/16`, `10.26.1.7/32` for an address alone; whatever is no IPv4 prefix stays as it is. */
export function canonicalPrefix(text: string): string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match) return text;
  const octets = match.slice(1, 5).map(Number);
  const length = Number(match[5] ?? 32);
  if (length > 32 || octets.some((octet) => octet > 255)) return text;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - length);
  const first = address - (address % size);
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join('.')}/${length}`;
}
