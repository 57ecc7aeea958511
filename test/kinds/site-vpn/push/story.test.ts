// SPDX-License-Identifier: GPL-3.0-or-later
/** From the manifest to a firewall that is configured and applied, and away again, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { countsOf, house, recordKinds, settledHouse, url, whole, writesTo, type House } from './house.ts';

let world: House;
afterEach(() => world.end());

const none = recordKinds.map(() => 0);

test.each(['26.7', '25.7'] as const)(
  'The firewall gets both tunnels, their keys, interfaces, gateways and routes, and all is in effect, each part applied once (%s).',
  async (version) => {
    world = await settledHouse({ version });
    const { applied, reconfigured } = world.firewall;
    expect(countsOf(world)).toEqual(whole);
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
  world = await settledHouse();
  world.firewall.calls.length = 0;
  await world.pass(1300);
  expect(writesTo(world)).toEqual([]);
  const looks = world.firewall.calls.filter(({ action }) => action === 'ipsec/connections/is_enabled').length;
  expect([1, 2, 3]).toContain(looks);
});

test('Deletion takes it all away, out of effect first, and leaves what others have.', async () => {
  world = await settledHouse();
  const { firewall } = world;
  const foreign = '00000000-0000-4000-8000-000000000001';
  firewall.edit('connection', foreign, { enabled: '1', description: 'branch office', proposals: 'default' });
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(countsOf(world)).toEqual(none.map((_, index) => (recordKinds[index] === 'connection' ? 1 : 0)));
  expect(firewall.applied.routes.size).toBe(0);
  expect(firewall.applied.ipsec).toMatchObject({ connection: { size: 1 }, key: { size: 0 }, vti: { size: 0 } });
  expect(firewall.reconfigured).toEqual({ ipsec: 2, routes: 2 });
  await world.pass(10);
  expect(world.network()).toMatchObject({ vpnConnections: [] });
});

test('With Retain it stays as it is, and loses the marks.', async () => {
  world = await settledHouse({}, { deletionPolicy: 'Retain' });
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  expect(countsOf(world)).toEqual(whole);
  const texts = recordKinds.flatMap((kind) =>
    [...world.firewall.records(kind).values()].map((one) => one['description'] ?? one['descr'] ?? ''),
  );
  expect(texts.filter((text) => text.includes('hybridcloud') || text === '')).toEqual([]);
  expect(world.firewall.reconfigured).toEqual({ ipsec: 1, routes: 1 });
});

test('Answers that are lost on the way make nothing twice, and leave nothing unapplied.', async () => {
  world = house();
  world.firewall.faults.add({ kind: 'answerLost', effect: 'write', probability: 0.15 });
  world.start();
  await world.made();
  await world.until(() => world.is('Synced', 'True'), 3000);
  expect(countsOf(world)).toEqual(whole);
  expect(world.firewall.applied.ipsec).toMatchObject({ connection: { size: 2 } });
  expect(world.firewall.applied.routes.size).toBe(1);
  await world.remove();
  await world.until(() => world.object() === undefined, 3000);
  expect(countsOf(world)).toEqual(none);
  expect(world.firewall.applied.routes.size).toBe(0);
});
