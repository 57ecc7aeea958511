// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage } from './world.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

test("501 Unexpected content for method 'DELETE': parameters of GET and DELETE stand in the query.", async () => {
  const { pve } = stage();
  for (const method of ['GET', 'DELETE']) {
    const answer = await pve.send(method, '/nodes/node1/qemu/100', { body: 'purge=1', headers: form });
    expect(answer).toMatchObject({ status: 501, reason: `Unexpected content for method '${method}'`, text: '' });
  }
});

test('501: chunked bodies are refused, uploads among them.', async () => {
  const { pve } = stage();
  const answer = await pve.send('POST', '/nodes/node1/storage/local/upload', {
    body: 'x',
    headers: { 'transfer-encoding': 'chunked', 'content-type': 'multipart/form-data; boundary=x' },
  });
  expect(answer.status).toBe(501);
});

test('506: a body that is neither a form nor JSON.', async () => {
  const { pve } = stage();
  const answer = await pve.send('POST', '/pools', { body: 'poolid=x', headers: { 'content-type': 'text/plain' } });
  expect(answer.status).toBe(506);
});

test('501 for data too large: a form has 64 KiB.', async () => {
  const { pve } = stage();
  const answer = await pve.post('/pools', { poolid: 'x', comment: 'x'.repeat(65_536) });
  expect(answer).toMatchObject({ status: 501, reason: 'for data too large' });
});

test('JSON is as good as a form.', async () => {
  const { pve, world } = stage();
  const answer = await pve.send('POST', '/pools', {
    body: '{"poolid":"backups"}',
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, answer.data]).toEqual([200, null]);
  expect((await pve.get('/pools')).data).toEqual([{ poolid: 'backups' }]);
  expect(world.calls.at(-2)).toMatchObject({ service: 'pve', action: 'POST /pools', effect: 'write', applied: true });
});

test("501 Method 'GET /foo' not implemented: paths and methods that are not there.", async () => {
  const { pve } = stage();
  expect(await pve.get('/foo')).toMatchObject({ status: 501, reason: "Method 'GET /foo' not implemented" });
  expect((await pve.put('/cluster/nextid')).status).toBe(501);
});

test('401 No ticket; and every bad one is "Authentication failed!" since 9.1.5, each by its own text before.', async () => {
  const { as, world } = stage();
  const { id } = world.pve.token({ name: 'second' });
  expect(await as('').get('/version')).toMatchObject({ status: 401, reason: 'No ticket', text: '' });
  for (const bad of ['PVEAPIToken=a@pve!b=c', `PVEAPIToken=${id}=c`, `PVEAPIToken=all@pve!no=c`])
    expect((await as(bad).get('/version')).reason).toBe('Authentication failed!');
  const old = stage({ version: '8.4' });
  const token = old.world.pve.token({ name: 'second' }).id;
  expect((await old.as(`PVEAPIToken=${token}=c`).get('/version')).reason).toBe('invalid token value!');
  expect((await old.as(`PVEAPIToken=a@pve!b=c`).get('/version')).reason).toBe('no such user');
});

test('The scheme is parted by a blank or a sign, and the token may be percent-encoded.', async () => {
  const { as, world } = stage();
  const { id, secret } = world.pve.token({ name: 'second' });
  for (const authorization of [`PVEAPIToken ${id}=${secret}`, `PVEAPIToken=${encodeURIComponent(id)}=${secret}`])
    expect((await as(authorization).get('/version')).status).toBe(200);
});

test('A ticket is a cookie, writes need the CSRF token, and after two hours it is over.', async () => {
  const { world, as, clock } = stage();
  world.pve.user('admin@pve', 'planted-password', [{ path: '/', role: 'Administrator' }]);
  const { data } = await as('').post('/access/ticket', { username: 'admin@pve', password: 'planted-password' });
  const { ticket, CSRFPreventionToken: csrf } = data as Record<string, string>;
  const cookie = { cookie: `PVEAuthCookie=${encodeURIComponent(ticket ?? '')}` };
  expect((await as('').send('GET', '/version', { headers: cookie })).status).toBe(200);
  const write = (headers: Record<string, string>) =>
    as('').send('POST', '/pools', { body: 'poolid=x', headers: { ...form, ...cookie, ...headers } });
  expect(await write({})).toMatchObject({ status: 401, reason: 'Permission denied - invalid csrf token' });
  expect((await write({ csrfpreventiontoken: csrf ?? '' })).status).toBe(200);
  await clock.advance(7_200_001);
  expect((await as('').send('GET', '/version', { headers: cookie })).status).toBe(401);
  expect((await as('').post('/access/ticket', { username: 'admin@pve', password: 'no' })).status).toBe(401);
});

test('400 Parameter verification failed: what is missing, unknown, of another type or out of bounds, by its name.', async () => {
  const { pve } = stage();
  const answer = await pve.post('/nodes/node1/qemu', {
    vmid: 99,
    cores: 'two',
    nonsense: 1,
    name: '-',
    ostype: 'linux',
  });
  expect(answer).toMatchObject({ status: 400, reason: 'Parameter verification failed.' });
  expect(answer.json['errors']).toEqual({
    vmid: expect.stringContaining('100'),
    cores: "type check ('integer') failed - got 'two'",
    nonsense: 'property is not defined in schema and the schema does not allow additional properties',
    name: 'invalid format - value does not look like a valid DNS name',
    ostype: expect.stringContaining("value 'linux' does not have a value in the enumeration"),
  });
  expect((await pve.post('/storage', { type: 'pbs' })).json['errors']).toEqual({
    storage: 'property is missing and it is not optional',
  });
});

test('1e+06 is no integer.', async () => {
  const { pve } = stage();
  expect((await pve.get('/cluster/nextid', { vmid: '1e+06' })).json['errors']).toHaveProperty('vmid');
});

test('The text of an error stands in the reason phrase, and in the body since 9 alone.', async () => {
  const missing = "storage 'none' does not exist";
  const answer = await stage().pve.get('/storage/none');
  expect(answer).toMatchObject({ status: 500, reason: missing });
  expect(answer.json).toEqual({ data: null, message: `${missing}\n` });
  const old = await stage({ version: '8.4' }).pve.get('/storage/none');
  expect(old).toMatchObject({ status: 500, reason: missing });
  expect(old.json).toEqual({ data: null });
});

test('595 No route to host: the node is off. A name that is no node cannot be looked up.', async () => {
  const { world, pve } = stage({ nodes: ['node1', 'node2'] });
  world.pve.nodeDown('node2');
  expect(await pve.get('/nodes/node2/qemu')).toMatchObject({ status: 595, reason: 'No route to host' });
  expect((await pve.get('/nodes/node3/qemu')).reason).toContain("hostname lookup 'node3' failed");
});

test.each([
  ['has not happened', 'error', 0],
  ['has happened all the same', 'errorAfter', 1],
] as const)('596 Connection timed out, and the write %s.', async (_, kind, pools) => {
  const { world, pve } = stage();
  world.faults.add({ kind, status: 596, action: 'POST /pools', nth: 1 });
  expect(await pve.post('/pools', { poolid: 'x' })).toMatchObject({ status: 596, reason: 'Connection timed out' });
  expect((await pve.get('/pools')).data).toHaveLength(pools);
});

test('Faults of the network: lost before, lost after, late.', async () => {
  const { world, pve } = stage();
  const create = (poolid: string) => pve.post('/pools', { poolid });
  world.faults.add({ kind: 'requestLost', nth: 1, effect: 'write' });
  await expect(create('a')).rejects.toMatchObject({ code: 'ECONNRESET' });
  world.faults.clear();
  world.faults.add({ kind: 'answerLost', nth: 1, effect: 'write' });
  await expect(create('b')).rejects.toMatchObject({ code: 'ECONNRESET' });
  world.faults.clear();
  world.faults.add({ kind: 'lateEffect', nth: 1, effect: 'write', afterCalls: 2 });
  await expect(create('c')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await pve.get('/pools')).data).toEqual([{ poolid: 'b' }]);
  await pve.get('/version');
  expect((await pve.get('/pools')).data).toEqual([{ poolid: 'b' }, { poolid: 'c' }]);
});

test('extjs: always 200, and the truth in the body.', async () => {
  const { world } = stage();
  const { authorization } = world.pve.token({ name: 'second' });
  const answer = await world.service({
    method: 'GET',
    url: new URL(`${world.pve.url}/api2/extjs/storage/none`),
    headers: { authorization },
  });
  expect(answer.status).toBe(200);
});

test('A refusal of 401 comes three seconds late, where the world is told to be as slow as life.', async () => {
  const { as, clock } = stage({ delays: true });
  let status = 0;
  void as('')
    .get('/version')
    .then((answer) => (status = answer.status));
  await clock.advance(2900);
  expect(status).toBe(0);
  await clock.advance(200);
  expect(status).toBe(401);
});
