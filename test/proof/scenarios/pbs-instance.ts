// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstance from nothing to its end: with a VM of its own, or on a server that is there; and what people do to it by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import { PbsInstanceJudge } from '../oracles/pbs-instance.ts';
import { pbsPicture } from '../oracles/pbs-picture.ts';
import type { Proof, Scenario } from '../script.ts';
import { approve, changes, creates, pbsInstances, remove, store } from './pbs-acts.ts';
import { moreScenarios } from './pbs-more.ts';
import {
  badNight,
  drift,
  existing,
  foreignStorage,
  losesS3,
  losesTheVm,
  newS3Key,
  oldS3KeyEnds,
  others,
  passes,
  reusesTheID,
} from './pbs-people.ts';

const hour = 3_600_000;
const aNight = passes('for the first backup', 18 * hour);
const create = creates();
const deleting = { spec: { deletionPolicy: 'Delete' }, annotations: { 'hybridcloud.dev/confirm-data-loss': store } };
const running = [others, create, 'rest'] as const;
const saved = [...running, aNight, 'rest'] as const;
const onExisting = [others, existing, creates({ on: 'existing' }), 'rest'] as const;

const scenarios: readonly Scenario[] = [
  { name: 'pbs-create', before: [others], script: [create, 'rest'], ends: 'Ready' },
  { name: 'pbs-first-night', before: running, script: [aNight, 'rest'], ends: 'Ready' },
  { name: 'pbs-bad-night', before: running, script: [badNight, aNight, 'rest'], ends: 'Blocked' },
  { name: 'pbs-s3-out', before: running, script: [losesS3, aNight, 'rest', aNight, 'rest'], ends: 'Ready' },
  { name: 'pbs-steady', before: saved, script: [{ looks: 3 }, 'rest'], ends: 'Ready' },
  {
    name: 'pbs-memory',
    before: running,
    script: [changes('gives it more memory', { server: { vm: { memory: '8Gi' } } }), 'rest'],
    ends: 'Ready',
  },
  {
    name: 'pbs-care',
    before: running,
    script: [
      changes('keeps less, collects at another hour, and bounds and is told what goes to S3', {
        s3: { limits: { uploadPerSecond: '20Mi' } },
        datastore: {
          s3Alerts: { downloaded: '100Gi' },
          gcSchedule: '03:30',
          prune: { schedule: 'sun 04:00', keepLast: 1 },
          verify: { schedule: 'weekly' },
        },
      }),
      'rest',
      changes('closes the datastore', { datastore: { maintenance: 'ReadOnly' } }),
      'rest',
      changes('opens it again', { datastore: { maintenance: null } }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'pbs-jobs',
    before: running,
    script: [
      changes('has another job in the place of the first, and one more', {
        jobs: [
          { id: 'evening', schedule: '21:00', select: { type: 'VMs', vmIDs: [200] } },
          {
            id: 'nightly',
            schedule: '03:00',
            select: { type: 'All', exclude: [300] },
            changeDetection: 'Metadata',
            notifications: { mailTo: ['backup@example.com'], mailOn: 'Failure' },
          },
        ],
      }),
      'rest',
      changes('takes one away', {
        jobs: [{ id: 'nightly', schedule: '03:00', select: { type: 'All', exclude: [300] } }],
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  { name: 'pbs-drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  { name: 'pbs-rotate', before: running, script: [newS3Key, 'rest', oldS3KeyEnds, 'rest'], ends: 'Ready' },
  { name: 'pbs-rebuild', before: saved, script: [losesTheVm, 'rest', approve, 'rest'], ends: 'Ready' },
  {
    name: 'pbs-reused-id',
    before: [others, creates(deleting), 'rest'],
    script: [reusesTheID, 'rest', remove, 'rest'],
    ends: 'gone',
  },
  { name: 'pbs-foreign-storage', before: [others, foreignStorage], script: [create, 'rest'], ends: 'Blocked' },
  { name: 'pbs-delete-retain', before: saved, script: [remove, 'rest'], ends: 'gone' },
  { name: 'pbs-delete', before: [others, creates(deleting), 'rest'], script: [remove, 'rest'], ends: 'gone' },
  {
    name: 'pbs-delete-at-once',
    before: [others],
    script: [creates(deleting), { looks: 3 }, remove, 'rest'],
    ends: 'gone',
  },
  {
    name: 'pbs-existing',
    before: [others, existing],
    script: [creates({ on: 'existing' }), 'rest'],
    ends: 'Ready',
  },
  { name: 'pbs-existing-delete', before: onExisting, script: [remove, 'rest'], ends: 'gone' },
];

const { kind } = kinds.find(({ api }) => api.kind === 'PbsInstance') ?? {};
if (!kind) throw new Error('PbsInstance is no kind');

export const pbsInstanceProof: Proof = {
  kind: kind.kind,
  program: { name: 'operator', kind, resource: pbsInstances },
  scenarios: [...scenarios, ...moreScenarios],
  picture: pbsPicture,
  // tasks, installations and boots take their time
  told: ({ proxmox }) => !proxmox.underWay,
  judge: (worlds, scenario) => new PbsInstanceJudge(worlds, scenario),
};
