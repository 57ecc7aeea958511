// SPDX-License-Identifier: GPL-3.0-or-later
/** The site is a project of a cloud: the whole operator sets the way to the VPC at its router, and takes it away again. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createOpenStack,
  type OpenStackProject,
  type OpenStackRouter,
  type OpenStackWorld,
} from '../../../src/simulator/openstack/index.ts';
import { putSecret } from '../../operator/worlds.ts';
import { office, offices, type Office } from './office.ts';

const toVpc = { destination: '10.26.0.0/16', nexthop: '192.168.0.10' };
const theirs = { destination: '10.99.0.0/16', nexthop: '192.168.0.99' };

let world: Office;
let cloud: OpenStackWorld;
let project: OpenStackProject;
let router: OpenStackRouter;

beforeEach(async () => {
  world = offices();
  cloud = createOpenStack({ clock: world.clock });
  project = cloud.project('office');
  const subnet = project.subnet('192.168.0.0/20');
  router = project.router('office', [{ subnet, address: '192.168.0.1' }]);
  router.setRoutes([theirs]);
  await putCredential(project.credential({ name: 'operator' }));
});
afterEach(() => world.end());

async function putCredential({ id, secret }: { readonly id: string; readonly secret: string }): Promise<void> {
  await putSecret(world, 'neutron', { applicationCredentialID: id, applicationCredentialSecret: secret });
}

function atCloud(change: object = {}): object {
  const credentialsSecretRef = { name: 'neutron' };
  return {
    openstack: {
      authURL: cloud.authURL,
      credentialsSecretRef,
      router: { name: 'office' },
      nextHop: '192.168.0.10',
      ...change,
    },
  };
}

function start() {
  return world.operator({
    transport: (request) =>
      request.url.hostname === 'openstack.example.com' ? cloud.service(request) : world.transport(request),
  });
}

async function made(change: object = {}) {
  const running = start();
  await world.apply(office(atCloud(change)));
  await world.until(() => world.is('Synced', 'True'), 900);
  return running;
}

const stalled = () => world.status().conditions?.find(({ type }) => type === 'Stalled');
const writes = () => cloud.calls.filter(({ effect }) => effect === 'write').map(({ action }) => action);

test('A route to the VPC is set at the router, and goes first when the VPN is taken down; those of others stay.', async () => {
  const { records } = await made();
  expect(router.routes()).toEqual([theirs, toVpc]);
  const routes = [{ destination: '10.26.0.0/16', nextHop: '192.168.0.10' }];
  expect(world.status().siteRouters).toEqual([{ id: router.id, routes }]);
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(router.routes()).toEqual([theirs]);
  const deletion = records
    .filter(({ call }) => call.effect === 'write' && call.service !== 'kubernetes')
    .map(({ call }) => call.action);
  expect(deletion.indexOf('remove_extraroutes')).toBeLessThan(deletion.indexOf('DeleteVpnConnection'));
  expect(deletion.indexOf('remove_extraroutes')).toBeLessThan(deletion.indexOf('DisableVgwRoutePropagation'));
  expect(writes()).toEqual(['PUT add_extraroutes', 'PUT remove_extraroutes']);
});

test('A route that was there before, just as wanted, is used, and is not taken away.', async () => {
  router.setRoutes([theirs, toVpc]);
  await made();
  expect(world.status().siteRouters).toEqual([]);
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(router.routes()).toEqual([theirs, toVpc]);
  expect(writes()).toEqual([]);
});

test('A route that somebody takes away is set again, and the drift is told.', async () => {
  const running = await made();
  router.setRoutes([theirs]);
  await world.until(() => router.routes().length === 2, 900);
  expect(router.routes()).toEqual([theirs, toVpc]);
  expect(running.ended).toBeUndefined();
});

test('Another next hop comes before the old one goes, and another router gets it instead of the old one.', async () => {
  await made();
  await world.apply(office(atCloud({ nextHop: '192.168.0.11' })));
  await world.until(() => router.routes().some(({ nexthop }) => nexthop === '192.168.0.11'), 300);
  await world.until(() => world.is('Synced', 'True') && router.routes().length === 2, 300);
  expect(router.routes()).toEqual([theirs, { ...toVpc, nexthop: '192.168.0.11' }]);
  const subnet = project.subnet('192.168.0.0/20');
  const second = project.router('second', [{ subnet, address: '192.168.0.2' }]);
  await world.apply(office(atCloud({ router: { id: second.id } })));
  await world.until(() => second.routes().length === 1 && router.routes().length === 1, 300);
  expect(router.routes()).toEqual([theirs]);
  expect(second.routes()).toEqual([toVpc]);
});

test('Absent takes away what was set, and after that the cloud can be left.', async () => {
  await made();
  await expect(world.apply(office({ openstack: null }))).rejects.toThrow(/openstack cannot be taken out/);
  await world.apply(office(atCloud({ routes: 'Absent' })));
  await world.until(() => router.routes().length === 1, 300);
  await world.until(() => world.is('Synced', 'True'), 300);
  await world.apply(office({ openstack: null }));
  await world.until(() => world.status().siteRouters === undefined, 300);
  expect(router.routes()).toEqual([theirs]);
});

test('The region, once it is named, stays as long as routes are set there.', async () => {
  await made();
  await world.apply(office(atCloud({ region: 'RegionOne' })));
  const refused = /openstack.region cannot be changed, or taken out/;
  await expect(world.apply(office(atCloud({ region: 'RegionTwo' })))).rejects.toThrow(refused);
  await expect(world.apply(office(atCloud()))).rejects.toThrow(refused);
  await world.apply(office(atCloud({ region: 'RegionOne', routes: 'Absent' })));
  await world.until(() => router.routes().length === 1 && world.is('Synced', 'True'), 300);
  await world.apply(office(atCloud({ region: 'RegionTwo', routes: 'Absent' })));
});

test('Retain leaves the route where it is.', async () => {
  start();
  await world.apply(office({ ...atCloud(), deletionPolicy: 'Retain' }));
  await world.until(() => world.is('Synced', 'True'), 900);
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(router.routes()).toEqual([theirs, toVpc]);
});

test("Somebody else's route for the same prefix is not changed, and a person is told; the VPN is made all the same.", async () => {
  router.setRoutes([{ destination: '10.26.1.0/16', nexthop: '192.168.0.99' }]);
  start();
  await world.apply(office(atCloud()));
  await world.until(() => stalled()?.reason === 'RouterRouteTaken', 900);
  expect(stalled()?.message).toContain('10.26.1.0/16, by 192.168.0.99');
  expect(world.network().vpnConnections).toHaveLength(1);
  expect(writes()).toEqual([]);
});

test.each([
  ['no such router', { router: { name: 'nonsense' } }, 'RouterNotFound'],
  ['a next hop that is not connected', { nextHop: '172.16.0.1' }, 'NextHopNotConnected'],
  ['no Secret', { credentialsSecretRef: { name: 'nonsense' } }, 'CredentialsMissing'],
])('%s is told, and the tunnels are watched all the same.', async (_name, change, reason) => {
  start();
  await world.apply(office(atCloud(change)));
  await world.until(() => stalled()?.reason === reason, 900);
  expect(world.status().tunnels).toHaveLength(2);
});

test('A credential that is rejected is told, its Secret wakes the object, and the cloud that is gone holds up a deletion.', async () => {
  await made();
  project.deleteCredential(cloud.calls.find(({ caller }) => caller !== undefined)?.caller ?? '');
  await world.until(() => stalled()?.reason === 'CredentialsRejected', 900);
  await putCredential(project.credential({ name: 'another' }));
  await world.until(() => world.is('Synced', 'True'), 30);
  cloud.faults.add({ kind: 'error', service: 'keystone', status: 401 });
  cloud.revokeTokens();
  await world.remove();
  const wayOut = 'set openstack.routes: Absent, then take openstack out of the spec';
  await world.until(() => stalled()?.message.includes(wayOut) ?? false, 600);
  expect(stalled()).toMatchObject({ status: 'True', reason: 'CredentialsRejected' });
  expect(world.network().vpnConnections).toHaveLength(1);
  cloud.faults.clear();
  await world.until(() => world.object() === undefined, 1200);
  expect(router.routes()).toEqual([theirs]);
});

test.each(['answerLost', 'errorAfter', 'requestLost'] as const)(
  'A route whose making is answered by %s is ours, and nothing is left behind by a deletion right after.',
  async (kind) => {
    cloud.faults.add({ kind, service: 'neutron', action: 'PUT add_extraroutes', nth: 1 });
    start();
    await world.apply(office(atCloud()));
    await world.until(() => cloud.calls.some(({ fault }) => fault === kind), 900);
    await world.remove();
    await world.until(() => world.object() === undefined, 1800);
    expect(router.routes()).toEqual([theirs]);
  },
);

test('A route that comes late, when the object is already being deleted, is waited for and taken away.', async () => {
  const running = start();
  const add = { service: 'neutron', action: 'PUT add_extraroutes' };
  cloud.faults.add(
    { kind: 'lateEffect', ...add, nth: 1, afterCalls: 14 },
    { kind: 'requestLost', ...add, nth: 2, count: 9 },
  );
  await world.apply(office(atCloud()));
  await world.until(() => cloud.calls.some(({ fault }) => fault === 'lateEffect'), 900);
  await running.operator.stop('killed');
  await world.remove();
  start();
  await world.until(() => cloud.calls.at(-1)?.action === 'GET routers' && cloud.calls.at(-1)?.fault === undefined, 60);
  expect(router.routes()).toEqual([theirs]);
  await world.until(() => world.object() === undefined, 1800);
  expect(writes().at(-1)).toBe('PUT remove_extraroutes');
  expect(router.routes()).toEqual([theirs]);
});

test('Under Plan nothing is set; it is shown what would be.', async () => {
  start();
  await world.apply(office({ ...atCloud(), managementPolicy: 'Plan' }));
  await world.until(() => world.status().plan !== undefined, 300);
  const steps = world.status().plan?.steps ?? [];
  expect(steps.find((step) => step.do === 'AddRouterRoutes')).toMatchObject({
    effect: 'create',
    target: `route to 10.26.0.0/16 at router ${router.id}`,
    calls: [
      {
        service: 'neutron',
        action: 'add_extraroutes',
        parameters: [
          { name: 'router', value: router.id },
          { name: '10.26.0.0/16', value: '192.168.0.10' },
        ],
      },
    ],
  });
  expect(world.status().siteRouters).toEqual([]);
  expect(writes()).toEqual([]);
});
