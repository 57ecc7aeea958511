// SPDX-License-Identifier: GPL-3.0-or-later
/** IPv4 in the one spelling that all programs read alike: decimal, no leading zeros (which some read as octal), no host bits in a CIDR. */

/** The address as a number, or undefined where it is none. */
export function ipv4(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) return;
  return octets.reduce((number, octet) => number * 256 + Number(octet), 0);
}

export interface Cidr {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** The network, or undefined where the text is no CIDR or has bits behind its prefix. */
export function cidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const first = ipv4(address);
  if (first === undefined || rest.length > 0 || !/^(0|[1-9]\d?)$/.test(length) || Number(length) > 32) return;
  const size = 2 ** (32 - Number(length));
  return first % size === 0 ? { first, last: first + size - 1, prefix: Number(length) } : undefined;
}
