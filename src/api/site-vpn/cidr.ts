// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * IPv4 prefixes, as CEL text and as code. Not by the CIDR library of Kubernetes: API servers before 1.31 do not have it
 * (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cidr-library).
 */
import { celMatches } from '../rules.ts';
import type { Rule } from '../rules.ts';

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
export const addressPattern = `^(${octet}[.]){3}${octet}$`;
export const cidrPattern = `^(${octet}[.]){3}${octet}/(3[0-2]|[12]?[0-9])$`;
const cidrExpression = new RegExp(cidrPattern);

/** How many addresses a prefix of each length has; CEL has no powers. */
const sizes = Array.from({ length: 33 }, (_, length) => 2 ** (32 - length));

export interface Range {
  readonly first: number;
  readonly size: number;
}

/** @throws RangeError when it is no IPv4 prefix. */
export function rangeOf(cidr: string): Range {
  if (!cidrExpression.test(cidr)) throw new RangeError('not an IPv4 prefix');
  const [address = '', length = ''] = cidr.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, size: sizes[Number(length)] ?? 1 };
}

export function isCIDR(text: string): boolean {
  return cidrExpression.test(text);
}

/** No bit is set behind the prefix. */
export function isCanonical(cidr: string): boolean {
  const { first, size } = rangeOf(cidr);
  return first % size === 0;
}

/** Of two prefixes, canonical or not. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  const size = Math.max(one.size, other.size);
  return Math.floor(one.first / size) === Math.floor(other.first / size);
}

export function contains(outer: string, inner: string): boolean {
  return overlaps(outer, inner) && rangeOf(outer).size >= rangeOf(inner).size;
}

const celAddress = (cidr: string) => {
  const part = (index: number) => `int(${cidr}.split('/')[0].split('.')[${index}])`;
  return `(((${part(0)} * 256 + ${part(1)}) * 256 + ${part(2)}) * 256 + ${part(3)})`;
};
const celSize = (cidr: string) => `[${sizes.join(', ')}][int(${cidr}.split('/')[1])]`;

export const celIsCIDR = (cidr: string) => celMatches(cidr, cidrPattern);
export const celIsCanonical = (cidr: string) => `${celAddress(cidr)} % ${celSize(cidr)} == 0`;
/** `a` is at least as large as `b`, and `b` lies in it. */
export const celContains = (a: string, b: string) =>
  `(${celSize(a)} >= ${celSize(b)} && ${celAddress(a)} / ${celSize(a)} == ${celAddress(b)} / ${celSize(a)})`;
export const celOverlaps = (a: string, b: string) => `(${celContains(a, b)} || ${celContains(b, a)})`;

/** For one prefix in a field. */
export function canonicalCIDR(field: string, example: string): Rule<string>[] {
  return [
    {
      rule: celIsCIDR('self'),
      message: `${field} must be an IPv4 prefix, address and length, e.g. ${example}`,
      holds: isCIDR,
    },
    {
      rule: `!${celIsCIDR('self')} || ${celIsCanonical('self')}`,
      message: `${field} must begin at the first address of its prefix: clear the bits behind it, e.g. ${example}`,
      holds: (self) => !isCIDR(self) || isCanonical(self),
    },
  ];
}
