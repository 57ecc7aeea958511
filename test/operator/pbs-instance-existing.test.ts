// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup server that is there, by the whole operator: from its token to the first backup, and back to how it was. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { PbsView } from '../../src/simulator/proxmox/told-pbs.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const address = '192.168.0.30';

/** As docs/proxmox.md has them as commands. */
const rights = [
  ['/', 'Admin', false],
  ['/datastore', 'Admin'],
  ['/access', 'Admin'],
  ['/system/s3-endpoint', 'Admin'],
  ['/system/status', 'Audit'],
  ['/system/tasks', 'Audit'],
] as const;

/** A server of others: with somebody of theirs, and a job for a datastore of theirs. */
async function theirs(given: { roles?: Parameters<PbsView['token']>[0]; version?: string } = {}): Promise<PbsView> {
  const { version = '4.2.3' } = given;
  const server = world.site.world.addPbs({ address, hostname: 'pbs-old', version });
  server.token({ user: 'somebody@pbs', name: 'theirs', roles: [['/datastore', 'DatastoreBackup']] });
  server.state.prune.set('theirs', {
    id: 'theirs',
    options: { store: 'their-store', schedule: 'daily', 'keep-last': 3, disable: true },
    since: 0,
  });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator', roles: rights, ...given.roles });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  return server;
}

function existing({ fingerprint }: PbsView, spec: object = {}): object {
  const tls = { fingerprints: [fingerprint.toUpperCase()] };
  const used = { url: `https://${address}:8007`, tls, credentialsSecretRef: { name: 'pbs-token' } };
  return pbsInstance({ server: { type: 'Existing', existing: used }, ...spec });
}

const users = ({ state }: PbsView) =>
  [...state.access.users.values()].map(({ id, tokens }) => `${id} ${[...tokens.keys()].join()}`);

/** What of a server is anybody's but ours. */
const kept = (server: PbsView) => ({
  users: users(server),
  acl: server.state.access.acl.map(({ path, who, role }) => `${path} ${who} ${role}`),
  prune: [...server.state.prune.keys()],
  verify: [...server.state.verify.keys()],
  datastores: [...server.state.datastores.keys()],
  endpoints: [...server.state.endpoints.keys()],
  mounts: server.state.mounts,
});

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

test('A server that is there is used from its token on, to the first backup; no VM is made, and deleted, it is as it was but for the datastore.', async () => {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  world.start();
  const server = await theirs();
  const before = kept(server);
  world.kubernetes.install([target(), existing(server)]);
  await world.until(() => world.status().guests?.protected === '2/2', hour).catch(explained);
  expect(world.told('Ready')).toMatchObject({ status: 'True' });
  expect(world.status()).toMatchObject({
    server: { version: '4.2.3', url: `https://${address}:8007` },
    datastore: { name: 'vm-backup-s3' },
    guests: { protected: '2/2' },
  });
  expect(world.status().vm).toBeUndefined();
  expect(world.site.world.pve.guests().map(({ vmid }) => vmid)).toEqual([200, 201]);
  expect(
    server
      .snapshots('vm-backup-s3')
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(['200', '201']);

  await world.admin.remove(pbsInstances, pbsPlace);
  await world.until(() => !world.isThere(), 600).catch(explained);
  const after = kept(server);
  expect({ ...after, datastores: [], endpoints: [], prune: [], verify: [] }).toEqual({
    ...before,
    datastores: [],
    endpoints: [],
    prune: [],
    verify: [],
  });
  expect(after.datastores).toEqual(['vm-backup-s3']);
  expect(after.prune).toContain('theirs');
  expect(world.site.world.pve.storages().map(({ id }) => id)).not.toContain('pbs-main');
  expect(world.site.world.pve.jobs()).toEqual([]);
}, 120_000);

test('With Delete and the loss confirmed the server is as it was found, and no object is left in the bucket.', async () => {
  world = proxmox();
  world.start();
  const server = await theirs();
  const before = kept(server);
  world.kubernetes.install([target(), existing(server, { deletionPolicy: 'Delete' })]);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  const annotations = { 'hybridcloud.dev/confirm-data-loss': 'vm-backup-s3' };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
  await world.admin.remove(pbsInstances, pbsPlace);
  await world.until(() => !world.isThere(), 900).catch(explained);
  expect(kept(server)).toEqual(before);
  const objects = world.aws.account('123456789012').buckets()[0]?.objects ?? [];
  expect(objects.filter(({ deleteMarker, latest }) => latest && !deleteMarker)).toEqual([]);
}, 120_000);

test('A storage of others with the wanted id is told before anything is made on the server or in the bucket.', async () => {
  world = proxmox();
  world.start();
  const server = await theirs();
  world.site.world.pve.addStorage({ id: 'pbs-main', type: 'dir', content: 'backup', total: 1024 ** 4 });
  const before = kept(server);
  world.kubernetes.install([target(), existing(server)]);
  await world.until(() => world.told('Stalled')?.status === 'True', 300).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'NotOurs' });
  expect(world.told('Stalled')?.message).toMatch(/storage pbs-main already/);
  expect(kept(server)).toEqual(before);
  expect(world.get()?.metadata.annotations?.['hybridcloud.dev/claimed-by']).toBeUndefined();
}, 120_000);

test('A right that the token lacks on the server is named with the commands that grant it, and then it goes on.', async () => {
  world = proxmox();
  world.start();
  const server = await theirs({ roles: { roles: rights.filter(([path]) => path !== '/access') } });
  world.kubernetes.install([target(), existing(server)]);
  await world.until(() => world.told('Stalled')?.status === 'True', 300).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'PermissionsMissing' });
  expect(world.told('Stalled')?.message).toContain(
    "proxmox-backup-manager acl update /access Admin --auth-id 'hybridcloud@pbs!operator'",
  );
  expect([...server.state.datastores]).toEqual([]);
  for (const who of ['hybridcloud@pbs', 'hybridcloud@pbs!operator'])
    server.state.access.acl.push({ path: '/access', who, role: 'Admin', propagate: true });
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
}, 120_000);

test('One that is too old is told before anything is made, and once it is upgraded all goes on by itself.', async () => {
  world = proxmox();
  world.start();
  const server = await theirs({ version: '4.1.8' });
  world.kubernetes.install([target(), existing(server)]);
  await world.until(() => world.told('Stalled')?.status === 'True', 60).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'VersionTooOld' });
  expect(world.told('Stalled')?.message).toMatch(/is Proxmox Backup Server 4\.1\.8, .* 4\.1\.9 on.*goes on by itself/);
  expect([...server.state.endpoints, ...server.state.datastores]).toEqual([]);
  server.upgrade('4.2.3');
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
}, 120_000);
