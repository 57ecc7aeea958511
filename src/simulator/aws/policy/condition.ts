// SPDX-License-Identifier: GPL-3.0-or-later
/** Condition operators. Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys". */
import { matchesArn, matchesPattern } from './match.ts';

/** Values of the request by condition key, keys in lower case. A missing key is a condition key that the request does not carry. */
export type Context = ReadonlyMap<string, readonly string[]>;

type Test = (given: string, wanted: string) => boolean;

const negative = new Set([
  'StringNotEquals',
  'StringNotEqualsIgnoreCase',
  'StringNotLike',
  'ArnNotEquals',
  'ArnNotLike',
  'NumericNotEquals',
  'DateNotEquals',
  'NotIpAddress',
]);

const tests: Record<string, Test> = {
  StringEquals: (given, wanted) => given === wanted,
  StringEqualsIgnoreCase: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  StringLike: (given, wanted) => matchesPattern(wanted, given),
  ArnEquals: (given, wanted) => matchesArn(wanted, given),
  ArnLike: (given, wanted) => matchesArn(wanted, given),
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: (given, wanted) => given === wanted,
  NumericEquals: (given, wanted) => Number(given) === Number(wanted),
  NumericLessThan: (given, wanted) => Number(given) < Number(wanted),
  NumericLessThanEquals: (given, wanted) => Number(given) <= Number(wanted),
  NumericGreaterThan: (given, wanted) => Number(given) > Number(wanted),
  NumericGreaterThanEquals: (given, wanted) => Number(given) >= Number(wanted),
  DateEquals: (given, wanted) => date(given) === date(wanted),
  DateLessThan: (given, wanted) => date(given) < date(wanted),
  DateLessThanEquals: (given, wanted) => date(given) <= date(wanted),
  DateGreaterThan: (given, wanted) => date(given) > date(wanted),
  DateGreaterThanEquals: (given, wanted) => date(given) >= date(wanted),
  IpAddress: inRange,
};

/** `StringNotLike` → `StringLike`, `NotIpAddress` → `IpAddress`. */
function positive(operator: string): string {
  return negative.has(operator) ? operator.replace('Not', '') : operator;
}

interface Parsed {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

function parse(operator: string): Parsed {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator);
  return { set: match?.[1] as Parsed['set'], base: match?.[2] ?? '', ifExists: match?.[3] !== undefined };
}

export function isOperator(operator: string): boolean {
  const { base, ifExists } = parse(operator);
  return base === 'Null' ? !ifExists : Object.hasOwn(tests, positive(base));
}

/** One line of a Condition block: any of the wanted values will do. */
export function conditionHolds(
  [operator, key, wanted]: readonly [string, string, readonly string[]],
  context: Context,
): boolean {
  const { set, base, ifExists } = parse(operator);
  const given = context.get(key.toLowerCase());
  if (base === 'Null')
    return wanted.some((value) => (value === 'true') === (given === undefined || given.length === 0));
  if (given === undefined || given.length === 0) return missing(set, ifExists, negative.has(base));
  const test = tests[positive(base)];
  if (!test) return false;
  const values = wanted.map((value) => substitute(value, context));
  const matches = (value: string): boolean => values.some((want) => test(value, want)) !== negative.has(base);
  return set === 'ForAllValues' ? given.every(matches) : given.some(matches);
}

/** A key that is not there: ForAllValues and IfExists hold, ForAnyValue fails, negated operators hold. */
function missing(set: Parsed['set'], ifExists: boolean, negated: boolean): boolean {
  if (set === 'ForAllValues' || ifExists) return true;
  return set === undefined && negated;
}

/** Policy variables such as `${aws:username}` (IAM User Guide, "IAM policy elements: Variables and tags"). */
export function substitute(text: string, context: Context): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name;
    return context.get(name.toLowerCase())?.[0] ?? whole;
  });
}

function date(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function inRange(address: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  const [a, b] = [ipv4(address), ipv4(base)];
  return a !== undefined && b !== undefined && Math.floor(a / size) === Math.floor(b / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part < 256)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined;
}
