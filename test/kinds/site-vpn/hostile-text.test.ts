// SPDX-License-Identifier: GPL-3.0-or-later
/** Names and words that somebody else wrote into AWS: shown as one line of text, found by exactly what was asked for, and never in a file. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, inEC2, messageOf, stopsAt, theirGateway, working, written } from './by-hand.ts';
import { office, region, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const evil = 'x"; include /etc/shadow\n%default\r\u2028<script>$(reboot)`id`\u0007';
const text = () =>
  JSON.stringify([world.object(), world.events(), running.lines.map((line) => JSON.parse(line) as unknown)]);

test('The owner tags of another are quoted in messages as one short line.', async () => {
  const gateway = await theirGateway(world);
  const Tags = [
    { Key: 'hybridcloud.dev/owner', Value: 'somebody' },
    { Key: 'hybridcloud.dev/cluster', Value: 'c' },
    { Key: 'hybridcloud.dev/object', Value: `${evil}${'y'.repeat(200)}`.slice(0, 256) },
  ];
  await inEC2(world, 'CreateTags', { Resources: [gateway], Tags });
  await world.apply(office());
  await stopsAt(world, 'OwnedByOther');
  expect(messageOf(world)).toContain(gateway);
  expect(messageOf(world).length).toBeLessThanOrEqual(1024);
  expect(JSON.stringify(messageOf(world))).not.toMatch(/\\n|\\r|\u2028|\\u0007/);
  expect(written(running)).toEqual([]);
});

test('Names of things that are ours are changed by somebody: drift shows them as one line, and they are set back.', async () => {
  await working(world);
  const { vpnConnectionID = '' } = world.status();
  await inEC2(world, 'CreateTags', { Resources: [vpnConnectionID], Tags: [{ Key: 'Name', Value: evil }] });
  await world.until(() => world.network().vpnConnections[0]?.tags['Name'] === 'MY-VPN', 900);
  await world.pass(5);
  expect(text()).not.toMatch(/\\n%default|\\r|\u2028|\\u2028|\\u0007/);
  const files = Object.values(world.secret() ?? {}).join('\n');
  expect(files).not.toContain('shadow');
});

test('A name in the spec that would mean more to AWS or to a file is refused by the API server.', async () => {
  for (const name of ['a\nb', 'x"y', "x'y", 'a;b', 'include %any', '$(id)', '`id`', 'é', '']) {
    await expect(world.apply(office({ connection: { name } }))).rejects.toThrow(/connection.name/);
    await expect(
      world.apply(office({ site: { name, publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'] } })),
    ).rejects.toThrow(/site.name/);
  }
  await expect(world.apply(office({ vpc: { tag: { Name: 'MY-*' } } }))).rejects.toThrow(/must not contain/);
});

test('A VPC is found by its whole name: one that only begins so, or differs in case, is another.', async () => {
  for (const name of ['MY-VPC-2', 'my-vpc', ' MY-VPC'])
    account(world).makeVpc({ region, cidr: '10.99.0.0/16', tags: { Name: name }, routeTables: [{ main: true }] });
  await working(world);
  expect(world.status().vpcID).toBe(world.vpc);
});
