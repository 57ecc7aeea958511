// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage, type Client } from './world.ts';

const address = '192.168.0.30';

function server(given: { version?: string; skewMs?: number } = {}) {
  const at = stage();
  const pbs = at.world.addPbs({ rootPassword: 'correct horse', ...given });
  const admin = at.pbs(address, pbs.token().authorization);
  const as = (authorization: string): Client => at.pbs(address, authorization);
  return { ...at, server: pbs, admin, as };
}

test('ping is for everybody; version is told in two parts.', async () => {
  const { as, admin } = server();
  expect((await as('').get('/ping')).data).toEqual({ pong: true });
  expect((await admin.get('/version')).data).toEqual({ version: '4.2', release: '3', repoid: expect.any(String) });
});

test('401 authentication failed: as text, and without a content type.', async () => {
  const { as, server: pbs } = server();
  const { id, secret } = pbs.token({ name: 'second' });
  for (const bad of ['', `PBSAPIToken=${id}:no`, `PBSAPIToken=${id}=${secret}`, `PVEAPIToken=${id}:${secret}`])
    expect(await as(bad).get('/version')).toMatchObject({
      status: 401,
      text: 'authentication failed',
      type: undefined,
    });
  for (const good of [`PBSAPIToken=${id}:${secret}`, `PBSAPIToken ${id}:${secret}`])
    expect((await as(good).get('/version')).status).toBe(200);
});

test('403 permission check failed before the endpoint, and with what is missing inside it.', async () => {
  const { as, server: pbs } = server();
  const none = as(pbs.token({ user: 'none@pbs', roles: [] }).authorization);
  expect(await none.get('/nodes/localhost/status')).toMatchObject({
    status: 403,
    text: 'permission check failed',
    type: undefined,
  });
  expect(await none.post('/config/prune', { id: 'nightly', store: 'main', schedule: 'daily' })).toMatchObject({
    status: 403,
    text: "missing permissions 'Datastore.Modify' on '/datastore/main'",
    type: 'application/json;charset=UTF-8',
  });
});

test('404: what is no path is text, too. 400: a path with dots in it.', async () => {
  const { admin } = server();
  expect(await admin.get('/foo')).toMatchObject({ status: 404, text: "Path '/foo' not found.", type: undefined });
  expect(await admin.get('/access/users/.hidden')).toMatchObject({
    status: 400,
    text: 'Path contains illegal components.',
  });
});

test('414: a path and query of more than 3072 characters.', async () => {
  expect((await server().admin.get('/version', { x: 'y'.repeat(3100) })).status).toBe(414);
});

test('400: the header promises JSON, the body is the message as text.', async () => {
  const { admin } = server();
  const answer = await admin.get('/config/s3/none');
  expect(answer).toMatchObject({
    status: 400,
    type: 'application/json;charset=UTF-8',
    text: "no such s3-endpoint 'none'",
    json: {},
  });
});

test('400 parameter verification failed: one in the line, several below it.', async () => {
  const { admin } = server();
  expect((await admin.post('/access/users', { userid: 'x@pbs', nonsense: 1 })).text).toBe(
    "parameter verification failed - 'nonsense': schema does not allow additional properties.",
  );
  expect((await admin.post('/access/users', { nonsense: 1 })).text.split('\n').sort()).toEqual([
    "- 'nonsense': schema does not allow additional properties.",
    "- 'userid': parameter is missing and it is not optional.",
    'parameter verification failed:',
  ]);
});

test('With JSON the query counts for nothing.', async () => {
  const { admin } = server();
  const json = { body: '{}', headers: { 'content-type': 'application/json' } };
  expect((await admin.send('POST', '/access/users?userid=x@pbs', json)).text).toContain(
    "'userid': parameter is missing",
  );
});

test('extjs: 200 with success 0, JSON after all.', async () => {
  const { world, server: pbs } = server();
  const { authorization } = pbs.token({ name: 'second' });
  const answer = await world.service({
    method: 'GET',
    url: new URL(`${pbs.url}/api2/extjs/config/s3/none`),
    headers: { authorization },
  });
  expect(answer.status).toBe(200);
});

test('A ticket of root by the password of the installation; writes need its CSRF token; two hours.', async () => {
  const { as, clock } = server();
  const login = (password: string) => as('').post('/access/ticket', { username: 'root@pam', password });
  expect((await login('no')).status).toBe(401);
  const { ticket, CSRFPreventionToken: csrf } = (await login('correct horse')).data as Record<string, string>;
  const cookie = { cookie: `__Host-PBSAuthCookie=${encodeURIComponent(ticket ?? '')}` };
  const create = (headers: Record<string, string>) =>
    as('').send('POST', '/access/users', {
      body: 'userid=a%40pbs',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...cookie, ...headers },
    });
  expect((await create({})).status).toBe(401);
  expect((await create({ csrfpreventiontoken: csrf ?? '' })).status).toBe(200);
  await clock.advance(7_200_001);
  expect((await as('').send('GET', '/version', { headers: cookie })).status).toBe(401);
});

test('Users: PUT takes a password and forgets it; /access/password sets it; a deleted one takes its tokens along.', async () => {
  const { admin, as } = server();
  await admin.post('/access/users', { userid: 'pve@pbs', password: 'first-password' });
  const login = async (password: string) =>
    (await as('').post('/access/ticket', { username: 'pve@pbs', password })).status;
  await admin.put('/access/users/pve@pbs', { password: 'second-password' });
  expect([await login('first-password'), await login('second-password')]).toEqual([200, 401]);
  await admin.put('/access/password', { userid: 'pve@pbs', password: 'third-password' });
  expect(await login('third-password')).toBe(200);
  const { data } = await admin.post('/access/users/pve@pbs/token/backup');
  const token = as(`PBSAPIToken=pve@pbs!backup:${(data as { value: string }).value}`);
  expect((await token.get('/version')).status).toBe(200);
  expect((await admin.post('/access/users', { userid: 'pve@pbs' })).text).toContain('already exists');
  await admin.delete('/access/users/pve@pbs');
  expect((await token.get('/version')).status).toBe(401);
});

test('Tokens: told once, refused twice, made anew in place; the old secret is good for nothing.', async () => {
  const { admin, as } = server();
  await admin.post('/access/users', { userid: 'pve@pbs' });
  const { value } = (await admin.post('/access/users/pve@pbs/token/backup')).data as { value: string };
  expect((await admin.post('/access/users/pve@pbs/token/backup')).text).toBe(
    "token 'backup' for user 'pve@pbs' already exists.",
  );
  expect(JSON.stringify((await admin.get('/access/users/pve@pbs/token/backup')).json)).not.toContain(value);
  const { secret } = (await admin.put('/access/users/pve@pbs/token/backup', { regenerate: 1 })).data as {
    secret: string;
  };
  expect((await as(`PBSAPIToken=pve@pbs!backup:${value}`).get('/version')).status).toBe(401);
  expect((await as(`PBSAPIToken=pve@pbs!backup:${secret}`).get('/version')).status).toBe(200);
});

test('What a token may is what both may; lists leave out without a word what one may not see.', async () => {
  const { admin, as, server: pbs } = server();
  await admin.post('/access/users', { userid: 'pve@pbs' });
  const { value } = (await admin.post('/access/users/pve@pbs/token/backup')).data as { value: string };
  const token = as(`PBSAPIToken=pve@pbs!backup:${value}`);
  const give = (authid: string) =>
    admin.put('/access/acl', { path: '/system/status', role: 'Audit', 'auth-id': authid });
  await give('pve@pbs!backup');
  expect((await token.get('/nodes/localhost/status')).status).toBe(403);
  await give('pve@pbs');
  expect((await token.get('/nodes/localhost/status')).data).toMatchObject({ info: { fingerprint: pbs.fingerprint } });
  expect((await token.get('/access/users')).data).toMatchObject([{ userid: 'pve@pbs' }]);
  expect((await token.get('/config/s3')).data).toEqual([]);
});

test('400 invalid ACL path, no such user, no such API token; roles are those built in.', async () => {
  const { admin } = server();
  const give = async (path: string, authid: string, role = 'Audit') =>
    (await admin.put('/access/acl', { path, role, 'auth-id': authid })).text;
  expect(await give('/somewhere', 'root@pam')).toBe('invalid ACL path.');
  expect(await give('/', 'nobody@pbs')).toBe('no such user.');
  expect(await give('/', 'root@pam!none')).toBe('no such API token.');
  expect(await give('/', 'root@pam', 'Own')).toContain('not defined in the enumeration');
});

test('400 detected modified configuration.', async () => {
  const { admin } = server();
  const digest = '0'.repeat(64);
  expect((await admin.put('/access/acl', { path: '/', role: 'Audit', 'auth-id': 'root@pam', digest })).text).toContain(
    'detected modified configuration',
  );
});

test('The certificate’s fingerprint: with Sys.Modify on certificates, or in the status with Sys.Audit alone; a renewal changes it.', async () => {
  const { as, server: pbs } = server();
  const auditor = as(pbs.token({ user: 'a@pbs', roles: [['/system/status', 'Audit']] }).authorization);
  expect((await auditor.get('/nodes/localhost/certificates/info')).status).toBe(403);
  const before = pbs.fingerprint;
  expect((await auditor.get('/nodes/localhost/status')).data).toMatchObject({ info: { fingerprint: before } });
  pbs.renewCertificate();
  expect(pbs.fingerprint).not.toBe(before);
});

test('The identity is there since 4.1.10.', async () => {
  expect((await server().admin.get('/nodes/localhost/identity')).status).toBe(200);
  expect((await server({ version: '4.1.9' }).admin.get('/nodes/localhost/identity')).status).toBe(404);
});

test("Directories: a task formats the disk; 400 disk 'sdb' is already in use.", async () => {
  const { admin, overAt } = server();
  expect((await admin.get('/nodes/localhost/disks/list')).data).toMatchObject([
    { name: 'sda', used: 'lvm' },
    { name: 'sdb', used: 'unused' },
  ]);
  const { data } = await admin.post('/nodes/localhost/disks/directory', {
    name: 'cache',
    disk: 'sdb',
    filesystem: 'ext4',
  });
  expect(data).toMatch(
    /^UPID:pbs:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8,16}:[0-9A-F]{8}:dircreate:cache:operator@pbs!operator:$/,
  );
  expect(await overAt(admin, data)).toBe('OK');
  expect((await admin.get('/nodes/localhost/disks/directory')).data).toMatchObject([{ path: '/mnt/datastore/cache' }]);
  expect((await admin.post('/nodes/localhost/disks/directory', { name: 'again', disk: 'sdb' })).text).toBe(
    "disk 'sdb' is already in use.",
  );
  expect((await admin.post('/nodes/localhost/disks/directory', { name: 'again', disk: 'sdc' })).text).toContain(
    'unable to find disk',
  );
});

test('ECONNREFUSED and EHOSTUNREACH: a server that is off, an address without one.', async () => {
  const { admin, pbs, server: it } = server();
  it.power(false);
  await expect(admin.get('/ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(pbs('192.168.0.99', '').get('/ping')).rejects.toMatchObject({ code: 'EHOSTUNREACH' });
});
