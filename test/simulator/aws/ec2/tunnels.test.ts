// SPDX-License-Identifier: GPL-3.0-or-later
/** Who drives the telemetry: a script, a daemon that is AWS's end, a device that dials by itself; and when AWS's end is not there. */
import {
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  DeleteVpnConnectionCommand,
  ModifyVpnConnectionCommand,
  ModifyVpnConnectionOptionsCommand,
  ModifyVpnTunnelOptionsCommand,
  type ModifyVpnTunnelOptionsSpecification,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connected, connection, customerGateway, gateways, minute, newRegion, outsides, type Region } from './world.ts';

const seoul = 'ap-northeast-2';

/** Status and milliseconds since its last change, by outside address. */
async function telemetry(region: Region, id: string): Promise<Record<string, [string | undefined, number]>> {
  const { VgwTelemetry = [] } = await connection(region, id);
  const age = (date: Date | undefined) => region.clock.now() - (date?.getTime() ?? 0);
  return Object.fromEntries(
    VgwTelemetry.map((one) => [one.OutsideIpAddress, [one.Status, age(one.LastStatusChange)]] as const),
  );
}

async function bothUp(more: Partial<Parameters<typeof newRegion>[0]> = {}) {
  const region = newRegion(more);
  const { id, cgw, vgw } = await connected(region, { StaticRoutesOnly: true });
  const [first, second] = await outsides(region, id);
  for (const one of [first, second]) region.account.tunnel(id, one).set({ status: 'UP' });
  await region.clock.advance(minute);
  const modify = (TunnelOptions: ModifyVpnTunnelOptionsSpecification) =>
    region.ec2.send(
      new ModifyVpnTunnelOptionsCommand({ VpnConnectionId: id, VpnTunnelOutsideIpAddress: first, TunnelOptions }),
    );
  return { region, id, cgw, vgw, first, second, modify };
}

test('A tunnel that is changed is down until its end is replaced, then the peer dials again; the other one stays up.', async () => {
  const { region, id, first, second, modify } = await bothUp();
  await modify({ DPDTimeoutSeconds: 40 });
  await region.clock.advance(5 * minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['DOWN', 5 * minute], [second]: ['UP', 6 * minute] });
  // what a daemon says meanwhile changes nothing, not even the time
  region.account.tunnel(id, first).set({ status: 'UP', message: 'early' });
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', 5 * minute]);
  await region.clock.advance(3 * minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['UP', minute], [second]: ['UP', 9 * minute] });
});

test('After a new key the tunnel stays down until somebody says that the peer has it.', async () => {
  const { region, id, first, modify } = await bothUp();
  await modify({ PreSharedKey: 'Another.Key_1' });
  await region.clock.advance(10 * minute);
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', 10 * minute]);
  region.account.tunnel(id, first).set({ status: 'UP' });
  expect((await telemetry(region, id))[first]).toEqual(['UP', 0]);
});

test('What is said to be down while its end is replaced is down since the replacement began.', async () => {
  const { region, id, first, modify } = await bothUp();
  await modify({ DPDTimeoutSeconds: 40 });
  await region.clock.advance(minute);
  region.account.tunnel(id, first).set({ status: 'DOWN' });
  await region.clock.advance(9 * minute);
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', 10 * minute]);
});

test('Other blocks take both tunnels down for a while; another customer gateway until its device is told.', async () => {
  const { region, id, first, second } = await bothUp();
  const { ec2, clock } = region;
  await ec2.send(new ModifyVpnConnectionOptionsCommand({ VpnConnectionId: id, LocalIpv4NetworkCidr: '10.10.0.0/16' }));
  expect(await telemetry(region, id)).toEqual({ [first]: ['DOWN', 0], [second]: ['DOWN', 0] });
  await clock.advance(8 * minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['UP', minute], [second]: ['UP', minute] });
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await clock.advance(minute);
  await ec2.send(new ModifyVpnConnectionCommand({ VpnConnectionId: id, CustomerGatewayId }));
  await clock.advance(8 * minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['DOWN', 8 * minute], [second]: ['DOWN', 8 * minute] });
});

test('Nobody is up before the connection is available, nor while it is deleted.', async () => {
  const region = newRegion();
  const { ec2, account, clock } = region;
  const { vgw, cgw } = await gateways(region);
  const made = await ec2.send(
    new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw }),
  );
  const id = made.VpnConnection?.VpnConnectionId ?? '';
  const [first] = await outsides(region, id);
  await clock.advance(minute);
  account.tunnel(id, first).set({ status: 'UP' });
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', minute]);
  await clock.advance(4 * minute);
  expect((await telemetry(region, id))[first]).toEqual(['UP', minute]);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  await clock.advance(30_000);
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', 30_000]);
});

test('A daemon learns all that it needs to be AWS’s end: addresses, key, networks, and AWS’s defaults for what nobody set.', async () => {
  const region = newRegion();
  const { account, ec2, clock } = region;
  const { id } = await connected(region, {
    StaticRoutesOnly: true,
    LocalIpv4NetworkCidr: '192.168.0.0/20',
    RemoteIpv4NetworkCidr: '172.31.0.0/16',
    TunnelOptions: [
      {
        TunnelInsideCidr: '169.254.10.0/30',
        PreSharedKey: 'abcdefgh.1_A',
        IKEVersions: [{ Value: 'ikev2' }],
        Phase1EncryptionAlgorithms: [{ Value: 'AES256' }],
        Phase1DHGroupNumbers: [{ Value: 20 }],
        Phase1LifetimeSeconds: 14_400,
        StartupAction: 'start',
      },
    ],
  });
  await ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId: id, DestinationCidrBlock: '192.168.0.0/20' }));
  await clock.advance(minute);
  const [first, second] = await outsides(region, id);
  expect(account.terminations(seoul)).toEqual([
    account.tunnel(id, first).termination(),
    account.tunnel(id, second).termination(),
  ]);
  const all = ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'];
  const hashes = ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'];
  expect(account.tunnel(id, first).termination()).toEqual({
    connectionID: id,
    answers: true,
    outside: { aws: first, site: '203.0.113.10' },
    inside: { cidr: '169.254.10.0/30', aws: '169.254.10.1', site: '169.254.10.2' },
    psk: 'abcdefgh.1_A',
    networks: { aws: '172.31.0.0/16', site: '192.168.0.0/20' },
    ikeVersions: ['ikev2'],
    phase1: { encryption: ['AES256'], integrity: hashes, groups: [20], lifetimeSeconds: 14_400 },
    phase2: {
      encryption: all,
      integrity: hashes,
      groups: [2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
      lifetimeSeconds: 3600,
    },
    deadPeer: { timeoutSeconds: 30, action: 'clear' },
    startupAction: 'start',
    rekey: { marginSeconds: 270, fuzzPercentage: 100 },
    replayWindow: 1024,
    routes: ['192.168.0.0/20'],
  });
  expect(account.tunnel(id, second).termination()).toMatchObject({ ikeVersions: ['ikev1', 'ikev2'] });
});

test('With BGP a daemon learns both ASNs; a new key is there at once, while nobody answers.', async () => {
  const region = newRegion();
  const { account, ec2, clock } = region;
  const { id } = await connected(region);
  const [first, second] = await outsides(region, id);
  const end = (ip: string) => account.tunnel(id, ip).termination();
  expect(end(first)).toMatchObject({ bgp: { aws: 64_512, site: 65_000, holdSeconds: 30 }, routes: [] });
  const TunnelOptions = { PreSharedKey: 'Another.Key_1' };
  await ec2.send(
    new ModifyVpnTunnelOptionsCommand({ VpnConnectionId: id, VpnTunnelOutsideIpAddress: first, TunnelOptions }),
  );
  expect(end(first)).toMatchObject({ answers: false, psk: 'Another.Key_1' });
  expect(end(second)).toMatchObject({ answers: true });
  await clock.advance(10 * minute);
  expect(end(first).answers).toBe(true);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  expect(end(second).answers).toBe(false);
  await clock.advance(2 * minute);
  expect(account.terminations(seoul)).toEqual([]);
  expect(() => account.tunnel(id, '192.0.2.1').termination()).toThrow(TypeError);
});

test('A device brings its tunnels up by itself, after the connection and after each change, and what a script says goes first.', async () => {
  const region = newRegion();
  const { account, ec2, clock } = region;
  account.makeDevice({ region: seoul, ip: '203.0.113.10', dialsForMs: 30_000, prefixes: ['10.10.0.0/16'] });
  const { vgw, cgw } = await gateways(region);
  const made = await ec2.send(
    new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw }),
  );
  const id = made.VpnConnection?.VpnConnectionId ?? '';
  const [first, second] = await outsides(region, id);
  await clock.advance(4 * minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['DOWN', 4 * minute], [second]: ['DOWN', 4 * minute] });
  await clock.advance(minute);
  expect(await telemetry(region, id)).toEqual({ [first]: ['UP', 30_000], [second]: ['UP', 30_000] });
  expect((await connection(region, id)).VgwTelemetry?.[0]).toMatchObject({
    AcceptedRouteCount: 1,
    StatusMessage: '1 BGP ROUTES',
  });
  const TunnelOptions = { PreSharedKey: 'Another.Key_1' };
  await ec2.send(
    new ModifyVpnTunnelOptionsCommand({ VpnConnectionId: id, VpnTunnelOutsideIpAddress: first, TunnelOptions }),
  );
  await clock.advance(7 * minute + 20_000);
  expect((await telemetry(region, id))[first]).toEqual(['DOWN', 7 * minute + 20_000]);
  await clock.advance(20_000);
  expect((await telemetry(region, id))[first]).toEqual(['UP', 10_000]);
  account.tunnel(id, second).set({ status: 'DOWN' });
  expect((await telemetry(region, id))[second]).toEqual(['DOWN', 0]);
});

test('More than a hundred prefixes end BGP: the tunnel is down while IPsec is up.', async () => {
  const region = newRegion();
  const { account } = region;
  const { id } = await connected(region);
  const [first, second] = await outsides(region, id);
  const prefixes = (many: number) => Array.from({ length: many }, (_, n) => `10.10.${n}.0/24`);
  account.tunnel(id, first).set({ status: 'UP', prefixes: prefixes(101) });
  account.tunnel(id, second).set({ status: 'UP', prefixes: prefixes(100) });
  const { VgwTelemetry } = await connection(region, id);
  const of = (ip: string) => VgwTelemetry?.find(({ OutsideIpAddress }) => OutsideIpAddress === ip);
  expect(of(first)).toMatchObject({ Status: 'DOWN', StatusMessage: 'IPSEC IS UP', AcceptedRouteCount: 0 });
  expect(of(second)).toMatchObject({ Status: 'UP', StatusMessage: '100 BGP ROUTES', AcceptedRouteCount: 100 });
});

test('A restored world knows its devices, and which ends are being replaced.', async () => {
  const { region, id, first, second, modify } = await bothUp();
  region.account.makeDevice({ region: seoul, ip: '203.0.113.10' });
  await modify({ DPDTimeoutSeconds: 40 });
  const kept = JSON.parse(JSON.stringify(region.world.snapshot()));
  await region.ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  region.world.restore(kept);
  expect(await telemetry(region, id)).toEqual({ [first]: ['DOWN', 0], [second]: ['UP', minute] });
  await region.clock.advance(8 * minute);
  expect((await telemetry(region, id))[first]).toEqual(['UP', minute]);
});
