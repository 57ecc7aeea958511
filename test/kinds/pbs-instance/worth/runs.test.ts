// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { nextRunsOf } from '../../../../src/kinds/pbs-instance/worth/runs.ts';
import { worthOf } from '../../../../src/kinds/pbs-instance/worth/worth.ts';
import { hour, night, seen, wish } from './sight.ts';

const day = 24 * hour;
const midnight = Date.UTC(2026, 0, 7);

test('Of a schedule of the server the next three runs are told, by its own clock.', () => {
  expect(nextRunsOf([{ schedule: 'daily', nextRun: midnight }], 'UTC')).toEqual(
    [0, 1, 2].map((at) => midnight + at * day),
  );
  const seoul = midnight - 9 * hour;
  expect(nextRunsOf([{ schedule: 'daily', nextRun: seoul }], 'Asia/Seoul')[2]).toBe(seoul + 2 * day);
});

test('What the server says itself is all that is told where our reckoning comes to something else, or the clock is not known.', () => {
  const odd = [{ schedule: 'daily', nextRun: midnight + hour }];
  expect(nextRunsOf(odd, 'UTC')).toEqual([midnight + hour]);
  expect(nextRunsOf([{ schedule: 'daily', nextRun: midnight }], undefined)).toEqual([midnight]);
  expect(nextRunsOf([{ schedule: 'daily' }], 'UTC')).toEqual([]);
});

test('Several jobs of one sort are told together.', () => {
  const jobs = [
    { schedule: 'daily', nextRun: midnight },
    { schedule: '12:00', nextRun: midnight + 12 * hour },
  ];
  expect(nextRunsOf(jobs, 'UTC')).toEqual([midnight, midnight + 12 * hour, midnight + day]);
});

test('The status tells last and next of garbage collection, pruning, verification and each backup job.', () => {
  const end = { is: 'Done', warnings: 0 } as const;
  const store = {
    zone: 'UTC',
    collections: { diskBytes: 1, schedule: 'daily', nextRun: midnight },
    prunes: [{ id: 'p', schedule: '04:00', nextRun: midnight + 4 * hour, last: { endedAt: night, end } }],
    verifications: [{ id: 'v', schedule: 'monthly', nextRun: Date.UTC(2026, 1, 1) }],
  };
  const at = seen({ store });
  const [job] = at.pve.jobs;
  const following = [2, 3].map((times) => night + times * day);
  const { datastore, facts } = worthOf(
    wish,
    { ...at, pve: { ...at.pve, jobs: job ? [{ ...job, following }] : [] } },
    {},
  );
  expect(datastore).toMatchObject({
    nextGCTimes: ['2026-01-07T00:00:00Z', '2026-01-08T00:00:00Z', '2026-01-09T00:00:00Z'],
    lastPruneTime: '2026-01-06T02:00:00Z',
    lastPruneResult: 'OK',
    nextPruneTimes: ['2026-01-07T04:00:00Z', '2026-01-08T04:00:00Z', '2026-01-09T04:00:00Z'],
    nextVerifyTimes: ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
  });
  expect(facts.fields.jobs?.[0]?.nextRuns).toEqual([
    '2026-01-07T02:00:00Z',
    '2026-01-08T02:00:00Z',
    '2026-01-09T02:00:00Z',
  ]);
});
