// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import type { OpenStackLogin } from '../../../src/clouds/openstack/openstack.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { adapterOn, livesOn, refusalsOn } from '../../contract/openstack/adapter.ts';
import { simulatedSite } from '../../contract/openstack/simulated.ts';

const toVpc = { destination: '10.26.0.0/16', nextHop: '192.168.0.10' };

function stage() {
  const clock = new VirtualClock();
  const site = simulatedSite(clock);
  const adapter = adapterOn(site, site.world.service, clock);
  const tokens = () => adapter.records.filter(({ call }) => call.action === 'CreateToken').length;
  return { clock, site, adapter, tokens, office: adapter.routers(site.member) };
}

test('Routes that were added are taken away again, and those of others stay.', async () => {
  const { site, adapter } = stage();
  await livesOn(site, adapter);
});

test('Each refusal has its own reason.', async () => {
  const { site, adapter } = stage();
  await refusalsOn(site, adapter);
});

test('A destination that somebody wrote with bits behind its prefix is the same network, and is taken away as it is written.', async () => {
  const { site, office } = stage();
  await office.add(site.router, [{ destination: '10.26.1.0/16', nextHop: '192.168.0.11' }]);
  await office.add(site.router, [toVpc]);
  expect(await office.find({ id: site.router })).toMatchObject({
    routes: [
      { destination: '10.26.0.0/16', written: '10.26.1.0/16', nextHop: '192.168.0.11' },
      { destination: '10.26.0.0/16', written: '10.26.0.0/16', nextHop: '192.168.0.10' },
    ],
  });
});

test('One token serves all sessions of a login, and another login gets one of its own.', async () => {
  const { site, adapter, tokens } = stage();
  const three = [1, 2, 3].map(() => adapter.routers(site.member).find({ id: site.router }));
  await Promise.all(three);
  expect(tokens()).toBe(1);
  await adapter.routers(site.reader).find({ id: site.router });
  expect(tokens()).toBe(2);
  await adapter.routers(site.member, { region: 'RegionOne' }).find({ id: site.router });
  expect(tokens()).toBe(3);
});

test('A token is made anew before it is over, by the length of its life, whatever time it is for Keystone.', async () => {
  const { clock, site, office, tokens } = stage();
  clock.jumpWall(5 * 3_600_000);
  await office.find({ id: site.router });
  await clock.advance(47 * 60_000);
  await office.find({ id: site.router });
  expect(tokens()).toBe(1);
  await clock.advance(2 * 60_000);
  await office.find({ id: site.router });
  expect(tokens()).toBe(2);
});

test('A token that Neutron refuses is renewed once for all who use it, and the write is done once.', async () => {
  const { site, office, adapter, tokens } = stage();
  await office.find({ id: site.router });
  site.world.revokeTokens();
  await Promise.all([office.add(site.router, [toVpc]), adapter.routers(site.member).find({ id: site.router })]);
  expect(tokens()).toBe(2);
  const writes = site.world.calls.filter(({ effect }) => effect === 'write');
  expect(writes.map(({ status }) => status)).toEqual([401, 200]);
});

test('Where the new token is refused as well, nobody tries a third time.', async () => {
  const { site, office, tokens } = stage();
  site.world.faults.add({ kind: 'error', service: 'neutron', status: 401 });
  await expect(office.find({ id: site.router })).rejects.toMatchObject({
    class: 'Denied',
    reason: 'CredentialsRejected',
  });
  expect(tokens()).toBe(2);
});

test('A credential that was deleted is rejected, and one that works again is taken at the next call.', async () => {
  const { site, office, adapter } = stage();
  await office.find({ id: site.router });
  site.world.project('contract').deleteCredential(site.member.id);
  await expect(office.find({ id: site.router })).rejects.toMatchObject({
    class: 'Denied',
    reason: 'CredentialsRejected',
  });
  const again = site.world.project('contract').credential({ name: 'again' });
  expect(await adapter.routers(again).find({ id: site.router })).toMatchObject({ found: 'here' });
});

test('Two routers of one name are not chosen from.', async () => {
  const { site, office } = stage();
  const second = site.world.project('contract').router('office');
  expect(await office.find({ name: 'office' })).toEqual({
    found: 'ambiguous',
    ids: [site.router, second.id].toSorted(),
  });
});

test('A Neutron without add_extraroutes is left alone: all routes of the router are not set at once.', async () => {
  const clock = new VirtualClock();
  const site = simulatedSite(clock, { atomic: false });
  const adapter = adapterOn(site, site.world.service, clock);
  const call = adapter.routers(site.member).add(site.router, [toVpc]);
  await expect(call).rejects.toMatchObject({ class: 'Denied', reason: 'ExtraRoutesUnsupported' });
});

test('An address in the catalogue that is not encrypted gets no token.', async () => {
  const { site, office } = stage();
  const { authURL } = site.world;
  site.world.moveTo('http://openstack.example.com');
  await expect(office.find({ id: site.router })).rejects.toMatchObject({ class: 'Denied', reason: 'EndpointUnusable' });
  expect(authURL).toMatch(/^https:/);
  expect(site.world.calls.map(({ action }) => action)).toEqual(['POST tokens']);
});

test.each([
  ['https://openstack.example.com/identity', 'the base without its version'],
  ['https://openstack.example.com/identity/v3/', 'a slash at its end'],
])('%s is taken, %s.', async (authURL) => {
  const { site, adapter } = stage();
  expect(await adapter.routers(site.member, { authURL }).find({ id: site.router })).toMatchObject({ found: 'here' });
});

test('What is no Keystone is said to be none.', async () => {
  const { site, adapter } = stage();
  const find = (login: Partial<OpenStackLogin>) => adapter.routers(site.member, login).find({ id: site.router });
  const elsewhere = { authURL: 'https://openstack.example.com/nowhere' };
  await expect(find(elsewhere)).rejects.toMatchObject({ reason: 'ServiceError' });
  site.world.faults.add({ kind: 'error', service: 'keystone', status: 404 });
  await expect(find({ region: 'RegionOne' })).rejects.toMatchObject({ class: 'Denied', reason: 'NoIdentityAPI' });
});

test('An answer that is young enough serves all objects of a login; a change makes it too old.', async () => {
  const { clock, site, office, adapter } = stage();
  const looks = () => site.world.calls.filter(({ action }) => action === 'GET routers').length;
  await Promise.all([
    office.find({ name: 'office' }, 60_000),
    adapter.routers(site.member).find({ name: 'office' }, 60_000),
  ]);
  await clock.advance(59_000);
  await office.find({ name: 'office' }, 60_000);
  expect(looks()).toBe(1);
  await adapter.routers(site.reader).find({ name: 'office' }, 60_000);
  await office.find({ name: 'office' });
  expect(looks()).toBe(3);
  await office.add(site.router, [toVpc]);
  expect(await adapter.routers(site.member).find({ name: 'office' }, 60_000)).toMatchObject({ routes: [toVpc] });
  await clock.advance(61_000);
  await office.find({ name: 'office' }, 60_000);
  expect(looks()).toBe(5);
});

test('Slow down is passed on, and no call is made until then.', async () => {
  const { clock, site, office } = stage();
  await office.find({ id: site.router });
  site.world.faults.add({ kind: 'throttle', service: 'neutron', nth: 1 });
  const failure = { class: 'Transient', reason: 'Throttled', applied: 'no' };
  await expect(office.add(site.router, [toVpc])).rejects.toMatchObject({ ...failure, retryAfterMs: 2000 });
  await clock.advance(2000);
  await office.add(site.router, [toVpc]);
});

test('Neither the secret nor a token stands in a record, and the token is learnt.', async () => {
  const { site, office, adapter } = stage();
  await office.add(site.router, [toVpc]);
  const [token = 'none'] = adapter.learnt;
  expect(token).toMatch(/^gAAAAAB/);
  const shown = JSON.stringify(adapter.records);
  expect(shown).not.toContain(token);
  expect(shown).not.toContain(site.member.secret);
  expect(adapter.records.at(-1)?.call.parameters).toEqual([
    { name: 'router', value: site.router },
    { name: '10.26.0.0/16', value: '192.168.0.10' },
  ]);
});
