// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { writeIso } from '../../../src/simulator/proxmox/iso/write.ts';
import { installerImage } from '../../../src/simulator/proxmox/media.ts';
import { answerIso, answerToml, installing, stage } from './world.ts';

const hour = 3_600_000;

test('A prepared image and an answer on the labelled ISO install without hands: minutes later the VM is off, and its server answers once it was started.', async () => {
  const at = stage();
  await installing(at, answerIso());
  expect(at.world.pve.phase(100)).toMatchObject({ is: 'installing' });
  await at.clock.advance(301_000);
  expect((await at.pve.get('/nodes/node1/qemu/100/status/current')).data).toMatchObject({ status: 'stopped' });
  const anonymous = at.pbs('192.168.0.20', '');
  await expect(anonymous.get('/ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await at.pve.put('/nodes/node1/qemu/100/config', { delete: 'ide2,ide3' });
  await at.over((await at.pve.post('/nodes/node1/qemu/100/status/start')).data);
  await expect(anonymous.get('/ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await at.clock.advance(61_000);
  expect((await anonymous.get('/ping')).data).toEqual({ pong: true });
  const ticket = await anonymous.post('/access/ticket', { username: 'root@pam', password: 'correct horse' });
  expect(ticket.data).toMatchObject({ username: 'root@pam', ticket: expect.stringMatching(/^PBS:/) });
});

test('With reboot the disk is booted, and no second installation begins.', async () => {
  const at = stage();
  await installing(at, answerIso(answerToml({ reboot: 'reboot' })));
  await at.clock.advance(400_000);
  expect((await at.pbs('192.168.0.20', '').get('/ping')).status).toBe(200);
  const [first] = at.world.servers();
  await at.clock.advance(hour);
  await at.world.settle();
  expect(at.world.servers().map(({ id }) => id)).toEqual([first?.id]);
});

test.each([
  ['another label', answerIso(answerToml(), 'ANSWERS'), 'no partition with the label PROXMOX-AIS'],
  ['another file', answerIso(answerToml(), 'PROXMOX-AIS', 'answers.toml'), 'no file answer.toml'],
  [
    'a name cut to three letters',
    writeIso({ label: 'PROXMOX-AIS', files: { 'answer.toml': answerToml() }, joliet: false }),
    'no file answer.toml',
  ],
  ['an unknown key', answerIso(answerToml({ extra: 'hostname = "x"' })), 'unknown field `hostname`'],
  ['text that is no TOML', answerIso('[global'), 'TOML parse error'],
  ['two passwords', answerIso(answerToml({ extra: 'root-password-hashed = "$6$x$y"' })), 'Set either'],
  ['a short password', answerIso(answerToml().replace('correct horse', 'short')), '8 to 64'],
  ['a disk that is not there', answerIso(answerToml().replace('"sda"', '"sdz"')), "disk in 'disk-list' not found"],
  [
    'a disk filter that fits none',
    answerIso(answerToml().replace('disk-list = ["sda"]', 'filter.ID_SERIAL = "*drive-scsi7"')),
    'filter did not match any devices',
  ],
  ['a card that is not there', answerIso(answerToml().replace('bc2411', 'aabbcc')), 'No network interface'],
  ['btrfs, which PBS does not have', answerIso(answerToml().replace('ext4', 'btrfs')), 'unknown variant'],
])('The VM waits for ever: %s.', async (_, iso, why) => {
  const at = stage();
  await installing(at, iso);
  await at.clock.advance(48 * hour);
  expect((await at.pve.get('/nodes/node1/qemu/100/status/current')).data).toMatchObject({ status: 'running' });
  expect(at.world.pve.phase(100)).toEqual({ is: 'waiting', why: expect.stringContaining(why) });
  expect(at.world.servers()).toEqual([]);
});

test.each([
  ['the stock image', installerImage({ mode: 'none' }), 'stock image'],
  ['an image prepared for an answer server', installerImage({ mode: 'http' }), 'no answer server'],
  ['no image at all', new Uint8Array(4096), 'nothing to boot from'],
])('The VM waits for ever: %s.', async (_, image, why) => {
  const at = stage();
  await installing(at, answerIso(), image);
  await at.clock.advance(48 * hour);
  expect(at.world.pve.phase(100)).toEqual({ is: 'waiting', why: expect.stringContaining(why) });
});

test('An answer inside the image needs no second one, labels count in capitals and small letters, snake_case is taken.', async () => {
  const inside = stage();
  await installing(inside, new Uint8Array(0), installerImage({ mode: 'iso', answer: answerToml() }));
  expect(inside.world.pve.phase(100)).toMatchObject({ is: 'installing' });
  const small = stage();
  await installing(small, answerIso(answerToml().replace('root-password', 'root_password'), 'proxmox-ais'));
  expect(small.world.pve.phase(100)).toMatchObject({ is: 'installing' });
});

test('A deleted VM takes its server with it, and whoever gets the id next gets nothing of it.', async () => {
  const at = stage();
  await installing(at, answerIso(answerToml({ reboot: 'reboot' })));
  await at.clock.advance(400_000);
  await at.over((await at.pve.post('/nodes/node1/qemu/100/status/stop')).data);
  await at.over((await at.pve.delete('/nodes/node1/qemu/100', { purge: 1, 'destroy-unreferenced-disks': 1 })).data);
  expect(at.world.servers()).toEqual([]);
  expect(at.world.pve.volumes().filter(({ vmid }) => vmid === 100)).toEqual([]);
  expect((await at.pve.get('/cluster/nextid')).data).toBe('100');
});

test.each([
  ['SHA-512', '$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG.'],
  ['SHA-256', '$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB'],
])('A password may be given by its %s hash, as `openssl passwd` makes it.', async (_, hash) => {
  const at = stage();
  const toml = answerToml({ reboot: 'reboot' }).replace(
    'root-password = "correct horse"',
    `root-password-hashed = "${hash}"`,
  );
  await installing(at, answerIso(toml));
  await at.clock.advance(400_000);
  const login = async (password: string) =>
    (await at.pbs('192.168.0.20', '').post('/access/ticket', { username: 'root@pam', password })).status;
  expect([await login('correct horse'), await login('wrong horse')]).toEqual([200, 401]);
});

test('The disks of the VM are those of its server, and a reboot takes it away for a while.', async () => {
  const at = stage();
  await installing(at, answerIso(answerToml({ reboot: 'reboot' })));
  await at.clock.advance(400_000);
  await at.world.settle();
  const admin = at.pbs('192.168.0.20', at.world.pbs('192.168.0.20')?.token().authorization ?? '');
  expect((await admin.get('/nodes/localhost/disks/list')).data).toMatchObject([
    { name: 'sda', size: 50 * 1024 ** 3 },
    { name: 'sdb', size: 64 * 1024 ** 3, used: 'unused' },
  ]);
  expect((await admin.post('/nodes/localhost/status', { command: 'reboot' })).status).toBe(200);
  await expect(admin.get('/ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await at.clock.advance(60_000);
  expect((await admin.get('/ping')).status).toBe(200);
});

test.each([
  ['filter.ID_SERIAL = "*drive-scsi1"', '64'],
  ['filter.DEVNAME = "/dev/sda"\nfilter.ID_SERIAL = "*drive-scsi1"\nfilter-match = "any"', '50'],
])('A disk may be chosen by what udev knows of it: %s.', async (filter, size) => {
  const at = stage();
  await installing(at, answerIso(answerToml().replace('disk-list = ["sda"]', filter)));
  await at.clock.advance(301_000);
  await at.world.settle();
  const installed = at.world.pve.volumes().find(({ server }) => server !== undefined);
  expect(installed?.size).toBe(Number(size) * 1024 ** 3);
});
