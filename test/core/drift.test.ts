// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { corrected, driftSince } from '../../src/core/drift.ts';
import { wasApplied } from '../../src/core/status.ts';

const [then, now] = ['2026-01-05T08:00:00Z', '2026-01-05T09:00:00Z'];
const versioning = { path: 'bucket.versioning', want: 'Enabled', have: 'Suspended' };

test('since is the time at which a path was first seen to differ, whatever it differs by', () => {
  const before = driftSince([], [versioning], then);
  expect(before).toEqual([{ ...versioning, since: then }]);
  const other = { path: 'bucket.policy', want: 'a', have: 'b' };
  expect(driftSince(before, [other, { ...versioning, have: 'Unversioned' }], now)).toEqual([
    { ...other, since: now },
    { ...versioning, have: 'Unversioned', since: then },
  ]);
});

test('what differs no more is corrected', () => {
  const before = driftSince([], [versioning, { ...versioning, path: 'bucket.policy' }], then);
  expect(corrected(before, driftSince(before, [versioning], now))).toEqual(['bucket.policy']);
  expect(corrected(before, [])).toEqual(['bucket.versioning', 'bucket.policy']);
});

test('no more than 100 entries, and values that a status has room for', () => {
  const many = Array.from({ length: 300 }, (_, n) => ({
    path: `bucket.tags.${n}${'x'.repeat(500)}`,
    want: 'y'.repeat(9000),
    have: '🙂'.repeat(5000),
  }));
  const drift = driftSince([], many, now);
  expect(drift).toHaveLength(100);
  for (const { path, want, have } of drift) {
    expect(path.length).toBeLessThanOrEqual(128);
    expect(Math.max(want.length, have.length)).toBeLessThanOrEqual(256);
    expect(have.isWellFormed()).toBe(true);
  }
});

const object = (status: object, generation = 3) => ({
  apiVersion: 'hybridcloud.dev/v1alpha1',
  kind: 'BackupTarget',
  metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '1', generation, creationTimestamp: then },
  status: { observedGeneration: 3, ...status },
});
const conditions = (synced: string, reason: string, ready = 'False') => [
  { type: 'Ready', status: ready, reason: 'x' },
  { type: 'Synced', status: synced, reason },
];
const drift = [{ ...versioning, since: then }];

test.each<[string, object, number, boolean]>([
  ['all applied', { conditions: conditions('True', 'Applied') }, 3, true],
  ['all applied, for another generation', { conditions: conditions('True', 'Applied') }, 4, false],
  ['being made', { conditions: conditions('False', 'Applying') }, 3, false],
  ['never looked at', {}, 3, false],
  ['drifted already', { conditions: conditions('False', 'Applying'), drift }, 3, true],
  ['drifted, for another generation', { conditions: conditions('False', 'Drifted'), drift }, 4, false],
  [
    'differing because it is not ours yet',
    { conditions: conditions('False', 'AdoptionNeedsApproval'), drift },
    3,
    false,
  ],
  ['held by the brake', { conditions: conditions('False', 'MassChangeBrake') }, 3, true],
  [
    'not reached at the last look, and working before',
    { conditions: conditions('Unknown', 'TimedOut', 'True') },
    3,
    true,
  ],
  ['not reached at the last look, and not working before', { conditions: conditions('Unknown', 'TimedOut') }, 3, false],
])('what was as its spec says: %s', (_what, status, generation, is) => {
  expect(wasApplied(object(status, generation))).toBe(is);
});
