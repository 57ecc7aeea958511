// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { undiciTransport } from '../../../src/wire/undici-transport.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';
import { connection, firewall, uuid } from './world.ts';

const add = 'ipsec/connections/add_connection';

test('What is added is found, and camel case is as good as underscores.', async () => {
  const { post, get } = firewall();
  const { body } = await post('ipsec/connections/addConnection', { connection });
  expect(body).toEqual({ result: 'saved', uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const found = await get('ipsec/connections/search_connection');
  expect(found.body).toMatchObject({ total: 1, rows: [{ description: 'one', mobike: '1', uuid: expect.anything() }] });
});

test('A list field comes as the whole list, with what is chosen; any other as it is.', async () => {
  const { post, get } = firewall();
  await post(`ipsec/connections/set_connection/${uuid(1)}`, {
    connection: { ...connection, local_addrs: '192.0.2.9' },
  });
  const { body } = await get(`ipsec/connections/get_connection/${uuid(1)}`);
  expect(body).toMatchObject({
    connection: {
      description: 'one',
      proposals: { 'aes256-sha256-modp2048': { selected: 1 }, default: { selected: 0 } },
      version: { '0': { selected: 0 }, '2': { selected: 1 } },
      local_addrs: { '192.0.2.9': { selected: 1 } },
    },
  });
});

test('What nobody has is an empty list.', async () => {
  const { get } = firewall();
  expect((await get(`ipsec/connections/get_connection/${uuid(1)}`)).body).toEqual([]);
});

test.each([
  ["AWS's default is not in the list", { proposals: 'aes128-sha1-modp1024' }, 'proposals'],
  ['a version is a digit', { version: 'ikev2' }, 'version'],
  ['a description is needed', { description: '' }, 'description'],
  ['a description has a length', { description: 'x'.repeat(256) }, 'description'],
  ['a time is a number', { rekey_time: '1h' }, 'rekey_time'],
  ['an address is one', { remote_addrs: 'no address!' }, 'remote_addrs'],
  ['yes is 1', { mobike: 'yes' }, 'mobike'],
])('Validation errors come with status 200: %s.', async (_, change, field) => {
  const { post, world } = firewall();
  const { status, body } = await post(add, { connection: { ...connection, ...change } });
  expect([status, body]).toEqual([
    200,
    { result: 'failed', validations: { [`connection.${field}`]: expect.any(String) } },
  ]);
  expect(world.records('connection').size).toBe(0);
});

test('What the model does not have is ignored.', async () => {
  const { post, world } = firewall();
  await post(add, { connection: { ...connection, nonsense: '1' } });
  expect([...world.records('connection').values()][0]).not.toHaveProperty('nonsense');
});

test('Setting makes what is not there, under an id of version 4 and no other.', async () => {
  const { post, world } = firewall();
  expect((await post(`ipsec/connections/set_connection/${uuid(1)}`, { connection })).body).toEqual({ result: 'saved' });
  const other = '00000000-0000-1000-8000-000000000001';
  expect((await post(`ipsec/connections/set_connection/${other}`, { connection })).body).toEqual({ result: 'failed' });
  expect([...world.records('connection').keys()]).toEqual([uuid(1)]);
});

test('A child needs a connection that is there, and goes with it.', async () => {
  const { post, world } = firewall();
  const child = { connection: uuid(1), esp_proposals: 'aes256gcm16-modp2048', description: 'c' };
  const early = await post(`ipsec/connections/set_child/${uuid(2)}`, { child });
  expect(early.body).toMatchObject({ validations: { 'child.connection': expect.stringContaining('not in list') } });
  await post(`ipsec/connections/set_connection/${uuid(1)}`, { connection });
  await post(`ipsec/connections/set_child/${uuid(2)}`, { child });
  expect(world.records('child').size).toBe(1);
  expect((await post(`ipsec/connections/del_connection/${uuid(1)}`)).body).toEqual({ result: 'deleted' });
  expect(world.records('child').size).toBe(0);
  expect((await post(`ipsec/connections/del_connection/${uuid(1)}`)).body).toEqual({ result: 'not found' });
});

const vti = { reqid: '11', tunnel_local: '169.254.10.2', tunnel_remote: '169.254.10.1', description: 'one' };

test('Unique: the reqid of a VTI, the identifiers of a key, the name and address of a gateway.', async () => {
  const { post } = firewall();
  const key = { ident: '203.0.113.10', remote_ident: '198.51.100.1', keyType: 'PSK', Key: 'planted0', description: '' };
  const gateway = { name: 'A', interface: 'wan', gateway: '192.0.2.9' };
  await post('ipsec/vti/add', { vti });
  await post('ipsec/pre_shared_keys/add_item', { preSharedKey: key });
  await post('routing/settings/addGateway', { gateway_item: gateway });
  expect((await post('ipsec/vti/add', { vti })).body).toMatchObject({
    validations: { 'vti.reqid': 'Reqid must be unique.' },
  });
  expect((await post('ipsec/pre_shared_keys/add_item', { preSharedKey: key })).body).toMatchObject({
    validations: { 'preSharedKey.ident': 'Another entry with the same identifier already exists.' },
  });
  expect(
    (await post('ipsec/pre_shared_keys/add_item', { preSharedKey: { ...key, remote_ident: '' } })).body,
  ).toMatchObject({ result: 'saved' });
  expect((await post('routing/settings/addGateway', { gateway_item: gateway })).body).toMatchObject({
    validations: { 'gateway_item.name': expect.any(String), 'gateway_item.gateway': expect.any(String) },
  });
});

test('A VTI has both outer addresses or none, of one family.', async () => {
  const { post } = firewall();
  for (const change of [{ local: '192.0.2.9' }, { local: '192.0.2.9', remote: '2001:db8::1' }])
    expect((await post('ipsec/vti/add', { vti: { ...vti, ...change } })).body).toMatchObject({
      validations: { 'vti.local': expect.any(String) },
    });
});

test('Saved is not applied: reconfigure does that, while IPsec is on.', async () => {
  const { post, world, get } = firewall();
  await post(add, { connection });
  await post(add, { connection: { ...connection, enabled: '0' } });
  await post('ipsec/service/reconfigure');
  expect(world.applied.ipsec).toBe('stopped');
  expect((await get('ipsec/connections/is_enabled')).body).toEqual({ enabled: false });
  await post('ipsec/connections/toggle/1');
  expect(world.applied.ipsec).toBe('stopped');
  expect((await post('ipsec/service/reconfigure')).body).toEqual({ status: 'ok' });
  expect(world.applied.ipsec).toMatchObject({ connection: { size: 1 } });
});

test('The interface of a VTI is there to choose once IPsec was reconfigured.', async () => {
  const { post } = firewall();
  const gateway_item = { name: 'A', interface: 'ipsec11', gateway: '169.254.10.1' };
  await post(add, { connection });
  await post('ipsec/vti/add', { vti });
  expect((await post('routing/settings/addGateway', { gateway_item })).body).toMatchObject({
    validations: { 'gateway_item.interface': expect.stringContaining('not in list') },
  });
  await post('ipsec/service/reconfigure');
  expect((await post('routing/settings/addGateway', { gateway_item })).body).toMatchObject({ result: 'saved' });
});

const route = { network: '10.26.0.0/16', gateway: 'A', descr: 'r' };

test('A route needs a gateway that is listed, and the list is 20 seconds old at most.', async () => {
  const { post, get, clock, world } = firewall();
  const setRoute = () => post(`routes/routes/setroute/${uuid(1)}`, { route });
  await get('routes/routes/searchroute');
  expect((await setRoute()).body).toMatchObject({ validations: { 'route.gateway': expect.any(String) } });
  await post('routing/settings/addGateway', { gateway_item: { name: 'A', interface: 'wan', gateway: '192.0.2.9' } });
  expect((await setRoute()).body).toMatchObject({ validations: { 'route.gateway': expect.any(String) } });
  await clock.advance(20_000);
  expect((await setRoute()).body).toEqual({ result: 'saved' });
  expect(world.applied.routes.size).toBe(0);
  await post('routes/routes/reconfigure');
  expect([...world.applied.routes]).toEqual([['10.26.0.0/16', '192.0.2.9']]);
});

test('A gateway that a route uses stays, one that is not there fails, and no name changes.', async () => {
  const { post } = firewall();
  const gateway_item = { name: 'A', interface: 'wan', gateway: '192.0.2.9' };
  await post(`routing/settings/setGateway/${uuid(1)}`, { gateway_item });
  await post(`routes/routes/setroute/${uuid(2)}`, { route });
  expect(await post(`routing/settings/delGateway/${uuid(1)}`)).toMatchObject({
    status: 500,
    body: { errorMessage: expect.stringContaining('10.26.0.0/16') },
  });
  expect((await post(`routing/settings/delGateway/${uuid(3)}`)).body).toEqual({ result: 'failed' });
  expect(
    (await post(`routing/settings/setGateway/${uuid(1)}`, { gateway_item: { ...gateway_item, name: 'B' } })).body,
  ).toMatchObject({
    validations: { 'gateway_item.name': expect.any(String) },
  });
});

test('Since 26.7 a route is enabled; before, it was disabled, and enabled means nothing.', async () => {
  for (const [version, change] of [
    ['26.7', { enabled: '0' }],
    ['25.7', { disabled: '1' }],
  ] as const) {
    const { post, world } = firewall({ version });
    await post('routing/settings/addGateway', { gateway_item: { name: 'A', interface: 'wan', gateway: '192.0.2.9' } });
    await post('routes/routes/addroute', { route: { ...route, ...change } });
    await post('routes/routes/addroute', {
      route: { ...route, network: '10.27.0.0/16', disabled: version === '26.7' ? '1' : '0' },
    });
    await post('routes/routes/reconfigure');
    expect([...world.applied.routes.keys()]).toEqual(['10.27.0.0/16']);
  }
});

test('Older versions list a few columns alone.', async () => {
  const { post, get } = firewall({ version: '25.7' });
  await post(add, { connection });
  const { body } = await get('ipsec/connections/search_connection');
  expect(body).toMatchObject({ rows: [{ description: 'one' }] });
  expect(JSON.stringify(body)).not.toContain('mobike');
});

test('401: no key, a wrong one, a wrong secret.', async () => {
  const { send, basic, key } = firewall();
  for (const authorization of ['', basic('a:b'), basic(`${key}:b`), basic(key), 'Bearer x'])
    expect((await send('GET', 'ipsec/connections/is_enabled', { authorization })).status).toBe(401);
});

test('403: a page of the API without its privilege; a page that is not there is 404 for who may all.', async () => {
  const { get, post } = firewall({ privileges: ['page-system-staticroutes'] });
  expect((await get('routes/routes/searchroute')).status).toBe(200);
  expect(await post('ipsec/service/reconfigure')).toEqual({ status: 403, body: { status: 403, message: 'Forbidden' } });
  expect(await firewall({ privileges: ['page-all'] }).get('ipsec/nothing/here')).toMatchObject({
    status: 404,
    body: { errorMessage: 'Endpoint not found' },
  });
});

test('Who may only read is told so with status 500.', async () => {
  const { post, world } = firewall({ privileges: ['page-all', 'user-config-readonly'] });
  expect(await post(add, { connection })).toMatchObject({ status: 500, body: { errorMessage: expect.any(String) } });
  expect(world.records('connection').size).toBe(0);
});

test('A GET changes nothing.', async () => {
  const { get, world } = firewall();
  expect((await get(`ipsec/connections/set_connection/${uuid(1)}`)).body).toEqual({ result: 'failed' });
  expect((await get('ipsec/service/reconfigure')).body).toEqual({ status: 'failed' });
  expect(world.reconfigured).toEqual({ ipsec: 0, routes: 0 });
});

test('JSON that is announced and not there is a bad request.', async () => {
  const { world, basic, key, secret } = firewall();
  const answer = await world.service({
    method: 'POST',
    url: new URL('https://192.0.2.1/api/ipsec/connections/add_connection'),
    headers: { authorization: basic(`${key}:${secret}`), 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(400);
});

test('Over the network it has TLS, and a certificate of its own.', async () => {
  const { world, clock, basic, key, secret } = firewall();
  const served = await world.serve();
  const wire = createWire({ transport: undiciTransport(), clock, fence: unfenced });
  const trust = { by: 'Fingerprint', sha256: [served.fingerprint] } as const;
  const api = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() }).at({
    service: 'opnsense',
    url: served.url,
    trust,
    granted: true,
  });
  const answer = await api.send({
    action: 'is_enabled',
    effect: 'read',
    method: 'GET',
    path: ['api', 'ipsec', 'connections', 'is_enabled'],
    headers: { authorization: basic(`${key}:${secret}`) },
  });
  expect(answer).toMatchObject({ status: 200, text: '{"enabled":false}' });
  await served.close();
});

test('A lost answer: the effect has happened.', async () => {
  const { world, post } = firewall();
  world.faults.add({ kind: 'answerLost', nth: 1 });
  await expect(post(add, { connection })).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(world.records('connection').size).toBe(1);
});
