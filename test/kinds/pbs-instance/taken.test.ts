// SPDX-License-Identifier: GPL-3.0-or-later
/** Ids that others have in Proxmox VE are found out before a VM is made in vain. */
import { expect, test } from '@jest/globals';
import { parsePbsInstance } from '../../../src/api/pbs-instance.ts';
import type { Observed } from '../../../src/kinds/pbs-instance/observed.ts';
import { plan } from '../../../src/kinds/pbs-instance/plan/plan.ts';
import type { PbsDesired } from '../../../src/kinds/pbs-instance/wish.ts';
import { worthWish } from '../../../src/kinds/pbs-instance/of-spec.ts';
import { stockOf } from '../../../src/kinds/pbs-instance/restore-of.ts';
import { planStore } from '../../../src/kinds/pbs-instance/store/plan.ts';
import { nothing as noMachine } from './machine/preview.ts';
import { datastore, settled, wish as storeWish } from './store/pieces.ts';
import { atRest, storage } from './wiring/pieces.ts';
import { backup, night, seen as backupsSeen } from './worth/sight.ts';

const made = {
  vm: {
    network: { address: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
    iso: { file: 'pbs-auto.iso' },
    fqdn: 'pbs-main.example.com',
  },
};

const specOf = (server: object) => ({
  proxmox: { url: 'https://192.168.0.10:8006', node: 'node1', credentialsSecretRef: { name: 'pve-token' } },
  server,
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

function parsed(server: object): PbsDesired['spec'] {
  const found = parsePbsInstance(specOf(server));
  if (!found.ok) throw new Error(found.message);
  return found.spec;
}

const desired: PbsDesired = {
  uid: noMachine.owner.uid,
  name: 'main',
  namespace: 'default',
  generation: 1,
  annotations: {},
  spec: parsed(made),
  absent: false,
  driftIntervalMs: 600_000,
  last: {},
};

type Found = Partial<NonNullable<Observed['beside']>>;

const look = (found: Found): Observed => ({
  now: noMachine.now,
  owner: noMachine.owner,
  place: 'https://192.168.0.10:8006',
  reach: { granted: [] } as unknown as Observed['reach'],
  version: { text: '9.2' } as Observed['version'],
  supported: true,
  tokenID: 'operator@pve!operator',
  lacking: [],
  machine: noMachine,
  beside: { token: { found: 'absent' }, jobs: [], ...found },
});

test('Where nobody has the ids, the way begins with the machine.', () => {
  expect(plan(desired, look({})).steps).toMatchObject([{ part: 'machine' }]);
});

test.each<readonly [string, Found, string]>([
  ['a storage', { storage: { ...storage, username: 'theirs@pbs!pve' } }, 'Storage'],
  ['a backup job', { jobs: atRest.jobs.filter(({ id }) => id === 'nightly') }, 'BackupJob'],
])('Nothing is made while %s of others has an id of ours.', (_, found, kind) => {
  expect(plan(desired, look(found))).toMatchObject({
    steps: [],
    hold: { why: 'Blocked', reason: 'NotOurs', blockedBy: [{ kind }] },
  });
});

test('Nothing of a datastore that is taken over is changed while a storage of others has an id of ours.', () => {
  const existing = { url: 'https://192.168.0.30:8007', credentialsSecretRef: { name: 'pbs-token' } };
  const annotations = { 'hybridcloud.dev/adopt': 'vm-backups' };
  const { machine: _none, beside: _seen, ...server } = look({});
  const adopted = {
    ...server,
    store: { datastore: { name: 'vm-backups', comment: 'of others' } },
  } as unknown as Observed;
  const wiring = { ...atRest, storage: { ...storage, username: 'theirs@pbs!pve' } };
  const wanted = { ...desired, annotations, spec: parsed({ type: 'Existing', existing }) };
  expect(plan(wanted, { ...adopted, wiring })).toMatchObject({ steps: [], hold: { reason: 'NotOurs' } });
});

test('What others saved under the number of a guest is neither its backup nor what a restore test restores.', () => {
  const [ours, theirs] = [backup(night, { owner: storage.username }), backup(night, { owner: 'theirs@pbs!pve' })];
  const worth = backupsSeen({ backups: { 200: [ours], 201: [theirs] } });
  const observed = { ...look({}), wiring: atRest, worth };
  expect(worthWish(desired, observed).login).toBe(storage.username);
  expect(stockOf(desired, observed).candidates).toMatchObject([{ guest: 200 }]);
});

test.each(['main-pbs-root', 'main-pbs-operator', 'main-pbs-backup'])(
  'The encryption key is not to be put into %s, and nothing is made before another Secret is named.',
  (name) => {
    const encryption = { secretRef: { name } };
    const spec = { ...desired.spec, storage: { ...desired.spec.storage, encryption } };
    const { steps, hold } = plan({ ...desired, spec }, look({}));
    expect([steps, hold?.reason]).toEqual([[], 'EncryptionSecretUnsafe']);
    expect(plan({ ...desired, name: 'other', spec }, look({})).steps).toHaveLength(1);
  },
);

test('Who is told that a storage or a datastore is taken is not sent to a field that is fixed.', () => {
  const theirs = { ...storage, username: 'root@pam' };
  const taken = plan(desired, look({ storage: theirs })).hold?.message;
  expect(taken).toContain('Make this object anew with another storage.id, which is fixed, or take it over');
  const foreign = planStore(storeWish, { ...settled, datastore: { ...datastore, comment: 'theirs' } });
  expect(foreign.hold?.message).toContain('make this object anew with another datastore.name, which is fixed.');
});
