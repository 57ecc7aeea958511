// SPDX-License-Identifier: GPL-3.0-or-later
/** What changes on the firewall, in AWS and in the spec, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { putSecret } from '../../../operator/worlds.ts';
import { inEC2 } from '../by-hand.ts';
import { countsOf, house, houseSpec, settledHouse, url, whole, writesTo, type House } from './house.ts';

let world: House;
afterEach(() => world.end());

const only = <T>(values: Iterable<T>): T => {
  const [one] = values;
  if (one === undefined) throw new Error('there is none');
  return one;
};
const condition = () => world.status().conditions?.find(({ type }) => type === 'DevicePushed');

test('What somebody changes there is set right and applied again; what is not ours stays as it is.', async () => {
  world = await settledHouse();
  const { firewall } = world;
  const foreign = '00000000-0000-4000-8000-000000000001';
  firewall.edit('connection', foreign, { enabled: '1', description: 'branch office', proposals: 'default' });
  const id = only(firewall.records('child').keys());
  firewall.edit('child', id, { policies: '1', esp_proposals: 'aes128-sha1-modp2048' });
  firewall.edit('key', only(firewall.records('key').keys()), { Key: 'another.key.of.somebody' });
  firewall.edit('local', only(firewall.records('local').keys()), undefined);
  await world.pass(700);
  await world.until(() => world.is('Synced', 'True') && firewall.reconfigured.ipsec > 1, 900);
  expect(firewall.records('child').get(id)).toMatchObject({
    policies: '0',
    esp_proposals: expect.stringContaining('aes256'),
  });
  expect([...firewall.records('key').values()].some(({ Key }) => Key === 'another.key.of.somebody')).toBe(false);
  expect(firewall.records('local').size).toBe(2);
  expect(firewall.records('connection').get(foreign)).toMatchObject({ description: 'branch office' });
  expect(firewall.reconfigured).toEqual({ ipsec: 2, routes: 1 });
});

const sameKeys = () => {
  const ours = world.network().vpnConnections[0]?.tunnels.map(({ psk }) => psk) ?? [];
  const theirs = [...world.firewall.records('key').values()].map(({ Key = '' }) => Key);
  return ours.length === 2 && ours.toSorted().join(' ') === theirs.toSorted().join(' ');
};

test('A new key of a tunnel, from its Secret or made in AWS by hand, is the firewall’s key, too, and in effect.', async () => {
  world = house();
  world.start();
  await putSecret(world, 'tunnel-1-secret', { presharedKey: 'Tunnel.One.Key.1' });
  await world.made({ tunnels: { tunnel1: { presharedKeySecretRef: { name: 'tunnel-1-secret' } } } });
  await world.until(() => world.is('Synced', 'True') && sameKeys(), 300);
  await putSecret(world, 'tunnel-1-secret', { presharedKey: 'Tunnel.One.Key.2' });
  await world.until(() => !sameKeys(), 300);
  await world.until(() => world.is('Synced', 'True') && sameKeys(), 300);
  const { vpnConnectionID: VpnConnectionId, tunnels = [] } = world.status();
  await inEC2(world, 'ModifyVpnTunnelOptions', {
    VpnConnectionId,
    VpnTunnelOutsideIpAddress: tunnels[1]?.outsideIP,
    TunnelOptions: { PreSharedKey: 'rotated.by.hand.1' },
  });
  await world.until(() => !sameKeys(), 60);
  await world.until(() => world.is('Synced', 'True') && sameKeys(), 300);
  expect(world.firewall.applied.ipsec).toMatchObject({ key: new Map(world.firewall.records('key')) });
});

test('A firewall that does not let us in keeps nobody from the rest; what to do is told, and it goes on by itself.', async () => {
  world = house();
  world.firewall.faults.add({ kind: 'error', status: 401, code: 'Authentication Failed' });
  world.start();
  await world.made();
  await world.until(() => world.is('Stalled', 'True'), 900);
  expect(world.network().vpnConnections).toHaveLength(1);
  expect(condition()).toMatchObject({
    status: 'False',
    reason: 'CredentialsRejected',
    message: expect.stringContaining(`OPNsense ${url}`),
  });
  expect(world.status().device?.push).toMatchObject({ state: 'Failed' });
  world.firewall.faults.clear();
  await world.until(() => world.is('Synced', 'True'), 900);
  expect(countsOf(world)).toEqual(whole);
});

test('What the firewall refuses is told in its words, keeps nothing of AWS waiting, and is tried again.', async () => {
  world = house();
  const theirs = '00000000-0000-4000-8000-000000000001';
  world.firewall.edit('gateway', theirs, {
    name: 'BRANCH',
    interface: 'wan',
    gateway: '169.254.10.1',
    descr: 'branch',
  });
  world.start();
  await world.made({ tunnels: { tunnel1: { insideCIDR: '169.254.10.0/30' } } });
  await world.until(() => world.is('Stalled', 'True'), 900);
  const stalled = world.status().conditions?.find(({ type }) => type === 'Stalled');
  expect(stalled).toMatchObject({
    reason: 'DeviceRefused',
    message: expect.stringContaining('gateway_item.gateway: This gateway IP address already exists.'),
  });
  expect(world.network().vpnConnections[0]?.routes).toHaveLength(1);
  expect(world.status().routeTables).toMatchObject([{ propagated: true }, { propagated: true }]);
  world.firewall.edit('gateway', theirs, undefined);
  await world.until(() => world.is('Synced', 'True'), 900);
  expect(countsOf(world)).toEqual(whole);
});

test('In Observe nothing is written there, and the plan names each call.', async () => {
  world = await settledHouse();
  const id = only(world.firewall.records('child').keys());
  await world.apply(houseSpec({ managementPolicy: 'Observe' }));
  world.firewall.edit('child', id, { policies: '1' });
  world.firewall.calls.length = 0;
  await world.until(() => (world.status().drift ?? []).length > 0, 900);
  expect(writesTo(world)).toEqual([]);
  expect(world.status().drift).toMatchObject([{ path: 'device.push.child_1.policies', want: '0', have: '1' }]);
  const calls = world.status().plan?.steps?.flatMap((step) => step.calls ?? []) ?? [];
  expect(calls.map(({ action }) => action)).toEqual([
    'ipsec/connections/set_connection',
    'ipsec/connections/set_child',
    'ipsec/service/reconfigure',
    'ipsec/connections/set_connection',
  ]);
});

test('In Plan one approval is for all of it, the firewall among it, and nothing is written there before.', async () => {
  world = house();
  world.start();
  await world.made({ managementPolicy: 'Plan' });
  await world.until(() => (world.status().plan?.steps?.length ?? 0) > 0, 300);
  const names = world.status().plan?.steps?.map((step) => step.do) ?? [];
  expect(names.filter((name) => name === 'ConfigureDevice' || name === 'ApplyDevice')).toHaveLength(4);
  expect(writesTo(world)).toEqual([]);
  await world.annotate({ 'hybridcloud.dev/approve': world.status().plan?.hash ?? '' });
  await world.until(() => world.is('Synced', 'True'), 900);
  expect(countsOf(world)).toEqual(whole);
});

test('Two SiteVpns share a firewall, each with numbers and names of its own, and one can go.', async () => {
  world = await settledHouse();
  await world.apply(
    houseSpec(
      { site: { publicIP: '123.142.252.26', cidrs: ['192.168.64.0/20'] }, vpc: { tag: { Name: 'OTHER-VPC' } } },
      'annex',
    ),
  );
  await world.until(() => world.is('Synced', 'True', 'annex'), 900);
  expect(countsOf(world)).toEqual(whole.map((count) => 2 * count));
  const unique = (kind: 'vti' | 'gateway', field: string) =>
    new Set([...world.firewall.records(kind).values()].map((one) => one[field])).size;
  expect([unique('vti', 'reqid'), unique('gateway', 'name'), unique('gateway', 'interface')]).toEqual([4, 4, 4]);
  expect(world.firewall.applied.routes.size).toBe(2);
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(countsOf(world)).toEqual(whole);
  expect(world.firewall.applied.ipsec).toMatchObject({ connection: { size: 2 } });
});
