// SPDX-License-Identifier: GPL-3.0-or-later
/** Ids that others have in Proxmox VE are found out before a VM is made in vain. */
import { expect, test } from '@jest/globals';
import { parsePbsInstance } from '../../../src/api/pbs-instance.ts';
import type { Observed } from '../../../src/kinds/pbs-instance/observed.ts';
import { plan } from '../../../src/kinds/pbs-instance/plan/plan.ts';
import type { PbsDesired } from '../../../src/kinds/pbs-instance/wish.ts';
import { nothing as noMachine } from './machine/preview.ts';
import { atRest, storage } from './wiring/pieces.ts';

const parsed = parsePbsInstance({
  proxmox: { url: 'https://192.168.0.10:8006', node: 'node1', credentialsSecretRef: { name: 'pve-token' } },
  server: {
    vm: {
      network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
      iso: { file: 'pbs-auto.iso' },
      fqdn: 'pbs-main.example.com',
    },
  },
  s3: {
    id: 'aws-s3',
    endpoint: 's3.eu-central-1.amazonaws.com',
    region: 'eu-central-1',
    bucket: 'backups-of-main',
    credentialsSecretRef: { name: 's3-access' },
  },
  datastore: { name: 'vm-backups' },
  storage: { id: 'pbs-main' },
  jobs: [{ id: 'nightly', schedule: '02:00', select: { type: 'All' } }],
});
if (!parsed.ok) throw new Error(parsed.message);

const desired: PbsDesired = {
  uid: noMachine.owner.uid,
  name: 'main',
  namespace: 'default',
  generation: 1,
  annotations: {},
  spec: parsed.spec,
  absent: false,
  driftIntervalMs: 600_000,
  last: {},
};

const look = (taken: Observed['taken']): Observed => ({
  now: noMachine.now,
  owner: noMachine.owner,
  place: 'https://192.168.0.10:8006',
  reach: { granted: [] } as unknown as Observed['reach'],
  version: { text: '9.2' } as Observed['version'],
  supported: true,
  tokenID: 'operator@pve!operator',
  lacking: [],
  machine: noMachine,
  ...(taken ? { taken } : {}),
});

test('Where nobody has the ids, the way begins with the machine.', () => {
  expect(plan(desired, look({ jobs: [] })).steps).toMatchObject([{ part: 'machine' }]);
});

test.each<readonly [string, Observed['taken'], string]>([
  ['a storage', { storage: { ...storage, username: 'theirs@pbs!pve' }, jobs: [] }, 'Storage'],
  ['a backup job', { jobs: atRest.jobs.filter(({ id }) => id === 'nightly') }, 'BackupJob'],
])('Nothing is made while %s of others has an id of ours.', (_, taken, kind) => {
  expect(plan(desired, look(taken))).toMatchObject({
    steps: [],
    hold: { why: 'Blocked', reason: 'NotOurs', blockedBy: [{ kind }] },
  });
});
