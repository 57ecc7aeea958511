// SPDX-License-Identifier: GPL-3.0-or-later
/** Restore tests by the whole operator: what can be restored is proven, what cannot is told, and nothing of a test stays. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { putSecret, target, type Running } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

const pve = () => world.site.world.pve;
const tested = (id: number) => world.status().restoreTests?.guests?.find((one) => one.id === id);
const isCopy = (config: Readonly<Record<string, string>>) => config['tags']?.includes('hybridcloud-restore-test');
const ids = () =>
  pve()
    .guests()
    .map(({ vmid }) => vmid)
    .sort((a, b) => a - b);
const events = (reason: string) =>
  world.kubernetes.objects('events').filter((one) => (one as { reason?: string }).reason === reason);

/** What docs/permissions.md has beside the rest. */
function allowed(): void {
  const id = world.site.credentials['node1-token']?.['tokenID'] ?? '';
  for (const who of [id, id.split('!')[0] ?? ''])
    pve().grant(who, { path: '/sdn/zones/localnetwork', privileges: ['SDN.Use'] });
}

async function existing(spec: object): Promise<object> {
  const server = world.site.world.addPbs({ address: '192.168.0.30', hostname: 'pbs-old' });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator' });
  await putSecret(world, 'pbs-token', { tokenID: id, secret });
  const tls = { fingerprints: [server.fingerprint.toUpperCase()] };
  const there = { url: 'https://192.168.0.30:8007', tls, credentialsSecretRef: { name: 'pbs-token' } };
  return pbsInstance({ server: { type: 'Existing', existing: there }, ...spec });
}

/** On a server that is there: what makes one has tests of its own. */
async function night({
  spec = {},
  before = () => undefined,
}: {
  spec?: object;
  before?: () => void;
} = {}): Promise<Running> {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 55)) });
  allowed();
  before();
  const running = world.start();
  world.kubernetes.install([
    target(),
    await existing({
      restoreTests: { storage: 'local-lvm', intervalDays: 1 },
      telemetry: { intervalSeconds: 1800 },
      ...spec,
    }),
  ]);
  await world.until(() => world.status().guests?.protected === '2/2', hour).catch(explained);
  return running;
}

async function stopped({ operator, ending }: Running): Promise<void> {
  void operator.stop();
  let over = false;
  void ending.finally(() => (over = true));
  await world.until(() => over, 120);
}

/** Nobody looks for a day: the night's backups are there after it. */
async function aDayOff(running: Running): Promise<Running> {
  await stopped(running);
  await world.clock.advance(24 * hour * 1000);
  await world.site.world.settle();
  return world.start();
}

test('Guest after guest is restored into a copy that is never started, measured, and destroyed.', async () => {
  const running = await night();
  await world.until(() => world.status().restoreTests?.tested === '1/2', hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(tested(200)).toMatchObject({ result: 'Restored', seconds: 90, name: 'web' });
  expect(world.told('RestoreProven')).toMatchObject({ status: 'True', reason: 'RestoresWork' });
  expect(world.status().restoreTests?.running).toBeUndefined();
  const before = ids();
  // a day later comes the other one
  await aDayOff(running);
  await world.until(() => world.status().restoreTests?.tested === '2/2', 2 * hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(ids()).toEqual(before);
  expect(events('RestoreTestPassed').length).toBe(2);
  const kinds = pve()
    .tasks()
    .filter(({ id }) => !before.includes(Number(id)))
    .map(({ type }) => type);
  expect(kinds.filter((type) => type === 'qmrestore' || type === 'qmdestroy')).toEqual([
    'qmrestore',
    'qmdestroy',
    'qmrestore',
    'qmdestroy',
  ]);
  expect(kinds).not.toContain('qmstart');
  expect(world.told('Ready')?.status).toBe('True');
}, 120_000);

test('A backup that cannot be restored is told with what to do; the stub of the try goes, and Ready stays.', async () => {
  const running = await night({ before: () => pve().tellBackups(200, 'corrupt') });
  await world.until(() => world.told('RestoreProven')?.status === 'False', hour).catch(explained);
  expect(world.told('RestoreProven')).toMatchObject({ reason: 'RestoreFailed' });
  expect(world.told('RestoreProven')?.message).toMatch(/VM 200 \(web\): restore failed: wrong digest.*Save it again/);
  expect(tested(200)).toMatchObject({ result: 'Failed' });
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(ids()).toEqual([200, 201]);
  expect(world.told('Ready')?.status).toBe('True');
  expect(events('RestoreFailed').length).toBe(1);
  // with the next backup it is tested again, before its turn
  await aDayOff(running);
  await world.until(() => tested(200)?.result === 'Restored', 2 * hour).catch(explained);
}, 120_000);

const copyID = () => world.status().restoreTests?.running?.[0]?.copyID ?? 0;

/** Until a copy is being restored; then nobody looks until that is over. @returns its id */
async function leftAlone(running: Running): Promise<number> {
  await world.until(() => copyID() > 0, 2 * hour).catch(explained);
  const id = copyID();
  await stopped(running);
  await world.clock.advance(200_000);
  await world.site.world.settle();
  return id;
}

test('What a crash left goes, also when the status that told of it is lost: by its mark.', async () => {
  const copy = await leftAlone(await night());
  expect(isCopy(pve().guest(copy)?.config ?? {})).toBe(true);
  const body = { status: { restoreTests: null, begun: null } };
  await world.admin.patch(pbsInstances, { ...pbsPlace, subresource: 'status' }, { type: 'merge', body });
  expect(copyID()).toBe(0);
  world.start();
  await world.until(() => pve().guest(copy)?.config === undefined, hour).catch(explained);
  await world.until(() => tested(200)?.result === 'Restored', hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(ids()).toEqual([200, 201]);
}, 120_000);

test('An id that is a stranger’s by now is left, whatever the status says.', async () => {
  const running = await night({ before: () => pve().tellTasks('qmrestore', 'pbs-restore: wrong digest for chunk') });
  const copy = await leftAlone(running);
  // a person has cleaned up, and another has made a machine of that id
  pve().removeGuest(copy);
  pve().makeGuest({ vmid: copy, name: 'stranger' });
  world.start();
  await world.until(() => tested(200)?.result === 'Failed', hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(pve().guest(copy)?.config['name']).toBe('stranger');
  expect(world.status().restoreTests?.running).toBeUndefined();
}, 120_000);

test('Deleted in the midst of a test, it takes the copy away first.', async () => {
  await night();
  await world.until(() => world.status().restoreTests?.running !== undefined, hour).catch(explained);
  await world.admin.remove(pbsInstances, pbsPlace);
  await world.until(() => !world.isThere(), hour).catch(explained);
  expect(
    pve()
      .guests()
      .filter(({ config }) => isCopy(config)),
  ).toEqual([]);
  expect(ids()).toEqual([200, 201]);
}, 120_000);

test('Where the disks have no room nothing is begun, and the condition says what to do.', async () => {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 55)) });
  allowed();
  pve().addStorage({ id: 'small', type: 'lvmthin', content: 'images', total: 4 * 1024 ** 3 });
  const id = world.site.credentials['node1-token']?.['tokenID'] ?? '';
  for (const who of [id, id.split('!')[0] ?? ''])
    pve().grant(who, { path: '/storage/small', privileges: ['Datastore.AllocateSpace', 'Datastore.Audit'] });
  world.start();
  world.kubernetes.install([target(), await existing({ restoreTests: { storage: 'small' } })]);
  await world.until(() => world.told('RestoreProven')?.reason === 'RestoreNoRoom', 2 * hour).catch(explained);
  expect(world.told('RestoreProven')?.message).toMatch(/VM 200 \(web\) has 8\.0 GiB of disks.*Free some/);
  expect(
    pve()
      .tasks()
      .some(({ type }) => type === 'qmrestore'),
  ).toBe(false);
  expect(world.told('Ready')?.status).toBe('True');
}, 120_000);

test('A server that is lost is made again on the same bucket, and what it has is proven by a restore at once.', async () => {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 40)) });
  allowed();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ restoreTests: { storage: 'local-lvm', intervalDays: 30 } })]);
  await world.until(() => world.status().restoreTests?.tested === '1/2', 2 * hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  const first = world.status().restoreTests?.serverID;
  const lost = pve()
    .guests()
    .find(({ config }) => config['name'] === 'pbs-main');
  pve().removeGuest(lost?.vmid ?? 0);
  await world.until(() => world.told('Synced')?.status !== 'True', hour).catch(explained);
  // not a month later
  await world.until(() => world.status().restoreTests?.tested === '2/2', 2 * hour).catch(explained);
  await world.until(() => world.told('Ready')?.status === 'True', hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  expect(world.status().restoreTests?.serverID).not.toBe(first);
  expect(world.told('RestoreProven')).toMatchObject({ status: 'True' });
  expect(
    pve()
      .guests()
      .filter(({ config }) => isCopy(config)),
  ).toEqual([]);
}, 120_000);

test('A right that tests lack is named with the command that grants it, and nothing is begun.', async () => {
  world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 55)) });
  world.start();
  world.kubernetes.install([target(), await existing({ restoreTests: { storage: 'local-lvm' } })]);
  await world.until(() => world.told('Permissions')?.status === 'False', hour).catch(explained);
  expect(world.told('Permissions')?.message).toMatch(/SDN\.Use on \/sdn\/zones\/localnetwork\..*pveum acl modify/);
});

test('Under Observe nothing is restored, and a test that is due is no difference.', async () => {
  await night({ spec: { restoreTests: { storage: 'local-lvm', vmIDs: [] } } });
  const body = { spec: { managementPolicy: 'Observe', restoreTests: { vmIDs: null } } };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body });
  await world.until(() => world.told('RestoreProven')?.reason === 'NoRestoreTestYet', hour).catch(explained);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  await world.pass(900);
  expect(world.told('Synced')?.status).toBe('True');
  expect(
    pve()
      .tasks()
      .some(({ type }) => type === 'qmrestore'),
  ).toBe(false);
}, 120_000);
