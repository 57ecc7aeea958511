// SPDX-License-Identifier: GPL-3.0-or-later
/** From the manifest to a firewall that is configured and applied, and away again, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { putSecret } from '../../../operator/worlds.ts';
import { inEC2 } from '../by-hand.ts';
import { house, houseSpec, url, type House } from './house.ts';

let world: House;
afterEach(() => world.end());

async function settled(given: Parameters<typeof house>[0] = {}, change: object = {}): Promise<void> {
  world = house(given);
  world.start();
  await world.made(change);
  await world.until(() => world.is('Synced', 'True'), 900);
}

const kinds = ['key', 'connection', 'local', 'remote', 'child', 'vti', 'gateway', 'route'] as const;
const counts = () => kinds.map((kind) => world.firewall.records(kind).size);
const [whole, none] = [kinds.map(() => 2), kinds.map(() => 0)];
const only = <T>(values: Iterable<T>): T => {
  const [one] = values;
  if (one === undefined) throw new Error('there is none');
  return one;
};
const condition = () => world.status().conditions?.find(({ type }) => type === 'DevicePushed');
const writes = () => world.firewall.calls.filter(({ effect }) => effect === 'write');

test.each(['26.7', '25.7'] as const)(
  'The firewall gets both tunnels, their keys, interfaces, gateways and routes, and all is in effect, each part applied once (%s).',
  async (version) => {
    await settled({ version });
    const { applied, reconfigured } = world.firewall;
    expect(counts()).toEqual(whole);
    expect(applied.ipsec).toMatchObject({
      connection: { size: 2 },
      child: { size: 2 },
      key: { size: 2 },
      vti: { size: 2 },
    });
    expect([...applied.routes]).toEqual([['10.26.0.0/16', expect.stringMatching(/^169[.]254[.]/)]]);
    expect(reconfigured).toEqual({ ipsec: 1, routes: 1 });
    expect(world.status()).toMatchObject({ device: { push: { url, state: 'Applied' } } });
    expect(world.is('DevicePushed', 'True')).toBe(true);
    const { vpnConnections } = world.network();
    const keys = [...world.firewall.records('key').values()].map(({ Key }) => Key ?? '');
    const files = world.secret() ?? {};
    expect(keys.toSorted()).toEqual(
      Object.keys(files)
        .filter((name) => name.endsWith('.psk'))
        .map((name) => files[name] ?? '')
        .toSorted(),
    );
    expect(vpnConnections).toHaveLength(1);
  },
);

test('At rest the firewall is looked at once per drift interval, and nothing is written.', async () => {
  await settled();
  world.firewall.calls.length = 0;
  await world.pass(1300);
  expect(writes()).toEqual([]);
  const looks = world.firewall.calls.filter(({ action }) => action === 'ipsec/connections/is_enabled').length;
  expect([1, 2, 3]).toContain(looks);
});

test('What somebody changes there is set right and applied again; what is not ours stays as it is.', async () => {
  await settled();
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

test('Deletion takes it all away, out of effect first, and leaves what others have.', async () => {
  await settled();
  const { firewall } = world;
  const foreign = '00000000-0000-4000-8000-000000000001';
  firewall.edit('connection', foreign, { enabled: '1', description: 'branch office', proposals: 'default' });
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(counts()).toEqual(none.map((_, index) => (kinds[index] === 'connection' ? 1 : 0)));
  expect(firewall.applied.routes.size).toBe(0);
  expect(firewall.applied.ipsec).toMatchObject({ connection: { size: 1 }, key: { size: 0 }, vti: { size: 0 } });
  expect(firewall.reconfigured).toEqual({ ipsec: 2, routes: 2 });
  await world.pass(10);
  expect(world.network()).toMatchObject({ vpnConnections: [] });
});

test('With Retain it stays as it is, and loses the marks.', async () => {
  await settled({}, { deletionPolicy: 'Retain' });
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(counts()).toEqual(whole);
  const texts = kinds.flatMap((kind) =>
    [...world.firewall.records(kind).values()].map((one) => one['description'] ?? one['descr'] ?? ''),
  );
  expect(texts.filter((text) => text.includes('hybridcloud') || text === '')).toEqual([]);
  expect(world.firewall.reconfigured).toEqual({ ipsec: 1, routes: 1 });
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
  expect(counts()).toEqual(whole);
});

test('In Observe nothing is written there, and the plan names each call.', async () => {
  await settled();
  const id = only(world.firewall.records('child').keys());
  await world.apply(houseSpec({ managementPolicy: 'Observe' }));
  world.firewall.edit('child', id, { policies: '1' });
  world.firewall.calls.length = 0;
  await world.until(() => (world.status().drift ?? []).length > 0, 900);
  expect(writes()).toEqual([]);
  expect(world.status().drift).toMatchObject([{ path: 'device.push.child_1.policies', want: '0', have: '1' }]);
  const calls = world.status().plan?.steps?.flatMap((step) => step.calls ?? []) ?? [];
  expect(calls.map(({ action }) => action)).toEqual([
    'ipsec/connections/set_connection',
    'ipsec/connections/set_child',
    'ipsec/service/reconfigure',
    'ipsec/connections/set_connection',
  ]);
});

test('Answers that are lost on the way make nothing twice, and leave nothing unapplied.', async () => {
  world = house();
  world.firewall.faults.add({ kind: 'answerLost', effect: 'write', probability: 0.15 });
  world.start();
  await world.made();
  await world.until(() => world.is('Synced', 'True'), 3000);
  expect(counts()).toEqual(whole);
  expect(world.firewall.applied.ipsec).toMatchObject({ connection: { size: 2 } });
  expect(world.firewall.applied.routes.size).toBe(1);
  await world.remove();
  await world.until(() => world.object() === undefined, 3000);
  expect(counts()).toEqual(none);
  expect(world.firewall.applied.routes.size).toBe(0);
});
