// SPDX-License-Identifier: GPL-3.0-or-later
/** The VPN parts of both runbooks, by their shipped examples: what a person did in the console is there, by the same names, and goes again. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { SiteVpnStatus } from '../../../src/api/site-vpn.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import { authorities, createSites, secretManifests, type Sites } from '../../../src/cli/simulate/sites.ts';
import { loopbackCertificate } from '../../../src/simulator/kernel/certificate.ts';
import { runbookIDs, seedRunbooks } from '../../../src/simulator/aws/ec2/runbooks.ts';
import { account } from '../../operator/bad-days/hands.ts';
import { worlds, type Worlds } from '../../operator/worlds.ts';
import { brisk } from './by-hand.ts';
import { region, siteVpns } from './office.ts';

let world: Worlds;
let sites: Sites;
beforeEach(() => {
  world = worlds({ aws: { ec2Times: brisk } });
  seedRunbooks(account(world), { region, sites: ['123.142.252.25', '123.142.252.10'] });
  sites = createSites(world.clock);
  const { cert } = loopbackCertificate(Date.now());
  for (const texts of [sites.credentials, authorities({ opnsense: cert, openstack: cert })])
    world.kubernetes.install(secretManifests(texts, 'default'));
  const { transport } = world;
  world.operator({
    transport: (request) => (sites.services.get(request.url.host) ?? transport)(request),
    dial: () => Promise.resolve('accepted'),
  });
});
afterEach(() => world.end());

const network = () => account(world).network(region);
const object = (name: string) =>
  world.kubernetes.objects('sitevpns', 'default').find(({ metadata }) => metadata.name === name) as
    | KubeObject
    | undefined;
const status = (name: string) => (object(name)?.status ?? {}) as SiteVpnStatus;
const ready = (name: string) =>
  ['Ready', 'Synced'].every((type) =>
    status(name).conditions?.some((one) => one.type === type && one.status === 'True'),
  );

async function apply(file: string): Promise<void> {
  const manifest = parse(await readFile(new URL(`../../../examples/${file}`, import.meta.url), 'utf8')) as KubeObject;
  const at = { namespace: 'default', name: manifest.metadata.name };
  const body = { ...manifest, metadata: at };
  await world.admin.patch(siteVpns, at, { type: 'apply', body, fieldManager: 'person', force: true });
}

async function remove(name: string): Promise<void> {
  await world.admin.remove(siteVpns, { namespace: 'default', name }, { uid: object(name)?.metadata.uid ?? '' });
  await world.until(() => object(name) === undefined, 200);
}

const reachable = (name: string) =>
  status(name).conditions?.some((one) => one.type === 'DataPathReachable' && one.status === 'True');

const routesOf = (id: string) =>
  (network().routeTables.find((one) => one.id === id)?.routes ?? []).map(
    ({ destination, target }) => `${destination} ${target.split('-')[0] ?? ''}`,
  );

test('Runbook 2: MY-CGW, MY-VGW on MY-VPC, MY-VPN; both named tables lead to 192.168.0.0/20 once a tunnel is up, the main one does not.', async () => {
  const before = JSON.stringify(network().routeTables);
  await apply('04-site-vpn-libreswan.yaml');
  await world.until(() => ready('office'), 300);
  const { vpnGateways, customerGateways, vpnConnections, routeTables } = network();
  expect(vpnGateways).toMatchObject([
    { asn: 64_512, tags: { Name: 'MY-VGW' }, attachment: { vpcID: runbookIDs.mine, state: 'attached' } },
  ]);
  expect(customerGateways).toMatchObject([{ ip: '123.142.252.25', tags: { Name: 'MY-CGW' } }]);
  expect(vpnConnections).toMatchObject([
    {
      tags: { Name: 'MY-VPN' },
      staticRoutesOnly: true,
      localCidr: '192.168.0.0/20',
      remoteCidr: '10.26.0.0/16',
      routes: [{ destination: '192.168.0.0/20' }],
      tunnels: [{ insideCidr: '169.254.10.0/30' }, { insideCidr: '169.254.11.0/30' }],
    },
  ]);
  expect(status('office')).toMatchObject({ tunnelsUp: '2/2', vpcID: runbookIDs.mine });
  for (const id of [runbookIDs.publicTable, runbookIDs.privateTable])
    expect(routesOf(id)).toContain('192.168.0.0/20 vgw');
  expect(sites.router.routes()).toEqual([{ destination: '10.26.0.0/16', nexthop: '192.168.0.10' }]);
  expect(reachable('office')).toBe(true);
  const others = routeTables.filter(({ id }) => id !== runbookIDs.publicTable && id !== runbookIDs.privateTable);
  expect(others.every(({ propagating }) => propagating.length === 0)).toBe(true);
  await remove('office');
  await world.pass(5);
  expect(sites.router.routes()).toEqual([]);
  expect(network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
  expect(JSON.stringify(network().routeTables)).toBe(before);
});

test('Runbook 1, step 6 and 7: a home behind OPNsense on the default VPC; it is configured, and its Secret has what was set there; State Up, a host answers.', async () => {
  await apply('03-site-vpn-opnsense.yaml');
  await world.until(() => ready('home'), 300);
  expect(network().vpnConnections).toMatchObject([
    { routes: [{ destination: '192.168.0.0/24' }], tunnels: [{ status: 'UP' }, { status: 'UP' }] },
  ]);
  expect(sites.opnsense.applied.ipsec).toMatchObject({ connection: { size: 2 }, key: { size: 2 }, vti: { size: 2 } });
  expect([...sites.opnsense.applied.routes.keys()]).toEqual(['172.31.0.0/16']);
  expect(reachable('home')).toBe(true);
  const secret = world.kubernetes
    .objects('secrets', 'default')
    .find(({ metadata }) => metadata.name === 'home-gateway');
  expect(Object.keys((secret as unknown as { data: object }).data)).toContain('README.md');
});

test('Both at once, on two VPCs: two gateways, and the end of one leaves the other as it is.', async () => {
  await apply('03-site-vpn-opnsense.yaml');
  await apply('04-site-vpn-libreswan.yaml');
  await world.until(() => ready('home') && ready('office'), 300);
  expect(network().vpnGateways).toHaveLength(2);
  await remove('home');
  await world.pass(5);
  expect(network().vpnGateways).toMatchObject([{ tags: { Name: 'MY-VGW' } }]);
  expect(ready('office')).toBe(true);
});
