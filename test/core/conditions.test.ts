// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { settle, type Condition } from '../../src/core/conditions.ts';
import { Failure } from '../../src/core/failure.ts';
import type { Hold } from '../../src/core/plan.ts';
import { verdictsOf, verdictsOfFailure, type Findings } from '../../src/core/verdicts.ts';

const at = { generation: 2, time: '2026-01-05T09:00:00Z' };
const old: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Available',
  message: 'm',
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
const blocked: Hold = { why: 'Blocked', reason: 'NotOurs', message: 'It is not ours. Adopt it.' };
const waiting: Hold = { why: 'Waiting', reason: 'NoUser', message: 'not yet' };

function states(findings: Partial<Findings>): string[] {
  const all = { serving: true, pending: [], applying: true, absent: false, ...findings } as Findings;
  return verdictsOf(all).map(({ type, status, reason }) => `${type}=${status}/${reason}`);
}

test('the transition time moves with the status, and with nothing else', () => {
  const told = settle([old], [{ type: 'Ready', status: 'True', reason: 'Other', message: 'n' }], at);
  expect(told[0]).toMatchObject({ lastTransitionTime: old.lastTransitionTime, observedGeneration: 2, reason: 'Other' });
  expect(settle([old], [{ type: 'Ready', status: 'False', reason: 'R', message: '' }], at)[0]?.lastTransitionTime).toBe(
    at.time,
  );
});

test('a message that is too long for people is cut', () => {
  const [told] = settle([], [{ type: 'Ready', status: 'True', reason: 'R', message: 'x'.repeat(5000) }], at);
  expect(told?.message).toHaveLength(1024);
});

test.each<[string, Partial<Findings>, string[]]>([
  [
    'at rest',
    {},
    ['Ready=True/Available', 'Synced=True/Applied', 'Reconciling=False/Settled', 'Stalled=False/NotStalled'],
  ],
  [
    'applying',
    { serving: waiting, pending: ['CreateUser'] },
    ['Ready=False/NoUser', 'Synced=False/Applying', 'Reconciling=True/Applying', 'Stalled=False/NotStalled'],
  ],
  [
    'blocked by a person',
    { serving: waiting, hold: blocked },
    ['Ready=False/NotOurs', 'Synced=False/NotOurs', 'Reconciling=False/Settled', 'Stalled=True/NotOurs'],
  ],
  [
    'only shown',
    { pending: ['SetVersioning'], applying: false },
    ['Ready=True/Available', 'Synced=False/ChangesPending', 'Reconciling=False/Settled', 'Stalled=False/NotStalled'],
  ],
  [
    'being deleted',
    { absent: true, pending: ['DeleteUser'] },
    ['Ready=False/Deleting', 'Synced=False/Deleting', 'Reconciling=True/Applying', 'Stalled=False/NotStalled'],
  ],
])('conditions of an object that is %s', (_what, findings, expected) => {
  expect(states(findings)).toEqual(expected);
});

const look = (attempt: number) => ({ attempt, absent: false, generation: 1 });
const timeOut = new Failure({ class: 'Transient', reason: 'TimedOut', message: 'no answer' });

test('a passing failure leaves Ready alone for three tries, then doubts it', () => {
  expect(verdictsOfFailure(timeOut, [old], look(0))[0]).toMatchObject({ status: 'True', reason: 'Available' });
  expect(verdictsOfFailure(timeOut, [old], look(2))[0]).toMatchObject({ status: 'True' });
  expect(verdictsOfFailure(timeOut, [old], look(3))[0]).toMatchObject({ status: 'Unknown', reason: 'TimedOut' });
});

test('what was said of an older spec is not repeated in the name of a new one', () => {
  const newer = { ...look(0), generation: 2 };
  expect(verdictsOfFailure(timeOut, [old], newer)[0]).toMatchObject({ status: 'Unknown' });
});

test('a denial stalls at once, and names what is missing', () => {
  const denied = new Failure({ class: 'Denied', reason: 'AccessDenied', message: 'Allow s3:PutBucketPolicy' });
  const verdicts = verdictsOfFailure(denied, [old], look(0));
  expect(verdicts.map(({ type, status }) => `${type}=${status}`)).toEqual([
    'Ready=False',
    'Synced=False',
    'Reconciling=False',
    'Stalled=True',
  ]);
  expect(verdicts[0]?.message).toContain('s3:PutBucketPolicy');
});

test('an error of our own is told as one, without its words', () => {
  const [ready] = verdictsOfFailure(new TypeError('cannot read secret of undefined'), [old], look(0));
  expect(ready).toMatchObject({ status: 'Unknown', reason: 'InternalError' });
  expect(ready?.message).not.toContain('undefined');
});

test('What was told before stays in its place, and what is new comes last, as a list by keys keeps it.', () => {
  const verdict = (type: string) => ({ type, status: 'True', reason: 'R', message: '' }) as const;
  const first = settle([], ['Ready', 'Permissions'].map(verdict), at);
  const then = settle(first, ['Ready', 'Redundant', 'Permissions'].map(verdict), at);
  expect(then.map(({ type }) => type)).toEqual(['Ready', 'Permissions', 'Redundant']);
  expect(settle(then, ['Redundant', 'Permissions', 'Ready'].map(verdict), at)).toEqual(then);
});
