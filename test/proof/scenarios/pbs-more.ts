// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstance: what is taken over on request, a BackupTarget in place of a given key, approvals, disks that grow, and DHCP. */
import type { Scenario } from '../script.ts';
import { approve, approveAgain, changes, creates, remove } from './pbs-acts.ts';
import { badRestore, existing, oldStorage, others, passes } from './pbs-people.ts';
import { claimEnds, claimedTarget, newTargetKey, oldTargetKeyEnds, target, targetName } from './pbs-target.ts';

const create = creates();
const onExisting = { on: 'existing' } as const;
const withTarget = creates({ ...onExisting, target: targetName });
const planned = creates({ ...onExisting, spec: { managementPolicy: 'Plan' } });
const adopting = creates({ ...onExisting, annotations: { 'hybridcloud.dev/adopt': 'pbs-main' } });
const addressing = { addressing: 'DHCP', macAddress: 'BC:24:11:0A:0B:0C' };
const byDhcp = creates({
  spec: {
    server: { vm: { network: addressing, iso: { file: 'pbs-auto.iso' }, fqdn: 'pbs-main.example.com' } },
  },
});

const hour = 3_600_000;
const saved = [
  others,
  existing,
  creates(onExisting),
  'rest',
  passes('for the first backup', 18 * hour),
  'rest',
] as const;
const restores = changes('wants what was saved to be restored for a test', {
  restoreTests: { storage: 'local-lvm', intervalDays: 300 },
});

/** As long as a person looks after what was approved. */
const attended = [{ looks: 12 }, approveAgain, { looks: 6 }, approveAgain, 'rest'] as const;

export const moreScenarios: readonly Scenario[] = [
  {
    name: 'pbs-adopt-storage',
    before: [others, existing, oldStorage],
    script: [adopting, 'rest', approve, ...attended],
    ends: 'Ready',
  },
  {
    name: 'pbs-target',
    before: [others, existing, target],
    script: [withTarget, 'rest', remove, 'rest'],
    ends: 'gone',
  },
  {
    name: 'pbs-target-rotate',
    before: [others, existing, target, withTarget, 'rest'],
    script: [newTargetKey, 'rest', oldTargetKeyEnds, 'rest'],
    ends: 'Ready',
  },
  {
    name: 'pbs-target-taken',
    before: [others, existing, claimedTarget],
    script: [withTarget, 'rest', claimEnds, 'rest'],
    ends: 'Ready',
  },
  {
    name: 'pbs-plan',
    before: [others, existing],
    script: [
      planned,
      'rest',
      approve,
      ...attended,
      changes('collects at another hour', { datastore: { gcSchedule: '03:30' } }),
      'rest',
      approve,
      ...attended,
    ],
    ends: 'Ready',
  },
  {
    name: 'pbs-grow',
    before: [others, create, 'rest'],
    script: [
      changes('gives it larger disks, and more cores', {
        server: { vm: { disk: '60Gi', cacheDisk: '96Gi', cores: 4 } },
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  { name: 'pbs-restore-test', before: saved, script: [restores, 'rest'], ends: 'Ready' },
  { name: 'pbs-restore-fails', before: saved, script: [badRestore, restores, 'rest'], ends: 'Ready' },
  { name: 'pbs-restore-delete', before: saved, script: [restores, { looks: 2 }, remove, 'rest'], ends: 'gone' },
  { name: 'pbs-dhcp', before: [others], script: [byDhcp, 'rest'], ends: 'Ready' },
];
