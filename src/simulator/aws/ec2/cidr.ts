// SPDX-License-Identifier: GPL-3.0-or-later
/** IPv4 blocks as numbers. */
export interface Cidr {
  readonly base: number;
  readonly bits: number;
}

export function addressNumber(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** `10.1.2.3/8` is `10.0.0.0/8`. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', bitText = '', ...more] = text.split('/');
  const number = addressNumber(address);
  const bits = Number(bitText);
  if (number === undefined || more.length > 0 || !/^\d{1,2}$/.test(bitText) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  return { base: Math.floor(number / size) * size, bits };
}

export function cidrText({ base, bits }: Cidr): string {
  return `${addressText(base)}/${bits}`;
}

/** Equal to the outer block, or a part of it. */
export function inside(inner: string, outer: string | undefined): boolean {
  const [part, whole] = [parseCidr(inner), parseCidr(outer ?? '')];
  if (!part || !whole || part.bits < whole.bits) return false;
  return part.base >= whole.base && part.base < whole.base + 2 ** (32 - whole.bits);
}

/** The n-th address of the block. */
export function addressIn({ base }: Cidr, n: number): string {
  return addressText(base + n);
}
