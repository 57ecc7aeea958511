// SPDX-License-Identifier: GPL-3.0-or-later
/** Tunnel options: asked for under one name, answered under another; and the XML, which knows nothing of them. */
import {
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  DeleteCustomerGatewayCommand,
  DeleteVpnConnectionCommand,
  DescribeVpnConnectionsCommand,
  ModifyVpnConnectionCommand,
  ModifyVpnConnectionOptionsCommand,
  ModifyVpnTunnelOptionsCommand,
  type VpnTunnelOptionsSpecification,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connected, connection, customerGateway, gateways, minute, newRegion, outsides } from './world.ts';

const strong: VpnTunnelOptionsSpecification = {
  TunnelInsideCidr: '169.254.10.0/30',
  PreSharedKey: 'abcdefgh.1_A',
  Phase1LifetimeSeconds: 14_400,
  Phase2LifetimeSeconds: 1800,
  RekeyMarginTimeSeconds: 300,
  RekeyFuzzPercentage: 50,
  ReplayWindowSize: 512,
  DPDTimeoutSeconds: 40,
  DPDTimeoutAction: 'restart',
  Phase1EncryptionAlgorithms: [{ Value: 'AES256' }, { Value: 'AES256-GCM-16' }],
  Phase2EncryptionAlgorithms: [{ Value: 'AES256' }],
  Phase1IntegrityAlgorithms: [{ Value: 'SHA2-256' }],
  Phase2IntegrityAlgorithms: [{ Value: 'SHA2-512' }],
  Phase1DHGroupNumbers: [{ Value: 14 }, { Value: 20 }],
  Phase2DHGroupNumbers: [{ Value: 5 }],
  IKEVersions: [{ Value: 'ikev2' }],
  StartupAction: 'start',
};

test('What is asked of a tunnel is answered, under the names of replies; what nobody set is not there.', async () => {
  const region = newRegion();
  const { id } = await connected(region, { TunnelOptions: [strong] });
  const [first, second] = (await connection(region, id)).Options?.TunnelOptions ?? [];
  const { DPDTimeoutSeconds, DPDTimeoutAction, IKEVersions, ...same } = strong;
  expect(first).toEqual({
    ...same,
    OutsideIpAddress: expect.stringMatching(/^3\.3[6-9]\.\d+\.\d+$/),
    DpdTimeoutSeconds: DPDTimeoutSeconds,
    DpdTimeoutAction: DPDTimeoutAction,
    IkeVersions: IKEVersions,
  });
  expect(second).toEqual({
    OutsideIpAddress: expect.stringMatching(/^3\.3[6-9]\.\d+\.\d+$/),
    TunnelInsideCidr: expect.stringMatching(/^169\.254\.\d+\.\d+\/30$/),
    PreSharedKey: expect.stringMatching(/^[A-Za-z][A-Za-z0-9._]{31}$/),
  });
});

test.each([[true], [false]])(
  'The XML has addresses and keys, and always the lowest algorithms; static: %s.',
  async (fixed) => {
    const region = newRegion();
    const { id, cgw, vgw } = await connected(region, { StaticRoutesOnly: fixed, TunnelOptions: [strong] });
    const { CustomerGatewayConfiguration: xml = '', Options } = await connection(region, id);
    const start = `<vpn_connection id="${id}">\n  <customer_gateway_id>${cgw}</customer_gateway_id>\n`;
    expect(xml.startsWith(`<?xml version="1.0" encoding="UTF-8"?>\n${start}`)).toBe(true);
    expect(xml).toContain(
      `  <vpn_gateway_id>${vgw}</vpn_gateway_id>\n  <vpn_connection_type>ipsec.1</vpn_connection_type>\n`,
    );
    expect(xml.includes('<vpn_connection_attributes>NoBGPVPNConnection</vpn_connection_attributes>')).toBe(fixed);
    const tunnel = xml.split('<ipsec_tunnel>').find((text) => text.includes('abcdefgh.1_A')) ?? '';
    const bgp = (asn: number) =>
      fixed ? '' : `\n      <bgp>\n        <asn>${asn}</asn>\n        <hold_time>30</hold_time>\n      </bgp>`;
    const end = (outside: string, inside: string, asn: number) => `
      <tunnel_outside_address>
        <ip_address>${outside}</ip_address>
      </tunnel_outside_address>
      <tunnel_inside_address>
        <ip_address>${inside}</ip_address>
        <network_mask>255.255.255.252</network_mask>
        <network_cidr>30</network_cidr>
      </tunnel_inside_address>${bgp(asn)}`;
    const outside = Options?.TunnelOptions?.[0]?.OutsideIpAddress ?? '';
    expect(tunnel).toContain(
      `<customer_gateway>${end('203.0.113.10', '169.254.10.2', 65_000)}\n    </customer_gateway>`,
    );
    expect(tunnel).toContain(`<vpn_gateway>${end(outside, '169.254.10.1', 64_512)}\n    </vpn_gateway>`);
    expect(tunnel).toContain(`<ike>
      <authentication_protocol>sha1</authentication_protocol>
      <encryption_protocol>aes-128-cbc</encryption_protocol>
      <lifetime>28800</lifetime>
      <perfect_forward_secrecy>group2</perfect_forward_secrecy>
      <mode>main</mode>
      <pre_shared_key>abcdefgh.1_A</pre_shared_key>
    </ike>`);
    expect(tunnel).not.toMatch(/ike_version|ikev2/);
  },
);

test('The order of tunnels in the XML is not that of the options, nor is that of the telemetry.', async () => {
  const orders = new Set<string>();
  for (let seed = 1; seed < 12; seed++) {
    const region = newRegion({ seed });
    const { id } = await connected(region, { TunnelOptions: [strong] });
    const { CustomerGatewayConfiguration: xml = '', Options, VgwTelemetry } = await connection(region, id);
    const [first, second] = (Options?.TunnelOptions ?? []).map(({ OutsideIpAddress }) => OutsideIpAddress ?? '');
    const xmlFirst = xml.indexOf(first ?? '') < xml.indexOf(second ?? '');
    orders.add(`${xmlFirst}/${VgwTelemetry?.[0]?.OutsideIpAddress === first}`);
  }
  expect(orders.size).toBe(4);
});

test('The same customer gateway asked for again is the one that is there, without the new tags; a device name makes another.', async () => {
  const region = newRegion();
  const { ec2 } = region;
  const input = { Type: 'ipsec.1', IpAddress: '203.0.113.10', BgpAsn: 65_000 } as const;
  const make = async (more: object) =>
    (await ec2.send(new CreateCustomerGatewayCommand({ ...input, ...more }))).CustomerGateway;
  const tags = (Value: string) => ({
    TagSpecifications: [{ ResourceType: 'customer-gateway' as const, Tags: [{ Key: 'owner', Value }] }],
  });
  const first = await make(tags('a'));
  expect(await make(tags('b'))).toMatchObject({
    CustomerGatewayId: first?.CustomerGatewayId,
    Tags: [{ Key: 'owner', Value: 'a' }],
  });
  const named = await make({ DeviceName: 'uid-1', ...tags('b') });
  expect(named?.CustomerGatewayId).not.toBe(first?.CustomerGatewayId);
  expect(named).toMatchObject({ DeviceName: 'uid-1', Tags: [{ Value: 'b' }] });
  expect((await make({ DeviceName: 'uid-1' }))?.CustomerGatewayId).toBe(named?.CustomerGatewayId);
  expect((await make({ BgpAsn: 65_001 }))?.CustomerGatewayId).not.toBe(first?.CustomerGatewayId);
  const large = await make({ BgpAsn: undefined, BgpAsnExtended: 4_200_000_000 });
  expect(large).toMatchObject({ BgpAsnExtended: '4200000000' });
});

test('A connection between the same two gateways asked for again is the one that is there, as it is.', async () => {
  const region = newRegion();
  const { id, vgw, cgw } = await connected(region, { TunnelOptions: [strong] });
  const again = await region.ec2.send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      VpnGatewayId: vgw,
      CustomerGatewayId: cgw,
      Options: { StaticRoutesOnly: true },
      TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: [{ Key: 'owner', Value: 'b' }] }],
    }),
  );
  expect(again.VpnConnection).toMatchObject({ VpnConnectionId: id, Options: { StaticRoutesOnly: false }, Tags: [] });
  expect((await region.ec2.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toHaveLength(1);
});

test('What is on its way out is not taken for what is asked for: another is made.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { id, vgw, cgw } = await connected(region);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  const again = new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw });
  const { VpnConnection } = await ec2.send(again);
  expect(VpnConnection?.VpnConnectionId).not.toBe(id);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: VpnConnection?.VpnConnectionId }));
  await clock.advance(2 * minute);
  await ec2.send(new DeleteCustomerGatewayCommand({ CustomerGatewayId: cgw }));
  expect(await customerGateway(region, '203.0.113.10')).not.toBe(cgw);
});

test('One tunnel is modified, by its outside address: what is not said stays, it goes down, the other one does not.', async () => {
  const region = newRegion();
  const { ec2, account, clock } = region;
  const { id } = await connected(region, { TunnelOptions: [strong] });
  const [first, second] = (await connection(region, id)).Options?.TunnelOptions ?? [];
  const [outside, other] = await outsides(region, id);
  for (const one of [outside, other]) account.tunnel(id, one).set({ status: 'UP' });
  await clock.advance(minute);
  const { VpnConnection } = await ec2.send(
    new ModifyVpnTunnelOptionsCommand({
      VpnConnectionId: id,
      VpnTunnelOutsideIpAddress: outside,
      TunnelOptions: { PreSharedKey: 'Another.Key_1', Phase1DHGroupNumbers: [{ Value: 21 }] },
    }),
  );
  expect(VpnConnection?.State).toBe('modifying');
  const modifying = await connection(region, id);
  expect(modifying.CustomerGatewayConfiguration).toBeUndefined();
  const telemetry = modifying.VgwTelemetry?.map((one) => [
    one.OutsideIpAddress,
    one.Status,
    one.LastStatusChange?.getTime(),
  ]);
  expect(new Map(telemetry?.map(([address, ...rest]) => [address, rest]))).toEqual(
    new Map([
      [outside, ['DOWN', clock.now()]],
      [other, ['UP', clock.now() - minute]],
    ]),
  );
  await clock.advance(10 * minute);
  const after = await connection(region, id);
  expect(after.State).toBe('available');
  expect(after.Options?.TunnelOptions).toEqual([
    { ...first, PreSharedKey: 'Another.Key_1', Phase1DHGroupNumbers: [{ Value: 21 }] },
    second,
  ]);
  expect(after.CustomerGatewayConfiguration).toContain('<pre_shared_key>Another.Key_1</pre_shared_key>');
});

test('The blocks of both sides, and the customer gateway, change in place: addresses and keys stay.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { id } = await connected(region, { TunnelOptions: [strong] });
  const before = await connection(region, id);
  const cidrs = { LocalIpv4NetworkCidr: '10.10.0.0/16', RemoteIpv4NetworkCidr: '172.31.0.0/16' };
  await ec2.send(new ModifyVpnConnectionOptionsCommand({ VpnConnectionId: id, ...cidrs }));
  await clock.advance(10 * minute);
  expect((await connection(region, id)).Options).toEqual({ ...before.Options, ...cidrs });
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await clock.advance(minute);
  await ec2.send(new ModifyVpnConnectionCommand({ VpnConnectionId: id, CustomerGatewayId }));
  await clock.advance(10 * minute);
  const after = await connection(region, id);
  expect(after).toMatchObject({ State: 'available', CustomerGatewayId, Options: { ...before.Options, ...cidrs } });
  expect(after.CustomerGatewayConfiguration).toContain('<ip_address>203.0.113.11</ip_address>');
});

test('Addresses, inside blocks and keys of all tunnels differ, and follow from the seed.', async () => {
  const all = async () => {
    const region = newRegion({ seed: 7 });
    const { vgw } = await gateways(region);
    const found: string[] = [];
    for (let n = 11; n < 15; n++) {
      const CustomerGatewayId = await customerGateway(region, `203.0.113.${n}`);
      await region.clock.advance(minute);
      await region.ec2.send(new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId }));
    }
    const { VpnConnections = [] } = await region.ec2.send(new DescribeVpnConnectionsCommand({}));
    for (const { Options } of VpnConnections)
      for (const one of Options?.TunnelOptions ?? []) found.push(...Object.values(one).map(String));
    return found;
  };
  const first = await all();
  expect(new Set(first).size).toBe(24);
  expect(await all()).toEqual(first);
});
