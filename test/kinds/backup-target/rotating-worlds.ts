// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds in which everything is there and a key is being replaced, or is about to be: at any stage, with clocks that jumped, and hands in between. */
import * as fc from 'fast-check';
import { preview } from '../../../src/core/preview.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { spanFrom } from '../../../src/kinds/backup-target/plan/reservation.ts';
import { now, owner, wishes, type Desired, type Observed } from './worlds.ts';

type Ours = Extract<Observed['secret'], { found: 'ours' }>;
type Keys = Observed['keys'];

const current = 'AKIAAAAAAAAAAAAAAAAA';
const other = 'AKIABBBBBBBBBBBBBBBB';
const minute = 60_000;
const day = 86_400_000;

const ago = (most: number) => fc.integer({ min: 0, max: most }).map((back) => now - back);
/** Our own notes are written by a clock that may have jumped since. */
const noted = (most: number) =>
  fc
    .tuple(ago(most), fc.constantFrom(0, 0, 0, -2 * day, 2 * day))
    .map(([at, jump]) => Math.floor((at + jump) / 1000) * 1000);

const outcome = fc.constantFrom('Succeeded' as const, 'Succeeded' as const, 'Succeeded' as const, 'Failed' as const);
const trialOf = (key: string) =>
  fc.record({
    key: fc.constant(key),
    lastTime: noted(20 * minute),
    outcome,
    reason: fc.constantFrom('CredentialsRejected', 'AccessDenied', 'TimedOut'),
    message: fc.constant('no'),
    consecutiveFailures: fc.integer({ min: 0, max: 4 }),
  });

const besides = fc.constantFrom([current], [current, other], []);
const span = fc.option(ago(20 * minute), { nil: undefined });
const reserved = fc
  .record({ at: noted(20 * minute), besides, from: span })
  .map(({ from, ...place }) => (from === undefined ? place : { ...place, span: spanFrom(from, undefined) }));
const secondKey = (most: number) =>
  fc.option(fc.record({ id: fc.constant(other), createdAt: ago(most), active: fc.boolean() }), { nil: undefined });

interface Second {
  readonly key: Keys[number] | undefined;
  readonly secret: Pick<Ours, 'pending' | 'retiring'>;
}

const alone: fc.Arbitrary<Second> = secondKey(day).map((key) => ({ key, secret: {} }));
const reserving: fc.Arbitrary<Second> = fc
  .tuple(secondKey(20 * minute), reserved)
  .map(([key, place]) => ({ key, secret: { pending: { reserved: place, intact: true } } }));
const staged: fc.Arbitrary<Second> = fc
  .tuple(secondKey(2 * 60 * minute), reserved, noted(2 * 60 * minute), fc.boolean())
  .map(([key, place, at, intact]) => ({
    key,
    secret: { pending: { reserved: place, delivered: { key: other, at }, intact } },
  }));
const retiring: fc.Arbitrary<Second> = fc
  .tuple(secondKey(200 * day), fc.oneof(fc.constant(undefined), noted(30 * minute)))
  .map(([key, deactivatedAt]) => ({
    key,
    secret: {
      retiring: {
        key: other,
        createdAt: key?.createdAt ?? now,
        ...(deactivatedAt === undefined ? {} : { deactivatedAt }),
      },
    },
  }));

/** All that a creation leads to. */
function made(desired: Desired): Observed {
  const nothing: Observed = {
    now,
    account: '123456789012',
    partition: 'aws',
    owner,
    bucket: { found: 'absent' },
    user: undefined,
    keys: [],
    secret: { found: 'absent' },
  };
  return preview(backupTarget, { ...desired, absent: false, last: {} }, nothing).end;
}

export const rotations: fc.Arbitrary<readonly [Desired, Observed]> = fc
  .record({
    desired: wishes,
    createdAt: fc.oneof(ago(2 * day), ago(120 * day)),
    deliveredAt: noted(2 * day),
    second: fc.oneof(alone, reserving, staged, retiring, retiring, retiring),
    absent: fc.constantFrom(false, false, false, true),
    validation: trialOf(current),
    proof: fc.option(trialOf(other), { nil: undefined }),
    intact: fc.constantFrom(true, true, true, false),
    active: fc.constantFrom(true, true, true, false),
  })
  .map(({ desired, absent, createdAt, deliveredAt, second, validation, proof, intact, active }) => {
    const secret: Ours = {
      found: 'ours',
      reserved: { at: createdAt, besides: [], supersedes: [] },
      delivered: { key: current, at: deliveredAt },
      intact,
      describes: true,
      ...second.secret,
    };
    const keys = [{ id: current, createdAt, active }, ...(second.key ? [second.key] : [])];
    return [
      { ...desired, absent, last: {} },
      { ...made(desired), keys, secret, validation, ...(proof ? { proof } : {}) },
    ];
  });
