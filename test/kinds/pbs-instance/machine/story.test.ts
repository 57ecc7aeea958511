// SPDX-License-Identifier: GPL-3.0-or-later
/** The machine's life on the simulated Proxmox, by API tokens with the least of rights. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { machineUUID, ownerTag } from '../../../../src/clouds/pve/marks.ts';
import { imageName } from '../../../../src/kinds/pbs-instance/machine/wish.ts';
import { installerImage } from '../../../../src/simulator/proxmox/media.ts';
import { stage } from '../../../simulator/proxmox/world.ts';
import { furnished, site, type Site } from './site.ts';
import { address, fetch as unfit, imageFile, uid, wish } from './wish.ts';

/** Off by itself, it boots its disk, and answers. */
const ended = ['UpdateVm', 'StartVm', 'DetachCds', 'DeleteAnswer'];
const installed = ['GeneratePassword', 'UploadAnswer', 'CreateVm', 'StartVm', ...ended];

/** Its installation, after so many milliseconds. */
async function begun(ms: number): Promise<Site> {
  const at = furnished();
  await at.act(await at.before('StartVm'));
  await at.clock.advance(2000 + ms);
  await at.at.world.settle();
  at.done.length = 0;
  return at;
}

async function up(): Promise<Site> {
  const at = furnished();
  expect(await at.settle()).toEqual({ steps: [] });
  return at;
}

test('From nothing to a server that answers, and a second look writes nothing.', async () => {
  const at = await up();
  expect(at.done).toEqual(installed);
  const guest = at.at.world.pve.guest(100);
  const config: Readonly<Record<string, string>> = guest?.config ?? {};
  expect(guest?.running).toBe(true);
  expect(config).toMatchObject({
    name: 'pbs-main',
    protection: '1',
    onboot: '1',
    cores: '2',
    smbios1: `uuid=${machineUUID(at.owner)}`,
    description: expect.stringContaining('PbsInstance/default/pbs-main'),
  });
  expect(config['tags']?.split(';')).toContain(ownerTag(at.owner));
  expect([config['ide2'], config['ide3']]).toEqual(['none,media=cdrom', 'none,media=cdrom']);
  expect(at.at.world.pve.volumes().filter(({ volid }) => volid.includes('answer'))).toEqual([]);
  at.records.length = 0;
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.records.filter(({ call }) => call.effect === 'write')).toEqual([]);
});

test.each(['8.4', '9.0'] as const)('The same on Proxmox VE %s, and the way back.', async (version) => {
  const at = furnished({ at: stage({ version }) });
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(installed);
  expect(await at.settle(wish, 'Delete')).toEqual({ steps: [] });
  expect(at.at.world.pve.guests()).toEqual([]);
});

test('Root logs in with the generated password, which no request, step or plan ever shows.', async () => {
  const at = await up();
  const secret = await at.secret();
  const password = secret?.get('password') ?? '';
  expect(password).toMatch(/^[A-Za-z2-9]{32}$/);
  expect(at.learnt).toEqual(expect.arrayContaining([password, secret?.get('passwordHash') ?? '']));
  const login = await at.at.pbs(address, '').post('/access/ticket', { username: 'root@pam', password });
  expect(login.status).toBe(200);
  expect(JSON.stringify(at.records)).not.toContain(password);
  expect(JSON.stringify(await at.look())).not.toContain(secret?.get('passwordHash') ?? '');
});

test('An image that is named by address is fetched, with its checksum, before anything else.', async () => {
  const bytes = installerImage();
  const hex = createHash('sha512').update(bytes).digest('hex');
  const fetch = { url: 'https://mirror.example.com/pbs.iso', checksum: { algorithm: 'sha512', hex } } as const;
  const wanted = { ...wish, iso: { storage: 'local', file: imageName(fetch), fetch } };
  const at = site({ at: stage({ download: () => bytes }) });
  expect(await at.settle(wanted)).toEqual({ steps: [] });
  expect(at.done.slice(0, 3)).toEqual(['GeneratePassword', 'FetchImage', 'UploadAnswer']);
});

test('A checksum that does not fit is told with the last line of the log, and nothing is installed.', async () => {
  const wanted = { ...wish, iso: { storage: 'local', file: imageName(unfit), fetch: unfit } };
  const at = site({ at: stage({ download: () => installerImage() }) });
  const { hold } = await at.settle(wanted);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'TaskFailed', message: expect.stringContaining('checksum') });
  expect(at.done).not.toContain('CreateVm');
});

test('A machine that somebody switched off is started again.', async () => {
  const at = await up();
  at.at.world.pve.power(100, false);
  at.done.length = 0;
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(['StartVm']);
});

test('A machine that is lost is made anew: the same UUID, the same card, the same tag.', async () => {
  const at = await up();
  const { config: before = {} } = at.at.world.pve.guest(100) ?? {};
  at.at.world.pve.removeGuest(100);
  at.done.length = 0;
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(installed.slice(1));
  const { config: now = {} } = at.at.world.pve.guest(100) ?? {};
  for (const name of ['smbios1', 'net0', 'tags']) expect(now[name]).toBe(before[name]);
});

test('An installation that was interrupted is begun again: somebody stopped it before it was over.', async () => {
  const other = furnished();
  const start = await other.before('StartVm');
  await other.act(start);
  await other.clock.advance(60_000);
  await other.at.over((await other.at.pve.post('/nodes/node1/qemu/100/status/stop')).data);
  other.done.length = 0;
  expect(await other.settle()).toEqual({ steps: [] });
  expect(other.done).toEqual(['StartVm', ...ended]);
});

test('An installation that went down with its node is begun again.', async () => {
  const at = furnished();
  await at.act(await at.before('StartVm'));
  await at.clock.advance(60_000);
  const { pve } = at.at.world;
  pve.nodeDown('node1');
  // nobody but the operator starts it
  Object.assign(pve.guest(100)?.config ?? {}, { onboot: '0' });
  await at.clock.advance(60_000);
  pve.nodeUp('node1');
  at.done.length = 0;
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(['StartVm', ...ended, 'UpdateVm']);
});

test('A node that comes back starts the installation again by itself, over what the first one left.', async () => {
  const at = await begun(200_000);
  at.at.world.pve.nodeDown('node1');
  await at.clock.advance(60_000);
  at.at.world.pve.nodeUp('node1');
  expect(at.at.world.pve.phase(100)).toMatchObject({ is: 'installing' });
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(ended);
});

test('One that is killed before it has touched the disk is begun again without anybody: the firmware passes over an empty disk.', async () => {
  const at = await begun(30_000);
  at.at.world.pve.power(100, false);
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(['UpdateVm', 'StartVm', 'StartVm', 'DetachCds', 'DeleteAnswer']);
});

test('One that is killed in the middle is told when its disk boots nothing, and stopped by a person it is installed again.', async () => {
  const at = await begun(200_000);
  at.at.world.pve.power(100, false);
  expect((await at.settle()).hold).toMatchObject({
    why: 'Blocked',
    reason: 'InstallationUnproven',
    message: expect.stringContaining('qm stop 100'),
  });
  expect(at.done).toEqual(['UpdateVm', 'StartVm']);
  expect(at.at.world.pve.phase(100)).toEqual({ is: 'waiting', why: 'Booting from Hard Disk...' });
  at.done.length = 0;
  await at.at.over((await at.at.pve.post('/nodes/node1/qemu/100/status/stop')).data);
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(['UpdateVm', 'StartVm', ...ended]);
});

test('A password that is lost before the creation: its answer goes, and root logs in with the new one.', async () => {
  const at = furnished();
  await at.before('CreateVm');
  const first = (await at.secret())?.get('password');
  await at.lose(wish.passwordSecret);
  at.done.length = 0;
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done).toEqual(['DeleteAnswer', ...installed]);
  const password = (await at.secret())?.get('password') ?? '';
  expect(password).not.toBe(first);
  const login = await at.at.pbs(address, '').post('/access/ticket', { username: 'root@pam', password });
  expect(login.status).toBe(200);
});

test('Deletion with Delete: shut down, unprotected, destroyed, in this order, and nothing is left.', async () => {
  const at = await up();
  at.done.length = 0;
  expect(await at.settle(wish, 'Delete')).toEqual({ steps: [] });
  expect(at.done).toEqual(['StopVm', 'UnprotectVm', 'DestroyVm']);
  expect(at.at.world.pve.guests()).toEqual([]);
  expect(at.at.world.pve.volumes().map(({ volid }) => volid)).toEqual([`local:iso/${imageFile}`]);
});

test('Who has shut it down is seen: the operator at a deletion, or somebody else.', async () => {
  const at = await up();
  await at.at.over((await at.at.pve.post('/nodes/node1/qemu/100/status/shutdown')).data);
  expect((await at.look()).vm).toMatchObject({ running: false, power: 'Stopped' });
  expect((await at.look()).vm?.leaving).toBeUndefined();
  expect(await at.settle()).toEqual({ steps: [] });
  await at.before('UnprotectVm', wish, 'Delete');
  expect((await at.look()).vm).toMatchObject({ running: false, leaving: true });
});

test('Deletion with Retain: the machine goes on, protected, with the tags and notes of others, and without our mark.', async () => {
  const at = await up();
  const config = at.at.world.pve.guest(100)?.config ?? {};
  config['tags'] = `${config['tags']};web`;
  config['description'] = `Rack 7\n\n${config['description']}`;
  at.done.length = 0;
  expect(await at.settle(wish, 'Retain')).toEqual({ steps: [] });
  expect(at.done).toEqual(['ReleaseVm']);
  const now = at.at.world.pve.guest(100);
  expect(now).toMatchObject({ running: true, config: { tags: 'web', protection: '1' } });
  expect(now?.config['description']).toContain('Rack 7');
  expect(now?.config['description']).not.toContain(uid);
});

test.each(['Retain', 'Delete'] as const)(
  'Deleted in the middle of the installation with %s: no hash of a password stays behind.',
  async (policy) => {
    const at = furnished();
    await at.act(await at.before('StartVm'));
    await at.clock.advance(60_000);
    expect(await at.settle(wish, policy)).toEqual({ steps: [] });
    expect(at.at.world.pve.volumes().filter(({ volid }) => volid.includes('answer'))).toEqual([]);
    expect(at.at.world.pve.guests()).toHaveLength(policy === 'Retain' ? 1 : 0);
  },
);

test('Deleted before anything was made: nothing is done; an answer that was uploaded goes.', async () => {
  const at = furnished();
  expect(await at.settle(wish, 'Delete')).toEqual({ steps: [] });
  expect(at.done).toEqual([]);
  await at.before('CreateVm');
  at.done.length = 0;
  expect(await at.settle(wish, 'Delete')).toEqual({ steps: [] });
  expect(at.done).toEqual(['DeleteAnswer']);
});
