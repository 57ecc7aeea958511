// SPDX-License-Identifier: GPL-3.0-or-later
/** Parts 3 to 5 of the first runbook, by API tokens alone: the way that the operator goes. */
import { expect, test } from '@jest/globals';
import { writeIso } from '../../../src/simulator/proxmox/iso/write.ts';
import { installerImage } from '../../../src/simulator/proxmox/media.ts';
import { bucket, least } from './cloud.ts';
import { newWorld } from '../aws/client.ts';
import { answerToml, stage, vm, type Client, type Stage } from './world.ts';

const address = '192.168.0.20';
const guest = '/nodes/node1/qemu/100';

/** What reference role and paths say is the least for PVE 9. */
const grants = [
  {
    path: '/vms',
    privileges: [
      'VM.Allocate',
      'VM.Audit',
      'VM.PowerMgmt',
      'VM.Backup',
      'VM.GuestAgent.Audit',
      ...['CPU', 'Memory', 'Disk', 'CDROM', 'Network', 'HWType', 'Options'].map((one) => `VM.Config.${one}`),
    ],
  },
  { path: '/storage/local-lvm', privileges: ['Datastore.AllocateSpace', 'Datastore.Audit'] },
  { path: '/storage/local', privileges: ['Datastore.AllocateTemplate', 'Datastore.Allocate', 'Datastore.Audit'] },
  { path: '/storage', privileges: ['Datastore.Allocate', 'Datastore.Audit'] },
  { path: '/sdn/zones/localnetwork/vmbr0', privileges: ['SDN.Use'] },
  { path: '/nodes/node1', privileges: ['Sys.Audit', 'Sys.AccessNetwork'] },
  { path: '/', privileges: ['Sys.Audit', 'Sys.Modify'], propagate: false },
];

async function uploadAnswer(at: Stage, pve: Client): Promise<void> {
  const image = Buffer.from(writeIso({ label: 'PROXMOX-AIS', files: { 'answer.toml': answerToml({ address }) } }));
  const head =
    '--b\r\nContent-Disposition: form-data; name="content"\r\n\r\niso\r\n--b\r\nContent-Disposition: form-data; name="filename"; filename="answer.iso"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), image, Buffer.from('\r\n--b--\r\n')]);
  const { data } = await pve.send('POST', '/nodes/node1/storage/local/upload', {
    body,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  expect(await at.over(data, pve)).toBe('OK');
}

async function install(at: Stage, pve: Client): Promise<void> {
  await uploadAnswer(at, pve);
  expect(await at.over((await pve.post('/nodes/node1/qemu', vm)).data, pve)).toBe('OK');
  expect(await at.over((await pve.post(`${guest}/status/start`)).data, pve)).toBe('OK');
  await at.clock.advance(305_000);
  expect((await pve.get(`${guest}/status/current`)).data).toMatchObject({ status: 'stopped' });
  await pve.put(`${guest}/config`, { delete: 'ide2,ide3', onboot: 1, protection: 1 });
  expect(await at.over((await pve.delete('/nodes/node1/storage/local/content/local:iso/answer.iso')).data, pve)).toBe(
    'OK',
  );
  expect(await at.over((await pve.post(`${guest}/status/start`)).data, pve)).toBe('OK');
  await at.clock.advance(65_000);
}

/** A token for the operator, made with root's password, which nobody needs afterwards. */
async function mint(at: Stage): Promise<Client> {
  const { data } = await at
    .pbs(address, '')
    .post('/access/ticket', { username: 'root@pam', password: 'correct horse' });
  const { ticket, CSRFPreventionToken: csrf } = data as Record<string, string>;
  const headers = {
    cookie: `PBSAuthCookie=${encodeURIComponent(ticket ?? '')}`,
    csrfpreventiontoken: csrf ?? '',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const root = (method: string, path: string, body: string) =>
    at.pbs(address, '').send(method, path, { body, headers });
  await root('POST', '/access/users', 'userid=operator%40pbs');
  const made = (await root('POST', '/access/users/operator@pbs/token/operator', '')).data as { value: string };
  for (const who of ['operator@pbs', 'operator@pbs!operator'])
    await root('PUT', '/access/acl', `path=%2F&role=Admin&auth-id=${encodeURIComponent(who)}`);
  return at.pbs(address, `PBSAPIToken=operator@pbs!operator:${made.value}`);
}

test('A VM from nothing to the first backup in S3, with the least of rights.', async () => {
  const { world: aws, clock, root } = newWorld();
  await root.bucket(bucket);
  const { credentials } = await root.user('pbs', least);
  const at = stage({ clock, s3: aws.service });
  at.world.pve.addIso('local', 'pbs.iso', installerImage());
  at.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  const pve = at.as(at.world.pve.token({ grants }).authorization);
  await install(at, pve);

  const pbs = await mint(at);
  expect(
    await at.overAt(
      pbs,
      (await pbs.post('/nodes/localhost/disks/directory', { name: 'cache', disk: 'sdb', filesystem: 'ext4' })).data,
    ),
  ).toBe('OK');
  const endpoint = {
    id: 'aws-s3-storage',
    endpoint: '{{bucket}}.s3.{{region}}.amazonaws.com',
    region: 'ap-northeast-2',
  };
  await pbs.post('/config/s3', {
    ...endpoint,
    'access-key': credentials?.accessKeyID ?? '',
    'secret-key': credentials?.secretAccessKey ?? '',
  });
  expect((await pbs.put('/admin/s3/aws-s3-storage/check', { bucket, 'store-prefix': 'vm-backup-s3' })).status).toBe(
    200,
  );
  const store = {
    name: 'vm-backup-s3',
    path: '/mnt/datastore/cache/vm-backup-s3',
    backend: `type=s3,client=aws-s3-storage,bucket=${bucket}`,
    'gc-schedule': 'daily',
    'verify-new': 1,
  };
  expect(await at.overAt(pbs, (await pbs.post('/config/datastore', store)).data)).toBe('OK');
  expect((await pbs.get('/admin/datastore/vm-backup-s3/status')).data).toMatchObject({ total: 64 * 1024 ** 3 });
  await pbs.post('/config/prune', { id: 'daily', store: 'vm-backup-s3', schedule: 'daily', 'keep-last': 3 });

  await pbs.post('/access/users', { userid: 'pve@pbs' });
  const { value } = (await pbs.post('/access/users/pve@pbs/token/node1')).data as { value: string };
  for (const who of ['pve@pbs', 'pve@pbs!node1'])
    await pbs.put('/access/acl', { path: '/datastore/vm-backup-s3', role: 'DatastoreBackup', 'auth-id': who });
  const { info } = (await pbs.get('/nodes/localhost/status')).data as { info: { fingerprint: string } };
  const entry = {
    storage: 'pbs-main',
    type: 'pbs',
    server: address,
    datastore: 'vm-backup-s3',
    username: 'pve@pbs!node1',
    password: value,
    fingerprint: info.fingerprint,
  };
  expect((await pve.post('/storage', entry)).status).toBe(200);
  expect(
    (await pve.post('/cluster/backup', { id: 'nightly', schedule: '02:00', storage: 'pbs-main', all: 1 })).data,
  ).toBeNull();
  expect((await pve.get('/cluster/backup-info/not-backed-up')).data).toEqual([]);

  await at.clock.advance(20 * 3_600_000);
  const found = (await pve.get('/nodes/node1/storage/pbs-main/content', { vmid: 200 })).data;
  expect(found).toMatchObject([{ vmid: 200, ctime: Date.UTC(2026, 0, 6, 2) / 1000, verification: { state: 'ok' } }]);
  expect((await pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({ active: 1 });
});
