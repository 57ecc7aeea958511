// SPDX-License-Identifier: GPL-3.0-or-later
/** What would not work is said before the first call that changes anything. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, messageOf, stopsAt, theirGateway, working, written } from './by-hand.ts';
import { makeOfficeVpc, office, region, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
});
afterEach(() => world.end());

const start = (...argv: string[]) => {
  running = world.operator({ argv });
};
const site = (cidrs: string[], publicIP = '123.142.252.25') => ({ site: { publicIP, cidrs } });

async function refused(spec: object, reason: string): Promise<string> {
  await world.apply(office(spec));
  await stopsAt(world, reason);
  expect(written(running)).toEqual([]);
  expect(world.status().blockedBy?.length).toBeGreaterThan(0);
  return messageOf(world);
}

test('Prefixes of the site that overlap the VPC, whichever is the wider one.', async () => {
  start();
  for (const cidr of ['10.26.128.0/20', '10.0.0.0/8', '10.26.0.0/16'])
    expect(await refused(site(['192.168.0.0/20', cidr]), 'OverlappingCIDRs')).toContain(
      `${cidr} of site.cidrs overlaps 10.26.0.0/16 of VPC ${world.vpc}`,
    );
});

test('Prefixes that another SiteVpn on the VPC has.', async () => {
  start();
  await working(world, {}, 'home');
  running.records.length = 0;
  const message = await refused(site(['192.168.8.0/24'], '123.142.252.26'), 'OverlappingCIDRs');
  expect(message).toContain('192.168.8.0/24 of site.cidrs overlaps the site of SiteVpn/default/home');
  expect(world.is('Ready', 'True', 'home')).toBe(true);
});

test('The inside addresses of another connection on the gateway.', async () => {
  start();
  await working(world, { tunnels: { tunnel1: { insideCIDR: '169.254.20.0/30' } } }, 'home');
  running.records.length = 0;
  const tunnels = { tunnel2: { insideCIDR: '169.254.20.0/30' } };
  const message = await refused({ ...site(['192.168.64.0/24'], '123.142.252.26'), tunnels }, 'InsideCIDRTaken');
  expect(message).toContain('tunnels.tunnel2.insideCIDR');
});

test('No VPC of that name.', async () => {
  start();
  expect(await refused({ vpc: { tag: { Name: 'NONE' } } }, 'VpcNotFound')).toContain('Name=NONE in ap-northeast-2');
});

test('Two VPCs of the same name.', async () => {
  const other = makeOfficeVpc(world);
  start();
  expect(await refused({}, 'VpcAmbiguous')).toContain([other, world.vpc].toSorted().join(' and '));
});

test('A route table that is not of the VPC, and a device that cannot do what is asked of it.', async () => {
  start();
  const routeTables = { selection: 'IDs', ids: ['rtb-0123456789abcdef0'] };
  expect(await refused({ routeTables }, 'RouteTableNotFound')).toContain('rtb-0123456789abcdef0');
  const device = { type: 'Openswan', secretRef: { name: 'office-gateway' } };
  expect(await refused({ device }, 'GatewayNotRenderable')).toContain('AWS takes ikev2 for ikeVersions');
});

test('Quotas: what AWS would refuse half way is told before, with the flag that raises it.', async () => {
  start('--vpn-gateway-quota=1');
  await theirGateway(world, false);
  const message = await refused({}, 'QuotaReached');
  expect(message).toMatch(/has 1 virtual private gateways in ap-northeast-2, and 1 are allowed.*--vpn-gateway-quota/);
  expect(account(world).network(region).customerGateways).toEqual([]);
});

test("A Secret of somebody else where the gateway's files shall be is not written over.", async () => {
  start();
  const metadata = { name: 'office-gateway', namespace: 'default' };
  world.kubernetes.install([{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { a: 'YQ==' } }]);
  expect(await refused({}, 'SecretNotOurs')).toContain('Secret office-gateway');
  expect(world.secret()).toEqual({ a: 'a' });
});
