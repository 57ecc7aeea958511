// SPDX-License-Identifier: GPL-3.0-or-later
/** Both runbooks' VPNs, by a person with kubectl on a real API server, under the shipped rights: made, watched, and taken away again. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from './kube-world.ts';
import { realServer } from './server.ts';
import { userSites, type UserSites } from './user/sites.ts';
import { hasKubectl, team, userWorld, type UserWorld } from './user/world.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : hasKubectl
    ? await realServer()
    : { skipped: 'kubectl is not on this machine' };
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'A user of SiteVpn with kubectl';
let world: UserWorld;
let sites: UserSites;

const region = 'ap-northeast-2';
const network = () => world.account.network(region);
const files = ['03-site-vpn-opnsense.yaml', '04-site-vpn-libreswan.yaml'];
const living = <T extends { readonly state: string }>(all: readonly T[]) =>
  all.filter(({ state }) => state !== 'deleting' && state !== 'deleted');

beforeAll(async () => {
  if (!server) return;
  world = await userWorld(server.kubeconfig);
  sites = await userSites(team);
  await world.leading();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await sites?.close();
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('applies both examples and waits until their tunnels are up.', async () => {
    await world.grant('identity', ...sites.grants);
    await world.apply(...sites.secrets);
    await world.apply(...files.map((file) => sites.example(file)));
    for (const condition of ['Ready', 'Synced'])
      await world.kubectl('wait', `--for=condition=${condition}`, 'vpn/home', 'vpn/office', '--timeout=90s');
    await until(() =>
      living(network().vpnConnections)
        .flatMap((one) => one.tunnels)
        .every(({ status }) => status === 'UP'),
    );
    expect(living(network().vpnConnections)).toHaveLength(2);
  }, 120_000);

  test('reads what it is, by name and by column, and what the fields mean.', async () => {
    const table = await world.kubectl('get', 'vpn');
    expect(table.split('\n')[0]).toMatch(/^NAME +READY +SYNCED +REASON +TUNNELS +SITE +VPC +ROUTING +AGE$/);
    expect(table).toMatch(/office +True +True +Available +2\/2 +123\.142\.252\.25 +vpc-0a26000000000001a +Static/);
    const described = await world.kubectl('describe', 'vpn', 'office');
    expect(described).toMatch(/CreateVpnConnection/);
    expect(await world.kubectl('explain', 'sitevpn.spec.tunnels.tunnel1.insideCIDR')).toContain('169.254.10.0/30');
  }, 30_000);

  test('gets the files of the gateway in a Secret, and no key anywhere else.', async () => {
    const data = JSON.parse(await world.kubectl('get', 'secret', 'office-gateway', '-o', 'jsonpath={.data}')) as Record<
      string,
      string
    >;
    expect(Object.keys(data)).toEqual(
      expect.arrayContaining(['README.md', 'aws.conf', 'aws.secrets', 'aws-vpn-monitor.sh']),
    );
    const keys = network().vpnConnections.flatMap((one) => one.tunnels.map(({ psk }) => psk));
    expect(keys).toHaveLength(4);
    const secrets = Buffer.from(data['aws.secrets'] ?? '', 'base64').toString();
    expect(keys.filter((key) => secrets.includes(key))).toHaveLength(2);
    const shown = await world.kubectl('get', 'vpn,events', '-o', 'yaml');
    expect(keys.filter((key) => shown.includes(key))).toEqual([]);
  }, 30_000);

  test('finds the OPNsense of the one site configured, and the route at the router of the other.', async () => {
    await world.kubectl('wait', '--for=condition=DevicePushed', 'vpn/home', '--timeout=30s');
    expect(sites.opnsense.applied.ipsec).toMatchObject({ connection: { size: 2 }, key: { size: 2 } });
    expect([...sites.opnsense.applied.routes.keys()]).toEqual(['172.31.0.0/16']);
    expect(sites.router.routes()).toEqual([{ destination: '10.26.0.0/16', nexthop: '192.168.0.10' }]);
  }, 40_000);

  test('is told by an event when a tunnel goes down, and stays Ready on the other one where one is enough.', async () => {
    const [connection] = network().vpnConnections.filter(({ customerGatewayID }) =>
      network().customerGateways.some(({ id, ip }) => id === customerGatewayID && ip === '123.142.252.10'),
    );
    world.account.tunnel(connection?.id ?? '', connection?.tunnels[0]?.outsideIP ?? '').set({ status: 'DOWN' });
    await world.kubectl('annotate', 'vpn', 'home', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);
    await world.kubectl('wait', '--for=condition=Redundant=False', 'vpn/home', '--timeout=30s');
    await until(async () => (await world.kubectl('events', '--for', 'sitevpn/home')).includes('TunnelDown'), 10_000);
    expect(await world.kubectl('get', 'vpn', 'home')).toMatch(/home +True +True +Available +1\/2/);
  }, 60_000);

  test('deletes both, and AWS, the OPNsense and the router are as they were before.', async () => {
    await world.kubectl('delete', 'vpn', 'home', 'office', '--timeout=110s');
    const { vpnGateways, customerGateways, vpnConnections, routeTables } = network();
    expect([vpnGateways, customerGateways, vpnConnections].map((all) => living<{ state: string }>(all))).toEqual([
      [],
      [],
      [],
    ]);
    expect(routeTables.flatMap(({ propagating }) => propagating)).toEqual([]);
    expect([sites.opnsense.records('connection').size, sites.opnsense.records('key').size]).toEqual([0, 0]);
    expect(sites.router.routes()).toEqual([]);
    expect(await world.kubectl('get', 'secrets', '-o', 'name')).not.toMatch(/gateway/);
  }, 120_000);
});
