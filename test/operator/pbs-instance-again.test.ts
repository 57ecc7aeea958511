// SPDX-License-Identifier: GPL-3.0-or-later
/** A PbsInstance by the whole operator when its VM is lost, and when the key of its BackupTarget is replaced. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { pbsInstance, proxmox, type Proxmox } from './proxmox.ts';
import { backupTargets, place, target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const snapshots = () => world.site.world.servers().flatMap((one) => one.snapshots('vm-backup-s3'));

async function protectedByNight(): Promise<void> {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  const landed = () => world.told('Ready')?.status === 'True' && world.status().guests?.protected === '2/2';
  await world.until(landed, 2 * hour);
}

test('A VM that is lost is made again on the same bucket, with the same backups, and nobody does anything.', async () => {
  await protectedByNight();
  const before = snapshots().map(({ id, time }) => `${id} ${time}`);
  expect(before.length).toBeGreaterThan(0);
  const { pve } = world.site.world;
  const lost = pve.guests().find(({ config }) => config['name'] === 'pbs-main');
  pve.removeGuest(lost?.vmid ?? 0);
  await world.until(() => world.told('Synced')?.status !== 'True', hour);
  await world
    .until(() => world.told('Synced')?.status === 'True', 2 * hour)
    .catch((error: unknown) => {
      throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
    });
  expect(snapshots().map(({ id, time }) => `${id} ${time}`)).toEqual(expect.arrayContaining(before));
  // whoever asks how long a recovery takes reads it in an event
  await world.until(() => world.told('Ready')?.status === 'True', 2 * hour);
  const recovered = world.kubernetes.objects('events').filter((one) => /\(after \d+ min\)"/.test(JSON.stringify(one)));
  const times = recovered.map(
    (one) => (one['series'] as { count?: number } | undefined)?.count ?? Number(one['count'] ?? 1),
  );
  expect(times.reduce((sum, count) => sum + count, 0)).toBe(2);
}, 120_000);

test("A key that the BackupTarget replaces is the server's before the old one ends.", async () => {
  await protectedByNight();
  const key = () => (world.status() as { s3?: { accessKeyID?: string } }).s3?.accessKeyID;
  const before = key();
  const annotations = { 'hybridcloud.dev/rotate-after': new Date(world.clock.now()).toISOString() };
  await world.admin.patch(backupTargets, place, { type: 'merge', body: { metadata: { annotations } } });
  await world.until(() => key() !== before, hour);
  const old = world.aws
    .account('123456789012')
    .users()
    .flatMap(({ keys }) => keys);
  expect(before).toBeDefined();
  expect(old.find(({ id }) => id === before)).toMatchObject({ status: 'Active' });
}, 120_000);
