// SPDX-License-Identifier: GPL-3.0-or-later
/** Two clusters, one Proxmox VE and one AWS account: what the first one has is not the second one's, whatever its objects are called. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target, type Running } from './worlds.ts';

let first: Proxmox;
let second: Proxmox;
beforeEach(async () => {
  first = proxmox();
  second = proxmox({ beside: first });
  first.start();
  // without a key in it nothing else keeps a storage
  first.kubernetes.install([target(), pbsInstance({ storage: { id: 'pbs-main' } })]);
  await first.until(() => first.told('Synced')?.status === 'True', hour);
});
afterEach(async () => {
  await second.end();
  await first.end();
});

const hour = 3600;

const ofFirst = (all: Iterable<unknown>) => [...all].filter((one) => !JSON.stringify(one).includes('second'));

/** All that the first one has at both products, but what time itself changes. */
function had(): string {
  const { world } = first.site;
  const [server] = world.servers();
  return JSON.stringify({
    guests: world.pve.guests().map(({ vmid, config }) => ({ vmid, config })),
    storages: world.pve.storages(),
    jobs: world.pve.jobs(),
    datastores: ofFirst(server?.state.datastores ?? []),
    users: [...(server?.state.access.users.values() ?? [])].map(({ id, comment, tokens }) => [
      id,
      comment,
      [...tokens.keys()],
    ]),
    acl: server?.state.access.acl,
    prune: ofFirst(server?.state.prune ?? []),
    verify: ofFirst(server?.state.verify ?? []),
  });
}

const bucket = { id: 'second-s3', backupTargetRef: { name: 'second' } };
function inSecond(spec: object): void {
  second.kubernetes.install([target({}, 'second'), pbsInstance({ s3: bucket, ...spec })]);
}

async function until(holds: () => boolean): Promise<void> {
  await second.until(holds, hour).catch((error: unknown) => {
    throw new Error(JSON.stringify(second.status(), undefined, 1), { cause: error });
  });
}

const written = ({ records }: Running) =>
  records.filter(({ call }) => call.effect === 'write' && ['pve', 'pbs'].includes(call.service));

test('The same names in another cluster: it stops, says whose they are, and nothing of the first one changes, not by its deletion either.', async () => {
  const before = had();
  const running = second.start();
  inSecond({ storage: { id: 'pbs-main' } });
  await until(() => second.told('Stalled')?.status === 'True');
  expect(second.told('Stalled')).toMatchObject({
    reason: 'NotOurs',
    message: expect.stringContaining('storage pbs-main already, which this object is not known to have made'),
  });
  expect(second.told('MachineReady')?.reason).toBe('AddressTaken');
  await second.pass(1200);
  expect(had()).toBe(before);
  await second.admin.remove(pbsInstances, pbsPlace);
  await until(() => !second.isThere());
  expect(had()).toBe(before);
  expect(written(running)).toEqual([]);
  expect(first.told('Synced')?.status).toBe('True');
}, 240_000);

test('With names and an address of its own it stands beside the first one, and goes with all it has without touching that one.', async () => {
  const before = had();
  second.start();
  inSecond({
    server: {
      vm: {
        network: { address: '192.168.0.21/24', gateway: '192.168.0.1', dns: '192.168.0.1' },
        iso: { file: 'proxmox-backup-server_4.2-1-auto.iso' },
        fqdn: 'pbs-second.example.com',
      },
    },
    datastore: { name: 'second' },
    storage: { id: 'pbs-second' },
    jobs: [{ id: 'second', schedule: '03:00' }],
    deletionPolicy: 'Delete',
  });
  await until(() => second.told('Synced')?.status === 'True');
  expect(first.site.world.servers()).toHaveLength(2);
  const confirmed = { metadata: { annotations: { 'hybridcloud.dev/confirm-data-loss': 'second' } } };
  await second.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: confirmed });
  await second.admin.remove(pbsInstances, pbsPlace);
  await until(() => !second.isThere());
  expect(first.site.world.servers()).toHaveLength(1);
  expect(had()).toBe(before);
  await first.pass(1200);
  expect(had()).toBe(before);
  expect(first.told('Synced')?.status).toBe('True');
}, 240_000);

test('Both on one backup server, under the same name: whose the account there is shows, and neither it nor what hangs on it is touched.', async () => {
  const [server] = first.site.world.servers();
  if (!server) throw new Error('no server');
  const roles = ['/', '/datastore', '/access', '/system/s3-endpoint'].map((path) => [path, 'Admin'] as const);
  const { id, secret } = server.token({ user: 'second@pbs', name: 'operator', roles });
  await putSecret(second, 'pbs-token', { tokenID: id, secret });
  const before = had();
  second.start();
  const tls = { fingerprints: [server.fingerprint.toUpperCase()] };
  const existing = { url: 'https://192.168.0.20:8007', tls, credentialsSecretRef: { name: 'pbs-token' } };
  inSecond({
    server: { type: 'Existing', existing },
    datastore: { name: 'second' },
    storage: { id: 'pbs-second' },
    jobs: [{ id: 'second', schedule: '03:00' }],
  });
  await until(() => second.told('Stalled')?.status === 'True');
  expect(second.told('Stalled')).toMatchObject({
    reason: 'NotOurs',
    message: expect.stringMatching(/^User pve-pbs-main-\w+@pbs on the backup server belongs to .* of another cluster;/),
  });
  await second.admin.remove(pbsInstances, pbsPlace);
  await until(() => !second.isThere());
  expect(had()).toBe(before);
}, 240_000);
