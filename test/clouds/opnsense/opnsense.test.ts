// SPDX-License-Identifier: GPL-3.0-or-later
/** The adapter against the simulator. */
import { expect, test } from '@jest/globals';
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { Opnsenses } from '../../../src/clouds/opnsense/opnsense.ts';
import { appliedIn, describe, markIn } from '../../../src/clouds/opnsense/mark.ts';
import { uuidOf } from '../../../src/clouds/opnsense/records.ts';
import { applyRequest, planned, removeRequest, setRequest } from '../../../src/clouds/opnsense/requests.ts';
import { ownershipOf } from '../../../src/core/owner-mark.ts';
import type { CallRecord } from '../../../src/wire/call.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';
import { firewall } from '../../simulator/opnsense/world.ts';

const owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'SiteVpn/default/office' };
const scope = { kind: 'SiteVpn', namespace: 'default', name: 'office', uid: 'uid-1' };

function opnsense(given: Parameters<typeof firewall>[0] = {}, policy: 'Apply' | 'Observe' = 'Apply') {
  const { world, clock, key, secret } = firewall(given);
  const records: CallRecord[] = [];
  const wire = createWire({ transport: world.service, clock, fence: unfenced, onCall: (one) => records.push(one) });
  const all = new Opnsenses(new HttpsApis(wire, { forbidden: new ForbiddenPlaces() }), clock);
  const at = (credentials = { key, secret }) =>
    all.at({
      url: 'https://192.0.2.1',
      trust: { by: 'Fingerprint', sha256: ['0'.repeat(64)] },
      credentials,
      scope: { ...scope, policy },
    });
  return { device: at(), at, world, clock, records };
}

const connection = {
  kind: 'connection',
  uuid: uuidOf('a', 'connection'),
  fields: { enabled: '1', proposals: 'aes256-sha256-modp2048', version: '2', description: 'one' },
} as const;
const vti = {
  kind: 'vti',
  uuid: uuidOf('a', 'vti'),
  fields: { reqid: '11', tunnel_local: '169.254.10.2', tunnel_remote: '169.254.10.1', description: 'one' },
} as const;
const gateway = {
  kind: 'gateway',
  uuid: uuidOf('a', 'gateway'),
  fields: { name: 'AWS_1', interface: 'wan', gateway: '169.254.10.1', descr: 'one' },
} as const;
const route = {
  kind: 'route',
  uuid: uuidOf('a', 'route'),
  fields: { network: '10.26.0.0/16', gateway: 'AWS_1', descr: 'one', enabled: '1', disabled: '0' },
} as const;

test.each(['26.7', '25.7'] as const)(
  'What is set is there, and is changed when it is set again (%s).',
  async (version) => {
    const { device, world } = opnsense({ version });
    for (const record of [connection, vti, gateway, route]) {
      await device.set(record);
      await device.set({
        ...record,
        fields: {
          ...record.fields,
          [record.kind === 'gateway' || record.kind === 'route' ? 'descr' : 'description']: 'two',
        },
      });
      const fields = await device.get(record.kind, record.uuid);
      const known = Object.entries(record.fields).filter(
        ([name]) => fields?.[name] !== undefined && !/desc/.test(name),
      );
      expect(fields).toMatchObject(Object.fromEntries(known));
      expect(await device.list(record.kind)).toMatchObject([
        { uuid: record.uuid, [record.kind === 'gateway' || record.kind === 'route' ? 'descr' : 'description']: 'two' },
      ]);
      expect(world.records(record.kind).size).toBe(1);
    }
  },
);

test('A key is sent, and stands in no record of a call.', async () => {
  const { device, world, records } = opnsense();
  const fields = { ident: '203.0.113.10', remote_ident: '198.51.100.1', keyType: 'PSK', description: 'one' };
  await device.set({ kind: 'key', uuid: uuidOf('key'), fields }, 'presharedkey.of.tunnel1');
  expect([...world.records('key').values()][0]).toMatchObject({ Key: 'presharedkey.of.tunnel1' });
  expect(JSON.stringify(records)).not.toContain('presharedkey.of.tunnel1');
  expect(records[0]?.call).toMatchObject({
    service: 'opnsense',
    action: 'ipsec/pre_shared_keys/set_item',
    effect: 'write',
    parameters: expect.arrayContaining([{ name: 'ident', value: '203.0.113.10' }]),
  });
});

test('A plan shows what is sent.', async () => {
  const { device, records } = opnsense();
  await device.set(vti);
  await device.remove(vti);
  await device.apply('Routes');
  expect(records.map(({ call: { service, action, parameters } }) => ({ service, action, parameters }))).toEqual(
    [setRequest(vti), removeRequest(vti), applyRequest('Routes')].map(planned),
  );
});

test('Removing what is gone already is well, of a gateway, too.', async () => {
  const { device, world } = opnsense();
  for (const record of [connection, vti, gateway, route]) {
    await device.set(record);
    if (record.kind === 'route') await device.remove(record);
  }
  for (const record of [connection, vti, gateway]) {
    await device.remove(record);
    await device.remove(record);
    expect(world.records(record.kind).size).toBe(0);
  }
});

test('A gateway that is in use is not removed, and the firewall says why.', async () => {
  const { device } = opnsense();
  await device.set(gateway);
  await device.set(route);
  await expect(device.remove(gateway)).rejects.toMatchObject({
    class: 'Transient',
    reason: 'ServiceError',
    message: expect.stringContaining('10.26.0.0/16'),
  });
});

test('What is refused names field and reason, though it comes with status 200.', async () => {
  const { device } = opnsense();
  await expect(
    device.set({ ...connection, fields: { ...connection.fields, proposals: 'aes128-sha1-modp1024' } }),
  ).rejects.toMatchObject({
    class: 'Denied',
    reason: 'DeviceRefused',
    message:
      'OPNsense https://192.0.2.1 refuses ipsec/connections/set_connection (connection.proposals: Option [aes128-sha1-modp1024] not in list.). Correct what that names, on the firewall or in the spec.',
  });
});

test('A route by a gateway that is not listed yet is tried again.', async () => {
  const { device, clock } = opnsense();
  await device.list('route');
  await expect(device.set(route)).rejects.toMatchObject({ class: 'Transient', reason: 'NotVisibleYet', applied: 'no' });
  await device.set(gateway);
  await clock.advance(20_000);
  await device.set(route);
});

test('A number that somebody took meanwhile is looked for again.', async () => {
  const { device } = opnsense();
  await device.set(vti);
  await expect(device.set({ ...vti, uuid: uuidOf('another') })).rejects.toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
    applied: 'no',
  });
});

test('IPsec is switched on, and what was saved applied.', async () => {
  const { device, world } = opnsense();
  expect(await device.enabled()).toBe(false);
  await device.enable();
  expect(await device.enabled()).toBe(true);
  await device.apply('IPsec');
  await device.apply('Routes');
  expect(world.reconfigured).toEqual({ ipsec: 1, routes: 1 });
});

test('A key that is not known, and one that may not, are told apart, each with its cure.', async () => {
  const { at } = opnsense({ privileges: ['page-system-staticroutes'] });
  await expect(at({ key: 'x', secret: 'y' }).list('route')).rejects.toMatchObject({
    class: 'Denied',
    reason: 'CredentialsRejected',
    message: expect.stringContaining('API key'),
  });
  await expect(at().list('connection')).rejects.toMatchObject({
    class: 'Denied',
    reason: 'AccessDenied',
    message: expect.stringContaining('VPN: IPsec: Connections'),
  });
});

test('Something else than an OPNsense is told.', async () => {
  const { world } = firewall();
  const wire = createWire({
    transport: () => world.service({ method: 'GET', url: new URL('https://a/x'), headers: {} }),
    clock: firewall().clock,
    fence: unfenced,
  });
  const device = new Opnsenses(new HttpsApis(wire, { forbidden: new ForbiddenPlaces() }), firewall().clock).at({
    url: 'https://192.0.2.1',
    trust: { by: 'System' },
    credentials: { key: 'a', secret: 'b' },
    scope: { ...scope, policy: 'Apply' },
  });
  await expect(device.list('route')).rejects.toMatchObject({ class: 'Denied' });
});

test('An object in Observe has nothing written to the firewall.', async () => {
  const { device, world } = opnsense({}, 'Observe');
  await expect(device.set(connection)).rejects.toMatchObject({ class: 'Fenced' });
  await device.list('connection');
  expect(world.calls).toHaveLength(1);
});

test('A look is kept until something is written, or for the time that is given.', async () => {
  const { device, clock } = opnsense();
  let looks = 0;
  const look = () => Promise.resolve(++looks);
  await device.look(1000, look);
  expect(await device.look(1000, look)).toBe(1);
  await device.set(connection);
  expect(await device.look(1000, look)).toBe(2);
  await clock.advance(1001);
  expect(await device.look(1000, look)).toBe(3);
});

test('A firewall that does not answer is not asked for a minute, unless somebody asks for now, or changed the way there.', async () => {
  const { at, world, clock } = opnsense();
  world.faults.add({ kind: 'requestLost' });
  const look = (device = at(), maxAgeMs = 5000) => device.look(maxAgeMs, () => device.list('route'));
  await expect(look()).rejects.toMatchObject({ reason: 'Unreachable' });
  await clock.advance(30_000);
  await expect(look()).rejects.toMatchObject({ reason: 'Unreachable' });
  expect(world.calls).toHaveLength(1);
  await expect(look(at(), 0)).rejects.toMatchObject({ reason: 'Unreachable' });
  await expect(look(at(world.apiKey()))).rejects.toMatchObject({ reason: 'Unreachable' });
  expect(world.calls).toHaveLength(3);
  world.faults.clear();
  await clock.advance(60_000);
  expect(await look()).toEqual([]);
});

test('A description holds the mark, whatever the name, and what was applied.', () => {
  const long = {
    ...owner,
    uid: 'b1d2f8f0-0000-4000-8000-000000000001',
    cluster: 'b1d2f8f0-0000-4000-8000-000000000002',
  };
  const text = describe({ label: 'x'.repeat(300), owner: long, applied: '0123456789abcdef' });
  expect(text).toHaveLength(255);
  expect(ownershipOf(markIn(text), long)).toBe('mine');
  expect(ownershipOf(markIn(text), { ...long, cluster: 'other' })).toMatchObject({ uid: long.uid });
  expect(appliedIn(text)).toBe('0123456789abcdef');
  expect([ownershipOf(markIn('WAN'), long), appliedIn('WAN')]).toEqual(['nobodys', undefined]);
});

test('An id of ours is one that OPNsense takes, and the same for the same words.', () => {
  for (const words of [['a'], ['b', 'c'], ['', '']]) {
    expect(uuidOf(...words)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf(...words)).toBe(uuidOf(...words));
  }
  expect(uuidOf('a', 'b')).not.toBe(uuidOf('ab'));
});
