// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { hasKey } from '../../../../src/clouds/aws/ec2/tunnel-keys.ts';
import { learnKeys, readConfiguration } from '../../../../src/clouds/aws/ec2/vpn-secrets.ts';
import * as request from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { makeConnection, makeWorld, minute, presharedKeys, scope } from './vpn-world.ts';

test('The configuration of one connection is read with the key of each tunnel, and is gone with the connection.', async () => {
  const world = makeWorld();
  const { session, vpns, clock } = world;
  const { id } = await makeConnection(world);
  const found = await readConfiguration(session, scope, id);
  const [connection] = await vpns.connections({ maxAgeMs: 0 });
  expect([...(found?.presharedKeys.keys() ?? [])].sort()).toEqual(
    connection?.tunnels.map(({ outsideIP }) => outsideIP).sort(),
  );
  expect([...(found?.presharedKeys.values() ?? [])].sort()).toEqual([...presharedKeys].sort());
  for (const key of presharedKeys) expect(found?.xml).toContain(`<pre_shared_key>${key}</pre_shared_key>`);
  await vpns.write(request.deleteVpnConnection(id));
  expect(await readConfiguration(session, scope, id)).toBeUndefined();
  await clock.advance(10 * minute);
  expect(await readConfiguration(session, scope, id)).toBeUndefined();
});

test("AWS's own keys, which nobody gave, are learnt from its answers, so that no text shows them.", async () => {
  const world = makeWorld();
  const { id } = await makeConnection(world, { tunnels: [{}, {}] });
  const found = await readConfiguration(world.session, scope, id);
  const keys = [...(found?.xml ?? '').matchAll(/<pre_shared_key>(.*?)</g)].map(([, key = '']) => key);
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(world.redactor.scrub(`${key} it is`)).toBe('[redacted] it is');
  expect(JSON.stringify(world.records)).not.toContain(keys[0]);
});

test('Keys are learnt wherever they stand: in requests, in options, in the configuration.', () => {
  const learnt: string[] = [];
  const of = (value: unknown) => {
    learnt.length = 0;
    learnKeys({ learn: (secret) => void learnt.push(secret) }, value);
    return learnt;
  };
  const [key] = presharedKeys;
  expect(of(request.modifyTunnel('vpn-1', '192.0.2.1', { presharedKey: key }).input)).toEqual([key]);
  expect(of([{ Options: { TunnelOptions: [{ PreSharedKey: key }] } }])).toEqual([key]);
  const CustomerGatewayConfiguration = `<ike><pre_shared_key>${key}</pre_shared_key></ike>`;
  expect(
    of({ VpnConnection: { CustomerGatewayConfiguration, VgwTelemetry: [{ LastStatusChange: new Date(0) }] } }),
  ).toEqual([key]);
  expect(of({ Options: null, VpnConnectionId: 'vpn-1' })).toEqual([]);
});

test('Whether a tunnel has a key is told by the shared look itself, without a further call and without the key in it.', async () => {
  const world = makeWorld();
  const { id } = await makeConnection(world);
  world.records.length = 0;
  const [connection] = await world.vpns.connections({ maxAgeMs: minute });
  if (!connection) throw new Error('there is none');
  const delivered = await readConfiguration(world.session, scope, id);
  for (const { outsideIP } of connection.tunnels) {
    const key = delivered?.presharedKeys.get(outsideIP) ?? '';
    const other = presharedKeys.find((one) => one !== key) ?? '';
    expect(hasKey(connection, outsideIP, key)).toBe(true);
    expect(hasKey(connection, outsideIP, other)).toBe(false);
  }
  expect(hasKey(connection, '192.0.2.1', presharedKeys[0])).toBeUndefined();
  expect(hasKey({ ...connection }, connection.tunnels[0]?.outsideIP ?? '', presharedKeys[0])).toBeUndefined();
  // the delivery asked once, the comparison not at all
  expect(world.calls('DescribeVpnConnections')).toBe(2);
});
