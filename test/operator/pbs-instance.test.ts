// SPDX-License-Identifier: GPL-3.0-or-later
/** Runbook 1 by the whole operator: from two manifests to backups that land in the bucket, and back. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;

/** Some time before the jobs run at two: time passes second by second. */
const lateAtNight = () => ({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });

async function ready(): Promise<void> {
  await world
    .until(() => world.told('Synced')?.status === 'True', hour)
    .catch((error: unknown) => {
      throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
    });
}

test('Two manifests become a server in a VM, a datastore in the bucket, and backups that land there every night.', async () => {
  world = proxmox(lateAtNight());
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await ready();
  expect(world.status()).toMatchObject({
    vm: { phase: 'Running' },
    server: { version: '4.2.3', passwordState: 'Dropped' },
    datastore: { name: 'vm-backup-s3', state: 'InUse' },
    storage: { id: 'pbs-main', state: 'Active', keySecretName: 'pbs-main-key' },
    jobs: [{ id: 'nightly' }],
  });
  // tonight's backups
  await world.until(() => world.told('Ready')?.status === 'True' && world.status().guests?.protected === '2/2', hour);
  expect(world.status().lastBackupTime).toMatch(/^2026-01-06T02:0/);
  const objects = world.aws.account('123456789012').buckets()[0]?.objects ?? [];
  expect(objects.some(({ key }) => key.startsWith('vm-backup-s3/.chunks/'))).toBe(true);
}, 120_000);

test('Deleted, it takes away what leads there, and keeps the VM, the datastore and the backups.', async () => {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await ready();
  await world.admin.remove(pbsInstances, pbsPlace);
  await world.until(() => !world.isThere(), 600);
  expect(world.site.world.pve.guests().map(({ config }) => config['name'])).toContain('pbs-main');
}, 120_000);

test('With Delete nothing goes before the loss is confirmed; then datastore, backups and VM go, and a stranger’s VM stays.', async () => {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ deletionPolicy: 'Delete' })]);
  await ready();
  await world.admin.remove(pbsInstances, pbsPlace);
  await world.until(() => world.told('Stalled')?.status === 'True', 120);
  expect(world.told('Stalled')?.reason).toBe('DataLossNotConfirmed');
  expect(world.site.world.pve.jobs()).toHaveLength(1);
  const annotations = { 'hybridcloud.dev/confirm-data-loss': 'vm-backup-s3' };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
  await world
    .until(() => !world.isThere(), 900)
    .catch((error: unknown) => {
      throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
    });
  expect(world.site.world.pve.guests().map(({ vmid }) => vmid)).toEqual([200, 201]);
  expect(world.site.world.pve.storages().map(({ id }) => id)).not.toContain('pbs-main');
  const objects = world.aws.account('123456789012').buckets()[0]?.objects ?? [];
  expect(objects.filter(({ deleteMarker, latest }) => latest && !deleteMarker)).toEqual([]);
  expect(world.get()?.metadata.annotations?.['hybridcloud.dev/claimed-by']).toBeUndefined();
}, 120_000);

test('A right that the token lacks is named with the command that grants it, and nothing is begun.', async () => {
  world = proxmox();
  world.start();
  const id = world.site.credentials['node1-token']?.['tokenID'] ?? '';
  for (const who of [id, id.split('!')[0] ?? '']) world.site.world.pve.revoke(who, '/sdn/zones/localnetwork/vmbr0');
  world.kubernetes.install([target(), pbsInstance()]);
  await world.until(() => world.told('Permissions')?.status === 'False', 60);
  expect(world.told('Ready')).toMatchObject({ status: 'False', reason: 'PermissionsMissing' });
  expect(world.told('Permissions')?.message).toMatch(/SDN\.Use on .*vmbr0.*pveum role add .*pveum acl modify/);
  expect(world.site.world.pve.guests().map(({ vmid }) => vmid)).toEqual([200, 201]);
});
