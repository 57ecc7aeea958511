// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { approvalOf, isGenuine, mostApproved, type Approved, type Question } from '../../src/core/approval.ts';
import { digestsOf, hashOf, planHash } from '../../src/core/plan-hash.ts';
import type { Step } from '../../src/core/step.ts';

const now = '2026-01-05T09:00:00Z';
const hash = hashOf(['a', 'b', 'c']);
const frozen: Approved = { hash, at: '2026-01-05T08:00:00Z', steps: ['a', 'b', 'c'] };
const ask = (question: Partial<Question>) =>
  approvalOf({ digests: [], asked: hash, frozen: undefined, now, ...question });

test.each<[string, Partial<Question>, string]>([
  ['no annotation', { digests: ['a'], asked: undefined }, 'needed'],
  ['an empty annotation', { digests: ['a'], asked: '' }, 'needed'],
  ['no annotation, whatever the status says', { digests: ['a'], asked: undefined, frozen }, 'needed'],
  ['the hash of exactly these', { digests: ['c', 'a', 'b'] }, 'given'],
  ['the hash of more than these, and no frozen set', { digests: ['a', 'b'] }, 'stale'],
  ['the rest of a frozen set', { digests: ['c'], frozen }, 'given'],
  ['a step outside the frozen set', { digests: ['c', 'd'], frozen }, 'stale'],
  ['the frozen set of another approval', { digests: ['c'], frozen, asked: hashOf(['c', 'd']) }, 'stale'],
  ['a frozen set whose steps were forged', { digests: ['d'], frozen: { ...frozen, steps: ['d'] } }, 'stale'],
  [
    'a frozen set whose steps and hash were forged',
    { digests: ['d'], frozen: { ...frozen, steps: ['d'], hash: hashOf(['d']) } },
    'stale',
  ],
  [
    'a frozen set to which a step was added',
    { digests: ['d'], frozen: { ...frozen, steps: ['a', 'b', 'c', 'd'] } },
    'stale',
  ],
])('what is approved by %s', (_what, question, is) => {
  expect(ask(question).is).toBe(is);
});

test('more steps than a status has room for cannot be approved', () => {
  const digests = Array.from({ length: mostApproved + 1 }, (_, n) => String(n));
  expect(ask({ digests, asked: hashOf(digests) })).toEqual({ is: 'tooLong' });
});

const sets = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { maxLength: 8 });

test('whatever a status says, nothing is allowed that the annotation does not name by its hash', () => {
  fc.assert(
    fc.property(sets, sets, sets, fc.boolean(), (approved, planned, forged, rehashed) => {
      const asked = hashOf(approved);
      const written = { hash: rehashed ? hashOf(forged) : asked, at: now, steps: forged };
      const { is } = approvalOf({ digests: planned, asked, frozen: written, now });
      if (is === 'given') expect(planned.filter((one) => !approved.includes(one))).toEqual([]);
    }),
  );
});

test('every part that is left of an approved set may be done, in any order', () => {
  fc.assert(
    fc.property(sets, fc.func(fc.boolean()), (all, keep) => {
      const first = approvalOf({ digests: all, asked: hashOf(all), frozen: undefined, now });
      if (first.is !== 'given') throw new Error(first.is);
      expect(isGenuine(first.approved, hashOf(all))).toBe(true);
      const left = all.filter((one) => keep(one)).reverse();
      expect(approvalOf({ digests: left, asked: hashOf(all), frozen: first.approved, now }).is).toBe('given');
    }),
  );
});

describe('The hash of a plan', () => {
  const kind = { identity: ({ do: what, target }: Step) => ({ what, target }) };
  const steps: Step[] = ['a', 'b', 'b'].map((target) => ({ do: 'Set', effect: 'update', target }));

  test('minds neither order, nor repetition, nor probes, nor what a kind calls passing', () => {
    const other: Step[] = [
      { do: 'Try', effect: 'probe', target: 'a' },
      { do: 'Set', effect: 'update', target: 'b', once: '2026-01-05' },
      { do: 'Set', effect: 'update', target: 'a' },
    ];
    expect(planHash(kind, other)).toBe(planHash(kind, steps));
    expect(digestsOf(kind, steps)).toHaveLength(2);
  });

  test('minds each step', () => {
    expect(planHash(kind, steps.slice(0, 1))).not.toBe(planHash(kind, steps));
    expect(planHash(kind, [])).not.toBe(planHash(kind, steps.slice(0, 1)));
  });
});
