// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Whether a Deny certainly applies to a request of the backup user. Source: IAM User Guide, "IAM JSON policy elements reference" and
 * "Creating a condition with multiple keys or values". Pure.
 */
import { listOf } from './plan/beside-others.ts';

type Data = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Keys of this request beside those that all have. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface Request extends Asked {
  readonly who: { readonly arn: string; readonly account: string; readonly name: string };
  /** The statement names its principals: it is a resource's. */
  readonly named: boolean;
}

function texts(value: unknown): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}

/** `*` and `?` as policies have them. No regular expression: others write these patterns, and with some stars in one it would not end. */
export function likeInPolicy(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (!beginsLike(text, 0, first)) return false;
  if (last === undefined) return text.length === first.length;
  let at = first.length;
  for (const piece of rest) {
    while (at + piece.length <= text.length && !beginsLike(text, at, piece)) at++;
    at += piece.length;
  }
  const end = text.length - last.length;
  return at <= end && beginsLike(text, end, last);
}

/** Whether `piece`, in which `?` is any character, stands in `text` at that place. */
function beginsLike(text: string, at: number, piece: string): boolean {
  if (at + piece.length > text.length) return false;
  for (let index = 0; index < piece.length; index++)
    if (piece[index] !== '?' && piece[index] !== text[at + index]) return false;
  return true;
}

function hit(statement: Data, name: 'Action' | 'Resource', fits: (pattern: string) => boolean): boolean {
  const not = statement[`Not${name}`];
  return not === undefined ? texts(statement[name]).some(fits) : !texts(not).some(fits);
}

function meansUser(statement: Data, { who }: Request): boolean {
  const among = (principal: unknown): boolean => {
    if (principal === '*') return true;
    const names = typeof principal === 'object' && principal !== null ? texts((principal as Data)['AWS']) : [];
    const own = ['*', who.arn, who.account, who.arn.replace(/:user\/.*$/, ':root')];
    return names.some((name) => own.includes(name));
  };
  const not = statement['NotPrincipal'];
  return not === undefined ? among(statement['Principal']) : !among(not);
}

/** Keys that no request of a backup server has: it sends neither these headers, nor a second factor, nor comes from a service. */
const never = new Set([
  's3:prefix',
  's3:delimiter',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-server-side-encryption-customer-algorithm',
  's3:x-amz-acl',
  's3:x-amz-storage-class',
  's3:x-amz-grant-full-control',
  's3:requestobjecttagkeys',
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
  'aws:tokenissuetime',
  'aws:viaawsservice',
  'aws:sourcearn',
  'aws:sourceaccount',
]);

/** `null`: certainly not there. `undefined`: nobody can say from here. */
function valueOf(key: string, { who, keys }: Request): string | null | undefined {
  const known: Readonly<Record<string, string>> = {
    'aws:securetransport': 'true',
    'aws:principalarn': who.arn,
    'aws:principalaccount': who.account,
    'aws:principaltype': 'User',
    'aws:username': who.name,
    's3:resourceaccount': who.account,
    'aws:resourceaccount': who.account,
    ...keys,
  };
  return known[key] ?? (never.has(key) ? null : undefined);
}

type Test = (value: string, wanted: string) => boolean;

/** An operator that negates is fulfilled by a key that is absent (same page). */
const tests: Readonly<Record<string, { readonly test: Test; readonly negates: boolean }>> = (() => {
  const equal: Test = (value, wanted) => value === wanted;
  const folded: Test = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();
  const matching: Test = (value, wanted) => likeInPolicy(wanted, value);
  const pair = (name: string, not: string, test: Test) => [
    [name, { test, negates: false }] as const,
    [not, { test, negates: true }] as const,
  ];
  return Object.fromEntries([
    ...pair('StringEquals', 'StringNotEquals', equal),
    ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', folded),
    ...pair('StringLike', 'StringNotLike', matching),
    ...pair('ArnEquals', 'ArnNotEquals', matching),
    ...pair('ArnLike', 'ArnNotLike', matching),
    ['Bool', { test: folded, negates: false }] as const,
  ]);
})();

/** True only when it is certain. */
function conditionHolds(operator: string, [name, wanted]: readonly [string, unknown], request: Request): boolean {
  const value = valueOf(name.toLowerCase(), request);
  if (value === undefined) return false;
  if (operator === 'Null') return texts(wanted).includes(String(value === null));
  const ifExists = operator.endsWith('IfExists');
  const known = tests[operator.replace(/IfExists$/, '')];
  if (!known) return false;
  if (value === null) return known.negates || ifExists;
  return texts(wanted).some((one) => known.test(value, one)) !== known.negates;
}

/** All conditions of a statement must hold. */
export function holdsFor(statement: Data, request: Request): boolean {
  if (request.named && !meansUser(statement, request)) return false;
  if (!hit(statement, 'Action', (pattern) => likeInPolicy(pattern.toLowerCase(), request.action.toLowerCase())))
    return false;
  if (!hit(statement, 'Resource', (pattern) => likeInPolicy(pattern, request.resource))) return false;
  return listOf(statement['Condition']).every((condition) =>
    Object.entries(condition).every(([operator, keys]) =>
      Object.entries(keys as Data).every((entry) => conditionHolds(operator, entry, request)),
    ),
  );
}
