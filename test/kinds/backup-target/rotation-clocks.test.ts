// SPDX-License-Identifier: GPL-3.0-or-later
/** IAM's clock says when a key was made, the operator's when it was delivered. The operator's may jump; no key is replaced twice for it. */
import { expect, test } from '@jest/globals';
import { parseBackupTarget } from '../../../src/api/backup-target.ts';
import type { Observed } from '../../../src/kinds/backup-target/observed.ts';
import { knownKeys } from '../../../src/kinds/backup-target/plan/keys.ts';
import { rotationOf } from '../../../src/kinds/backup-target/plan/rotation.ts';
import { now as made, owner } from './worlds.ts';

const hour = 3_600_000;
const day = 24 * hour;
const current = 'AKIABBBBBBBBBBBBBBBB';
const old = 'AKIAAAAAAAAAAAAAAAAA';

function stageAt(now: number, delivered: number, also: { previous?: true; rotateAfter?: number } = {}) {
  const parsed = parseBackupTarget({
    aws: { region: 'ap-northeast-2' },
    bucket: { name: 'iksan-cloud-backup-20251129' },
    user: { name: 'proxmox-backup-user' },
    accessKey: { secretRef: { name: 'vm-backups-s3' } },
  });
  if (!parsed.ok) throw new Error(parsed.message);
  const createdAt = made - 90 * day;
  const observed: Observed = {
    now,
    account: '123456789012',
    partition: 'aws',
    owner,
    bucket: { found: 'absent' },
    user: undefined,
    keys: [
      { id: current, createdAt: made, active: true },
      ...(also.previous ? [{ id: old, createdAt, active: true }] : []),
    ],
    secret: {
      found: 'ours',
      reserved: { at: delivered, besides: [old], supersedes: [] },
      delivered: { key: current, at: delivered },
      intact: true,
      describes: true,
      retiring: { key: old, createdAt },
    },
  };
  const { rotateAfter } = also;
  const annotations =
    rotateAfter === undefined ? {} : { 'hybridcloud.dev/rotate-after': new Date(rotateAfter).toISOString() };
  return rotationOf({ spec: parsed.spec, annotations, observed, ours: knownKeys(observed, []) });
}

test('a clock that jumped a hundred days ahead replaces a key once: the next time counts from its delivery', () => {
  const jumped = made + 100 * day;
  expect(stageAt(jumped + hour, jumped)).toEqual({ stage: 'scheduled', at: jumped + 90 * day });
});

test('set back again, the next time counts from when IAM made the key', () => {
  const jumped = made + 100 * day;
  expect(stageAt(made + hour, jumped)).toEqual({ stage: 'scheduled', at: made + 90 * day });
});

test('a clock that runs behind does not replace the key that a leak called for again and again', () => {
  const asked = made - 10 * hour;
  expect(stageAt(made - 5 * hour, made - 9 * hour, { rotateAfter: asked })).toMatchObject({ stage: 'scheduled' });
});

test('a clock that runs ahead of IAM does not do so either', () => {
  const asked = made + 5 * hour;
  expect(stageAt(made + 10 * hour, made + 9 * hour, { rotateAfter: asked })).toEqual({
    stage: 'scheduled',
    at: made + 9 * hour + 90 * day,
  });
});

test.each([
  ['a note from the future', made + 2 * day, made + hour],
  ['a note from before the key was made', made - 2 * day, made + 23 * hour],
])('%s does not end the overlap early', (_what, delivered, now) => {
  expect(stageAt(now, delivered, { previous: true })).toMatchObject({
    stage: 'overlap',
    until: made + 24 * hour + 1000,
  });
});
