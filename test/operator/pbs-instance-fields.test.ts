// SPDX-License-Identifier: GPL-3.0-or-later
/** What people set beside the PbsInstance, and what it shall follow, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { PbsView } from '../../src/simulator/proxmox/told-pbs.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const address = '192.168.0.30';

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

async function serverThere(): Promise<PbsView> {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  world.start();
  const server = world.site.world.addPbs({ address, hostname: 'pbs-old', version: '4.2.3' });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator', roles: [['/', 'Admin']] });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  return server;
}

function onIt({ fingerprint }: PbsView, spec: object): object {
  const tls = { fingerprints: [fingerprint.toUpperCase()] };
  const existing = { url: `https://${address}:8007`, tls, credentialsSecretRef: { name: 'pbs-token' } };
  return pbsInstance({ server: { type: 'Existing', existing }, ...spec });
}

test('A guest that gets the tag is in the job within a minute, and shown; a tag of nobody is told, and makes no job.', async () => {
  const server = await serverThere();
  const jobs = [{ id: 'gold', schedule: '02:00', select: { type: 'Tag', tag: 'gold' } }];
  world.kubernetes.install([target(), onIt(server, { jobs })]);
  await world.until(() => world.told('Synced')?.reason === 'TagUnused', hour).catch(explained);
  const { pve } = world.site.world;
  expect(pve.jobs()).toEqual([]);
  const guest = pve.guest(200);
  if (!guest) throw new Error('no guest');
  guest.config['tags'] = 'gold';
  await world.until(() => world.told('Synced')?.status === 'True', 90).catch(explained);
  expect(pve.jobs()).toMatchObject([{ id: 'gold', options: { vmid: '200' } }]);
  const other = pve.guest(201);
  if (!other) throw new Error('no guest');
  other.config['tags'] = 'gold;web';
  await world.until(() => world.status().jobs?.[0]?.tagged === '2: 200, 201', 150).catch(explained);
  expect(pve.jobs()).toMatchObject([{ id: 'gold', options: { vmid: '200,201' } }]);
});

test('A datastore is closed on request and opened again: told as what was asked for; what a person closed stays.', async () => {
  const server = await serverThere();
  world.kubernetes.install([target(), onIt(server, { storage: { id: 'pbs-main', namespace: 'seoul' } })]);
  await world.until(() => world.told('Ready')?.status === 'True', hour).catch(explained);
  const spec = (change: object) => world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { spec: change } });
  const mode = () => server.datastore('vm-backup-s3')?.maintenance;
  const warned = () =>
    (world.kubernetes.objects('events', 'default') as readonly { readonly type?: string; readonly reason?: string }[])
      .filter(({ type, reason = '' }) => type === 'Warning' && reason.includes('Maintenance'))
      .map(({ reason }) => reason);
  await spec({ datastore: { maintenance: 'Offline' } });
  await world.until(() => world.told('Ready')?.reason === 'InRequestedMaintenance', 300).catch(explained);
  expect(mode()).toBe('offline');
  await world.until(() => world.told('StorageReady')?.reason === 'InRequestedMaintenance', 300).catch(explained);
  expect(world.told('Synced')).toMatchObject({ status: 'True' });
  expect(world.told('Stalled')).toMatchObject({ status: 'False' });
  // whoever wants no failing runs takes the jobs out for that time
  await spec({ jobs: [] });
  await world.until(() => world.site.world.pve.jobs().length === 0, 300).catch(explained);
  await world.pass(600);
  expect(world.told('Ready')).toMatchObject({ reason: 'InRequestedMaintenance' });
  await spec({ datastore: { maintenance: null }, jobs: [{ id: 'nightly', schedule: '02:00' }] });
  await world.until(() => world.told('Ready')?.status === 'True', 300).catch(explained);
  expect([mode(), world.site.world.pve.jobs().length]).toEqual([undefined, 1]);
  // that Ready fell, once, and by which wish
  expect(warned()).toEqual(['InRequestedMaintenance']);

  const store = server.datastore('vm-backup-s3');
  if (!store) throw new Error('no datastore');
  store.maintenance = 'offline';
  store.maintenanceMessage = 'disk is swapped';
  await world.until(() => world.told('Ready')?.reason === 'DatastoreInMaintenance', 300).catch(explained);
  expect(world.told('Ready')?.message).toContain('Whoever began that has to end it');
  await world.pass(600);
  expect(mode()).toBe('offline');
  expect(warned()).toContain('DatastoreInMaintenance');
});

test('Limits of the way to S3 follow the spec; more PUT requests need approval, as the datastore goes out and in for it.', async () => {
  const server = await serverThere();
  const s3 = { id: 'aws-s3-storage', backupTargetRef: { name: 'vm-backups' } };
  const limited = (limits: object) => ({ spec: { s3: { ...s3, limits } } });
  const patch = (body: object) => world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body });
  world.kubernetes.install([target(), onIt(server, limited({ putRequestsPerSecond: 50 }).spec)]);
  await world.until(() => world.told('Ready')?.status === 'True', hour).catch(explained);
  const options = () => server.state.endpoints.get('aws-s3-storage')?.options;
  expect(options()).toMatchObject({ 'put-rate-limit': 50 });
  await patch(limited({ putRequestsPerSecond: 50, uploadPerSecond: '20Mi' }));
  await world.until(() => options()?.['rate-out'] === '20 MiB', 120).catch(explained);
  await patch(limited({ putRequestsPerSecond: 80, uploadPerSecond: '20Mi' }));
  await world.until(() => world.told('Synced')?.reason === 'ReplacementNeedsApproval', 120).catch(explained);
  expect(options()).toMatchObject({ 'put-rate-limit': 50 });
  const approve = String((world.status() as { readonly plan?: { readonly hash?: string } }).plan?.hash);
  await patch({ metadata: { annotations: { 'hybridcloud.dev/approve': approve } } });
  await world.until(() => options()?.['put-rate-limit'] === 80, 300).catch(explained);
  await world.until(() => world.told('Ready')?.status === 'True', 600).catch(explained);
  expect(world.told('Synced')).toMatchObject({ status: 'True' });
});
