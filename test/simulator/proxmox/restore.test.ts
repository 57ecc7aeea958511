// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup as a new machine: what is refused at once, what the worker finds, and what a restore that failed leaves. */
import { expect, test } from '@jest/globals';
import { hour, store, wired, type Wired } from './wired.ts';

const path = '/nodes/node1/qemu';

/** After the night; with its backup's volume id. */
async function night(given: Parameters<typeof wired>[0] = {}): Promise<{ at: Wired; archive: string }> {
  const at = await wired(given);
  const { pve } = at.world;
  pve.removeGuest(200);
  pve.makeGuest({
    vmid: 200,
    name: 'web',
    config: {
      scsi0: 'local-lvm:8',
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      onboot: '1',
      protection: '1',
      tags: 'gold',
    },
  });
  await at.days(1);
  const [snapshot] = at.server.snapshots(store);
  const time = new Date((snapshot?.time ?? 0) * 1000).toISOString().slice(0, 19);
  return { at, archive: `pbs-main:backup/vm/200/${time}Z` };
}

async function restored({ at, archive }: Awaited<ReturnType<typeof night>>, more: object = {}): Promise<string> {
  const answer = await at.pve.post(path, { vmid: 300, archive, storage: 'local-lvm', unique: 1, ...more });
  if (answer.status !== 200) return answer.reason ?? '';
  await at.clock.advance(hour);
  await at.world.settle();
  const task = at.world.pve.tasks().find(({ upid }) => upid === answer.data);
  return task?.exit ?? 'running';
}

test('What is given beside the archive overrides what was saved; cards get new addresses, and nothing is started.', async () => {
  const it = await night();
  const given = {
    name: 'copy',
    tags: 'b;a',
    onboot: 0,
    protection: 0,
    smbios1: 'uuid=11111111-1111-4111-8111-111111111111',
  };
  expect(await restored(it, given)).toBe('OK');
  const copy = it.at.world.pve.guest(300);
  expect(copy).toMatchObject({ running: false, config: { ...given, tags: 'a;b', onboot: '0', protection: '0' } });
  expect(copy?.config['scsi0']).toMatch(/^local-lvm:vm-300-disk-0,size=8G$/);
  expect(copy?.config['net0']).toMatch(/^virtio=BC:24:11:(?!00:00:01)/);
});

test('While it is restored the id has a locked stub without any mark; one that is taken is refused at once.', async () => {
  const { at, archive } = await night();
  const post = () => at.pve.post(path, { vmid: 300, archive, storage: 'local-lvm', tags: 'x' });
  expect((await post()).status).toBe(200);
  expect(at.world.pve.guest(300)?.config).toEqual({ memory: '128', lock: 'create' });
  expect((await at.pve.delete(`${path}/300`)).reason).toContain('VM is locked (create)');
  expect(await post()).toMatchObject({
    status: 500,
    reason: expect.stringMatching(/unable to restore VM 300 .* already exists/),
  });
});

const wrong = [
  [
    'a chunk that is not what it was',
    async ({ at }: { at: Wired }) => at.world.pve.tellBackups(200, 'corrupt'),
    /wrong digest/,
    {},
  ],
  ['no room', undefined, /Free space too small/, { storage: 'small' }],
] as const;

test.each(wrong)(
  'A restore that fails leaves the stub, unlocked and without disks: %s.',
  async (_, before, exit, more: object) => {
    const it = await night();
    const { at } = it;
    at.world.pve.addStorage({ id: 'small', type: 'lvmthin', content: 'images', total: 1024 ** 3 });
    if (before) {
      await before(it);
      await at.days(1);
      const time = Math.max(...at.server.snapshots(store).map((one) => one.time));
      it.archive = `pbs-main:backup/vm/200/${new Date(time * 1000).toISOString().slice(0, 19)}Z`;
    }
    expect(await restored(it, more)).toMatch(exit);
    expect(at.world.pve.guest(300)?.config).toEqual({ memory: '128' });
    expect(at.world.pve.volumes().filter(({ vmid }) => vmid === 300)).toEqual([]);
  },
);

test('A backup that is not there, and one whose key is another or gone, are not restored.', async () => {
  const it = await night({ entry: { 'encryption-key': 'autogen' } });
  const gone = { ...it, archive: it.archive.replace(/\d{4}-/, '2001-') };
  expect(await restored(gone)).toMatch(/No such file or directory/);
  it.at.world.pve.removeGuest(300);
  expect(await restored(it)).toBe('OK');
  it.at.world.pve.removeGuest(300);
  const secrets = it.at.world.pve.secrets('pbs-main') ?? {};
  delete secrets.encryptionKey;
  expect(await restored(it)).toMatch(/^missing key/);
  it.at.world.pve.removeGuest(300);
  await it.at.pve.put('/storage/pbs-main', { 'encryption-key': 'autogen' });
  expect(await restored(it)).toMatch(/^wrong key/);
});

test('Rights: the storage of the disks, the id, and the bridges of what was saved.', async () => {
  const { at, archive } = await night();
  let users = 0;
  const post = async (paths: readonly string[]) => {
    const grants = [
      { path: '/vms', privileges: ['VM.Allocate', 'VM.Audit', 'VM.Config.Options'] },
      { path: '/storage/local-lvm', privileges: ['Datastore.AllocateSpace'] },
      { path: '/storage/pbs-main', privileges: ['Datastore.Allocate'] },
      { path: '/sdn/zones/localnetwork', privileges: ['SDN.Use'] },
    ].filter((one) => paths.includes(one.path));
    const token = at.world.pve.token({ user: `u${users++}@pve`, grants });
    return at.as(token.authorization).post(path, { vmid: 300, archive, storage: 'local-lvm', onboot: 0 });
  };
  expect((await post(['/storage/local-lvm', '/storage/pbs-main'])).status).toBe(403);
  expect((await post(['/vms', '/storage/pbs-main'])).reason).toContain('/storage/local-lvm');
  expect((await post(['/vms', '/storage/local-lvm'])).reason).toContain('/storage/pbs-main');
  expect((await post(['/vms', '/storage/local-lvm', '/storage/pbs-main'])).status).toBe(200);
  await at.clock.advance(hour);
  await at.world.settle();
  expect(at.world.pve.tasks().findLast(({ type }) => type === 'qmrestore')?.exit).toMatch(
    /localnetwork\/vmbr0, SDN.Use/,
  );
});
