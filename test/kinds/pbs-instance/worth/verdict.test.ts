// SPDX-License-Identifier: GPL-3.0-or-later
/** The verdict as a table: what was seen, and what is said of it. */
import { expect, test } from '@jest/globals';
import type { WorthStatus } from '../../../../src/api/pbs-instance/worth.ts';
import type { WorthWish } from '../../../../src/kinds/pbs-instance/worth/wish.ts';
import { worthOf } from '../../../../src/kinds/pbs-instance/worth/worth.ts';
import { backup, gib, hour, night, now, run, seen, wish, type Given } from './sight.ts';

function said(given: Given, more: Partial<WorthWish> = {}) {
  const worth = worthOf({ ...wish, ...more }, seen(given), given.before ?? {});
  const bad = worth.facts.conditions.filter(({ status }) => status !== 'True').map(({ reason }) => reason);
  return { ready: worth.serving === true ? '' : worth.serving.reason, bad, status: worth.facts.fields };
}

const clean = { ready: '', bad: [] };
const awaiting = (since: number): WorthStatus => ({
  guests: {
    protected: '1/2',
    total: 2,
    awaiting: [{ id: 201, reason: 'FirstBackupDue', since: new Date(since).toISOString() }],
  },
});
const only200 = { 200: [backup(night)] };

test.each<readonly [title: string, given: Given, expected: { ready: string; bad: readonly string[] }]>([
  ['all is well', {}, clean],
  ['a guest that nobody knew waits', { backups: only200 }, { ready: '', bad: ['FirstBackupDue'] }],
  [
    'a run has passed a guest by that waited before it',
    { backups: only200, before: awaiting(night - hour) },
    { ready: 'NeverBackedUp', bad: ['NeverBackedUp'] },
  ],
  [
    'while a run is not over it may come to it',
    { backups: only200, before: awaiting(night - hour), running: [now - hour] },
    { ready: '', bad: ['FirstBackupDue'] },
  ],
  [
    'a run of before is none of its',
    { backups: only200, before: awaiting(night + hour) },
    { ready: '', bad: ['FirstBackupDue'] },
  ],
  [
    'it waited for longer than the objective',
    { backups: only200, runs: [], before: awaiting(now - 27 * hour) },
    { ready: 'NeverBackedUp', bad: ['NeverBackedUp'] },
  ],
  [
    'a backup that is not finished is none',
    {
      backups: {
        ...only200,
        201: [{ at: night, archives: 1 } as ReturnType<typeof backup>, backup(night - 48 * hour)],
      },
    },
    { ready: 'BackupsStale', bad: ['BackupsStale'] },
  ],
  [
    'an empty one is none, and the one before still counts',
    { backups: { ...only200, 201: [backup(night, { archives: 0, size: 900 }), backup(night - 10 * hour)] } },
    { ready: '', bad: ['BackupsEmpty'] },
  ],
  [
    'a damaged one is none, and the one before still counts',
    { backups: { ...only200, 201: [backup(night, { verified: 'failed' }), backup(night - 10 * hour)] } },
    { ready: '', bad: ['BackupsCorrupt'] },
  ],
  [
    'far smaller than the one before',
    { backups: { ...only200, 201: [backup(night, { size: gib / 2 }), backup(night - 10 * hour)] } },
    { ready: '', bad: ['BackupsShrunk'] },
  ],
  [
    'what stays small was meant',
    {
      backups: {
        ...only200,
        201: [backup(night, { size: gib / 2 }), backup(night - hour, { size: gib / 2 }), backup(night - 2 * hour)],
      },
    },
    clean,
  ],
  ['exactly as old as is allowed', { at: night + 26 * hour }, clean],
  ['and a moment older', { at: night + 26 * hour + 1 }, { ready: 'BackupsStale', bad: ['BackupsStale'] }],
  [
    'the run ended well, and no guest has anything from it',
    { backups: { 200: [backup(night - 10 * hour)], 201: [backup(night - 10 * hour)] } },
    { ready: '', bad: ['RunSavedNothing'] },
  ],
  [
    'a run on a part of the guests, those of that node, is one of the job',
    {
      vmids: [200, 201, 202],
      runs: [
        run({
          end: { is: 'Failed', message: 'job errors' },
          report: { storage: 'pbs', selection: '200,201,202', failures: [] },
        }),
      ],
    },
    { ready: '', bad: ['RunFailed'] },
  ],
  [
    'nor is the part of another node wanted of it',
    {
      elsewhere: [201],
      runs: [
        run({
          end: { is: 'Failed', message: 'job errors' },
          report: { storage: 'pbs', selection: '200', failures: [{ vmid: 200, why: 'VM is locked (backup)' }] },
        }),
      ],
    },
    { ready: '', bad: ['RunFailed'] },
  ],
  [
    'a damaged one is none, and the one before is too old',
    { backups: { ...only200, 201: [backup(night, { verified: 'failed' }), backup(night - 48 * hour)] } },
    { ready: 'BackupsStale', bad: ['BackupsStale', 'BackupsCorrupt'] },
  ],
  [
    'an empty one is none, and the one before is too old',
    { backups: { ...only200, 201: [backup(night, { archives: 0, size: 900 }), backup(night - 48 * hour)] } },
    { ready: 'BackupsStale', bad: ['BackupsStale', 'BackupsEmpty'] },
  ],
  [
    'at its hour another selection ran: it was changed since',
    {
      runs: [run({ report: { storage: 'pbs', selection: '999', failures: [] } })],
      backups: { 200: [backup(night - hour)], 201: [backup(night - hour)] },
      before: { jobs: [{ id: 'nightly', schedule: '02:00', nextRun: new Date(night).toISOString() }] },
    },
    clean,
  ],
  [
    'what stops backups is told before what does not',
    {
      store: {
        cache: { total: 100, avail: 5 },
        collections: {
          diskBytes: 0,
          last: { endedAt: night + hour, end: { is: 'Failed', message: 's3 error: AccessDenied' } },
        },
      },
    },
    { ready: 'BucketRefuses', bad: ['BucketRefuses'] },
  ],
  [
    'a run of other guests is none',
    {
      runs: [
        run({
          end: { is: 'Failed', message: 'job errors' },
          report: { storage: 'pbs', selection: '999', failures: [] },
        }),
      ],
    },
    clean,
  ],
  [
    'its time has passed, and nobody ran',
    {
      runs: [],
      backups: { 200: [backup(night - hour)], 201: [backup(night - hour)] },
      before: { jobs: [{ id: 'nightly', schedule: '02:00', nextRun: new Date(night).toISOString() }] },
    },
    { ready: '', bad: ['RunMissed'] },
  ],
  [
    'who may not see runs sees their backups',
    { runs: [], before: { jobs: [{ id: 'nightly', schedule: '02:00', nextRun: new Date(night).toISOString() }] } },
    clean,
  ],
  [
    'of another schedule nothing was due',
    {
      runs: [],
      backups: { 200: [backup(night - hour)], 201: [backup(night - hour)] },
      before: { jobs: [{ id: 'nightly', schedule: '03:00', nextRun: new Date(night).toISOString() }] },
    },
    clean,
  ],
  ['nearly full', { store: { cache: { total: 100, avail: 5 } } }, { ready: '', bad: ['CacheDiskFilling'] }],
  [
    'a refresh ends by itself',
    { store: { maintenance: 's3-refresh' } },
    { ready: 'InMaintenance', bad: ['InMaintenance'] },
  ],
  [
    'a collection that failed by its bucket, and a backup after it that worked',
    {
      store: {
        collections: {
          diskBytes: 0,
          last: {
            endedAt: night - hour,
            end: { is: 'Failed', message: 'bucket does not exist or no permission to access it' },
          },
        },
      },
    },
    clean,
  ],
  [
    'and the other way round',
    {
      store: {
        collections: {
          diskBytes: 0,
          last: {
            endedAt: night + hour,
            end: { is: 'Failed', message: 'bucket does not exist or no permission to access it' },
          },
        },
      },
    },
    { ready: 'BucketRefuses', bad: ['BucketRefuses'] },
  ],
  [
    'a collection that failed by something else',
    {
      store: {
        collections: { diskBytes: 0, last: { endedAt: night, end: { is: 'Failed', message: 'atime is not updated' } } },
      },
    },
    { ready: '', bad: ['GarbageCollectionFailed'] },
  ],
])('%s', (_, given, expected) => {
  const { ready, bad } = said(given);
  expect({ ready, bad }).toEqual(expected);
});

test.each<readonly [owner: string | undefined, login: string, bad: readonly string[]]>([
  ['pve@pbs!ours', 'pve@pbs!ours', []],
  ['pve@pbs', 'pve@pbs', []],
  ['pve@pbs!ours', 'pve@pbs', []],
  [undefined, 'pve@pbs!ours', []],
  ['pve@pbs!theirs', 'pve@pbs!ours', ['FirstBackupDue']],
  ['pve@pbs', 'pve@pbs!ours', ['FirstBackupDue']],
  ['pve@pbs.other!ours', 'pve@pbs', ['FirstBackupDue']],
])('A backup of %s is one for an entry that logs in as %s, or of other guests: %j.', (owner, login, bad) => {
  const given = { backups: { ...only200, 201: [backup(night, owner === undefined ? {} : { owner })] } };
  expect(said(given, { login })).toMatchObject({ ready: '', bad });
});
