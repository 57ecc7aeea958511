// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { stage, type Stage } from './world.ts';

const storage = '/nodes/node1/storage/local';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function multipart(
  parts: Readonly<Record<string, string>>,
  file: { name?: string; filename: string; content: string },
): { body: string; headers: Record<string, string> } {
  const fields = Object.entries(parts).map(
    ([name, value]) => `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const last = `--b0\r\nContent-Disposition: form-data; name="${file.name ?? 'filename'}"; filename="${file.filename}"\r\nContent-Type: application/octet-stream\r\n\r\n${file.content}\r\n--b0--\r\n`;
  return { body: fields.join('') + last, headers: { 'content-type': 'multipart/form-data; boundary=b0' } };
}

const upload = (
  { pve }: Stage,
  parts: Readonly<Record<string, string>>,
  file: Parameters<typeof multipart>[1],
  at = storage,
) => pve.send('POST', `${at}/upload`, multipart(parts, file));

const iso = { content: 'iso' };

test('An upload is a task, there when it is over, and overwrites without a word.', async () => {
  const at = stage();
  for (const content of ['first', 'second and longer'])
    expect(await at.over((await upload(at, iso, { filename: 'a b.iso', content })).data)).toBe('OK');
  const { data } = await at.pve.get(`${storage}/content`, { content: 'iso' });
  expect(data).toEqual([
    { volid: 'local:iso/a_b.iso', content: 'iso', format: 'iso', size: 17, ctime: expect.any(Number) },
  ]);
});

test('400: the part of the file is called filename, and the extension is that of its content.', async () => {
  const at = stage();
  expect((await upload(at, iso, { name: 'file', filename: 'a.iso', content: 'x' })).json['errors']).toHaveProperty(
    'filename',
  );
  expect((await upload(at, iso, { filename: 'a.txt', content: 'x' })).json['errors']).toEqual({
    filename: 'wrong file extension',
  });
  expect(
    (await upload(at, { content: 'snippets' }, { filename: 'a.yaml', content: 'x' })).json['errors'],
  ).toHaveProperty('content');
});

test('500: a storage that is not made of files, or not for that content.', async () => {
  const at = stage();
  at.world.pve.addStorage({ id: 'backups', type: 'dir', content: 'backup', total: 1000 });
  const file = { filename: 'a.iso', content: 'x' };
  expect((await upload(at, iso, file, '/nodes/node1/storage/local-lvm')).reason).toBe(
    "can't upload to storage type 'lvmthin', not a file based storage!",
  );
  expect((await upload(at, iso, file, '/nodes/node1/storage/backups')).reason).toBe(
    "storage 'backups' is not configured for content-type 'iso'",
  );
});

test('checksum mismatch, No space left on device: the task fails, nothing is kept.', async () => {
  const at = stage();
  at.world.pve.addStorage({ id: 'tiny', type: 'dir', content: 'iso', total: 3 });
  const file = { filename: 'a.iso', content: 'four' };
  const wrong = { ...iso, checksum: sha256('other'), 'checksum-algorithm': 'sha256' };
  expect(await at.over((await upload(at, wrong, file)).data)).toMatch(/^checksum mismatch: got/);
  expect(await at.over((await upload(at, iso, file, '/nodes/node1/storage/tiny')).data)).toContain(
    'No space left on device',
  );
  expect(at.world.pve.volumes()).toEqual([]);
});

test('403: uploads need Datastore.AllocateTemplate; a CSRF token they do not need.', async () => {
  const at = stage();
  const { authorization } = at.world.pve.token({ grants: [{ path: '/storage', role: 'PVEDatastoreUser' }] });
  const answer = await upload({ ...at, pve: at.as(authorization) }, iso, { filename: 'a.iso', content: 'x' });
  expect(answer.reason).toBe('Permission check failed (/storage/local, Datastore.AllocateTemplate)');
  at.world.pve.user('up@pve', 'planted-password', [{ path: '/storage', role: 'PVEDatastoreAdmin' }]);
  const ticket = (await at.as('').post('/access/ticket', { username: 'up@pve', password: 'planted-password' }))
    .data as { ticket: string };
  const { body, headers } = multipart(iso, { filename: 'a.iso', content: 'x' });
  const cookie = `PVEAuthCookie=${encodeURIComponent(ticket.ticket)}`;
  expect((await at.as('').send('POST', `${storage}/upload`, { body, headers: { ...headers, cookie } })).status).toBe(
    200,
  );
});

const image = { content: 'iso', filename: 'pbs.iso', url: 'https://images.example.com/pbs.iso' };

test('download-url: with a checksum what is there and fits stays, what does not is brought again, and a wrong one fails the task.', async () => {
  let asked = 0;
  const at = stage({
    download: () => {
      asked++;
      return new TextEncoder().encode('image');
    },
  });
  const checked = { ...image, checksum: sha256('image'), 'checksum-algorithm': 'sha256' };
  for (let n = 0; n < 2; n++)
    expect(await at.over((await at.pve.post(`${storage}/download-url`, checked)).data)).toBe('OK');
  expect(asked).toBe(1);
  const { data } = await at.pve.post(`${storage}/download-url`, { ...checked, checksum: sha256('other') });
  expect(await at.over(data)).toMatch(/^checksum mismatch/);
  expect((await at.pve.get('/nodes/node1/query-url-metadata', { url: image.url })).data).toMatchObject({
    size: 5,
    filename: 'pbs.iso',
  });
});

test('download-url: a page that is not there fails the task after HTTP 200.', async () => {
  const at = stage();
  const { status, data } = await at.pve.post(`${storage}/download-url`, image);
  expect([status, await at.over(data)]).toEqual([200, expect.stringContaining('download failed')]);
  expect((await at.pve.get('/nodes/node1/query-url-metadata', { url: image.url })).reason).toContain('404 Not Found');
});

test('download-url: 403 without Sys.AccessNetwork on the node, or Sys.Audit and Sys.Modify on the root.', async () => {
  const at = stage();
  const template = { path: '/storage/local', privileges: ['Datastore.AllocateTemplate'] };
  const send = (name: string, grants: { path: string; privileges: string[] }[]) =>
    at
      .as(at.world.pve.token({ user: `${name}@pve`, grants: [template, ...grants] }).authorization)
      .post(`${storage}/download-url`, image);
  expect((await send('a', [])).status).toBe(403);
  expect((await send('b', [{ path: '/nodes/node1', privileges: ['Sys.AccessNetwork'] }])).status).toBe(200);
  expect((await send('c', [{ path: '/', privileges: ['Sys.Audit', 'Sys.Modify'] }])).status).not.toBe(403);
});

test('Deleting: a task, with the volume in the path, encoded or not; what is not there is a line in its log.', async () => {
  const at = stage();
  for (const path of ['local:iso/a.iso', 'local%3Aiso%2Fa.iso']) {
    at.world.pve.addIso('local', 'a.iso', new Uint8Array(1));
    expect(await at.over((await at.pve.delete(`${storage}/content/${path}`)).data)).toBe('OK');
    expect(at.world.pve.volumes()).toEqual([]);
  }
  const { data } = await at.pve.delete(`${storage}/content/local:iso/a.iso`);
  expect(await at.over(data)).toBe('OK');
  expect((await at.pve.get(`/nodes/node1/tasks/${String(data)}/log`)).text).toContain('does not exist');
});

test('403: deleting an image needs Datastore.Allocate.', async () => {
  const at = stage();
  at.world.pve.addIso('local', 'a.iso', new Uint8Array(1));
  const { authorization } = at.world.pve.token({
    grants: [{ path: '/storage', privileges: ['Datastore.AllocateSpace', 'Datastore.AllocateTemplate'] }],
  });
  expect((await at.as(authorization).delete(`${storage}/content/local:iso/a.iso`)).reason).toBe(
    'Permission check failed (/storage/local, Datastore.Allocate)',
  );
});
