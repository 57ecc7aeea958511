// SPDX-License-Identifier: GPL-3.0-or-later
/** With Delete the VM goes last: one that was off before its datastore was deleted has that still. */
import { expect, test } from '@jest/globals';
import { parsePbsInstance } from '../../../src/api/pbs-instance.ts';
import type { VmSeen } from '../../../src/kinds/pbs-instance/machine/seen.ts';
import type { Observed } from '../../../src/kinds/pbs-instance/observed.ts';
import { plan } from '../../../src/kinds/pbs-instance/plan/plan.ts';
import type { PbsDesired } from '../../../src/kinds/pbs-instance/wish.ts';
import { machineUUID } from '../../../src/clouds/pve/marks.ts';
import type { ServerSeen } from '../../../src/kinds/pbs-instance/server/seen.ts';
import { nothing, walk } from './machine/preview.ts';
import { fresh } from './store/pieces.ts';
import { atRest } from './wiring/pieces.ts';

function leaving(deletionPolicy: 'Retain' | 'Delete'): PbsDesired {
  const { ok, ...found } = parsePbsInstance({
    deletionPolicy,
    proxmox: { url: 'https://192.168.0.10:8006', node: 'node1', credentialsSecretRef: { name: 'pve-token' } },
    server: {
      vm: {
        network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
        iso: { file: 'pbs-auto.iso' },
        fqdn: 'pbs-main.example.com',
      },
    },
    s3: { id: 'aws-s3', backupTargetRef: { name: 'vm-backups' } },
    datastore: { name: 'vm-backup-s3' },
    storage: { id: 'pbs-main' },
  });
  if (!ok || !('spec' in found)) throw new Error('no spec');
  return {
    uid: nothing.owner.uid,
    name: 'main',
    namespace: 'default',
    generation: 1,
    annotations: {},
    spec: found.spec,
    absent: true,
    driftIntervalMs: 600_000,
    last: {},
  };
}

const { vm: installed } = walk(nothing).seen;
const noted = 'vm-backups-s3/vm-backup-s3';

function look(vm: Partial<VmSeen>, more: Partial<Observed> = {}): Observed {
  if (!installed) throw new Error('no VM');
  const { leaving: _not, ...stays } = installed;
  return {
    now: nothing.now,
    owner: nothing.owner,
    place: 'https://192.168.0.10:8006',
    reach: { granted: true },
    version: { text: '9.2' } as Observed['version'],
    supported: true,
    tokenID: 'operator@pve!operator',
    machine: { ...nothing, vm: { ...stays, running: false, power: 'Stopped', ...vm } },
    store: { ...fresh, claim: { is: 'Mine', prefix: '' }, noted },
    wiring: atRest,
    ...more,
  };
}

test('Off before its time: nothing at all goes, and a person is told to start it, or what stays.', () => {
  const { steps, hold } = plan(leaving('Delete'), look({}));
  expect([steps, hold?.reason]).toEqual([[], 'ServerSilent']);
  expect(hold?.message).toMatch(
    /Start it; or, .* remove the VM: then the rest goes, but for the backups in the bucket[.]/,
  );
});

test.each<readonly [string, Partial<VmSeen>, Partial<Observed>]>([
  ['that the operator has shut down', { leaving: true }, {}],
  ['that never had a datastore', {}, { store: { ...fresh, claim: { is: 'Mine', prefix: '' } } }],
])('A VM %s goes on its way.', (_which, vm, more) => {
  expect(plan(leaving('Delete'), look(vm, more)).steps.length).toBeGreaterThan(0);
});

test('With Retain the way to it goes first, and then it is waited for.', () => {
  expect(plan(leaving('Retain'), look({})).steps).toMatchObject([{ do: 'RemoveBackupJob' }, { do: 'RemoveBackupJob' }]);
});

const kept = {
  found: 'ours',
  vm: machineUUID(nothing.owner),
  fingerprints: ['AA'],
  tokenID: 'hybridcloud@pbs!operator',
} as const;
const running = { running: true, power: 'Started' } as const;

test.each<readonly [ServerSeen['inside'], string]>([
  [{ otherCertificate: 'BB' }, 'CertificateChanged'],
  ['Rejected', 'TokenLost'],
])('Where nobody gets in, nothing goes either: %j.', (inside, reason) => {
  const server = { now: nothing.now, secret: kept, rootKept: false, ...(inside ? { inside } : {}) };
  const { steps, hold } = plan(leaving('Delete'), look(running, { server }));
  expect([steps, hold?.reason]).toEqual([[], reason]);
  expect(hold?.message).toMatch(/remove the VM: then the rest goes, but for the backups in the bucket[.]$/);
});

test('A server that runs and is silent keeps jobs and storage from going before anybody has confirmed.', () => {
  const { steps, hold } = plan(leaving('Delete'), look(running));
  expect([steps, hold?.reason]).toEqual([[], 'ServerSilent']);
});
