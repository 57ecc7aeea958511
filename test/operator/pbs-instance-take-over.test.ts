// SPDX-License-Identifier: GPL-3.0-or-later
/** A storage entry that somebody made is taken over with its backups, by the whole operator: else every one that comes would be refused. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { PbsView } from '../../src/simulator/proxmox/told-pbs.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const theirs = 'old@pbs!pve';

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

async function annotate(annotations: Record<string, string>): Promise<void> {
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
}

const owners = (server: PbsView) => [...new Set(server.snapshots('vm-backup-s3').map(({ owner }) => owner))];

/** After a night of backups, as if all of it had been made by hand, with a token of theirs. */
async function madeByHand(): Promise<PbsView> {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  world.start();
  const server = world.site.world.addPbs({ address: '192.168.0.30', hostname: 'pbs-old' });
  const own = server.token({ user: 'hybridcloud@pbs', name: 'operator' });
  await putSecret(world, 'pbs-token', { tokenID: own.id, secret: own.secret });
  const tls = { fingerprints: [server.fingerprint.toUpperCase()] };
  const existing = { url: 'https://192.168.0.30:8007', tls, credentialsSecretRef: { name: 'pbs-token' } };
  world.kubernetes.install([target(), pbsInstance({ server: { type: 'Existing', existing } })]);
  await world.until(() => world.status().guests?.protected === '2/2', hour).catch(explained);
  const { secret } = server.token({ user: 'old@pbs', name: 'pve', roles: [['/datastore', 'DatastoreBackup']] });
  const { pve } = world.site.world;
  const entry = pve.storages().find(({ id }) => id === 'pbs-main');
  if (entry) entry.options['username'] = theirs;
  Object.assign(pve.secrets('pbs-main') ?? {}, { password: secret });
  const kept = server.datastore('vm-backup-s3')?.snapshots;
  for (const [name, one] of kept ?? []) kept?.set(name, { ...one, owner: theirs });
  return server;
}

test('Whose backups change hands is shown for approval with the storage, and then the next backups are taken.', async () => {
  const server = await madeByHand();
  await world.until(() => world.told('Stalled')?.reason === 'NotOurs', hour).catch(explained);
  await annotate({ 'hybridcloud.dev/adopt': 'pbs-main' });
  const waits = () => (world.status().plan?.steps ?? []).map((step) => step.do);
  await world.until(() => waits().includes('ChangeStorage'), 600).catch(explained);
  expect(waits()).toEqual(expect.arrayContaining(['ChangeBackupOwner', 'ChangeBackupOwner', 'ChangeStorage']));
  expect(owners(server)).toEqual([theirs]);
  await annotate({ 'hybridcloud.dev/approve': world.status().plan?.hash ?? '' });
  await world.until(() => world.told('Synced')?.status === 'True', 600).catch(explained);
  const [owner, ...more] = owners(server);
  expect(more).toEqual([]);
  expect(owner).toBe(world.status().storage?.user);
  const before = server.snapshots('vm-backup-s3').length;
  const { authorization } = world.site.world.pve.token({ user: 'root@pam', name: 'hands' });
  const url = new URL('https://192.168.0.10:8006/api2/json/nodes/node1/vzdump');
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  await world.site.world.service({ method: 'POST', url, headers, body: 'vmid=200,201&storage=pbs-main' });
  await world.until(() => server.snapshots('vm-backup-s3').length === before + 2, 600).catch(explained);
  expect(owners(server)).toEqual([owner]);
  await world.until(() => world.told('Ready')?.status === 'True', hour).catch(explained);
}, 120_000);
