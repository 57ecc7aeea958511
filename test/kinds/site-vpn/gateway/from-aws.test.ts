// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { parseCustomerGatewayConfiguration } from '../../../../src/clouds/aws/ec2/customer-gateway-configuration.ts';
import { awsDefaults, type Tunnel, type TunnelOptions } from '../../../../src/clouds/aws/ec2/vpn.ts';
import { gatewayModel, type FromAws } from '../../../../src/kinds/site-vpn/gateway/from-aws.ts';
import type { GatewayDevice, GatewayModel } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { customerGatewayXml, keys } from '../../../clouds/aws/ec2/customer-gateway-xml.ts';

function tunnels(changes: Partial<TunnelOptions> = {}): readonly Tunnel[] {
  return ['198.51.100.1', '198.51.100.17'].map((outsideIP) => ({
    outsideIP,
    options: { ...awsDefaults, ...changes },
    telemetry: { status: 'DOWN', message: '', acceptedRoutes: 0 },
  }));
}

function given(
  device: GatewayDevice,
  changes: Partial<TunnelOptions> = {},
  routing: 'Static' | 'BGP' = 'BGP',
): FromAws {
  return {
    device,
    configuration: parseCustomerGatewayConfiguration(customerGatewayXml(routing)),
    connection: { localCIDR: '0.0.0.0/0', remoteCIDR: '0.0.0.0/0', tunnels: tunnels(changes) },
    site: { publicIP: '203.0.113.10', cidrs: ['10.10.0.0/24'] },
    vpc: { cidrs: ['172.31.0.0/16'] },
  };
}

const libreswan: GatewayDevice = { type: 'Libreswan' };
const strongSwan: GatewayDevice = { type: 'StrongSwan', binding: 'XFRM' };

/** What AWS answers for a tunnel whose options name one value each. */
const pinned: Partial<TunnelOptions> = {
  ikeVersions: ['ikev2'],
  phase1: { encryption: ['AES256'], integrity: ['SHA2-384'], dhGroups: [20], lifetimeSeconds: 14_400 },
  phase2: { encryption: ['AES128-GCM-16'], integrity: ['SHA2-256'], dhGroups: [19], lifetimeSeconds: 1800 },
  dpdTimeoutSeconds: 60,
};

test('Addresses and keys are those of the XML, algorithms and times those of the options, for each outside address.', () => {
  const model = gatewayModel(given(strongSwan, pinned));
  expect(model).toEqual({
    connectionID: 'vpn-0123456789abcdef0',
    site: { publicIP: '203.0.113.10', cidrs: ['10.10.0.0/24'], asn: 65_000 },
    vpc: { cidrs: ['172.31.0.0/16'] },
    selectors: { site: '0.0.0.0/0', vpc: '0.0.0.0/0' },
    routing: 'BGP',
    tunnels: [10, 11].map((third, index) => ({
      outsideIP: ['198.51.100.1', '198.51.100.17'][index],
      insideCIDR: `169.254.${third}.0/30`,
      awsInsideIP: `169.254.${third}.1`,
      customerInsideIP: `169.254.${third}.2`,
      presharedKey: keys[1 - index],
      ikeVersion: 'ikev2',
      phase1: { encryption: 'AES256', integrity: 'SHA2-384', dhGroup: 20, lifetimeSeconds: 14_400 },
      phase2: { encryption: 'AES128-GCM-16', integrity: 'SHA2-256', dhGroup: 19, lifetimeSeconds: 1800 },
      dpd: { intervalSeconds: 10, timeoutSeconds: 60 },
      mss: 1379,
      bgp: { asn: 64_512, holdSeconds: 30 },
    })),
  } satisfies Record<keyof GatewayModel, unknown>);
});

test.each([libreswan, strongSwan, { type: 'Generic' } as const])(
  "Of AWS's defaults, which allow everything, the best is chosen, and %j can be rendered.",
  (device) => {
    const model = gatewayModel(given(device));
    expect(model.tunnels[0]).toMatchObject({
      ikeVersion: 'ikev2',
      phase1: { encryption: 'AES256-GCM-16', dhGroup: 20 },
    });
    expect(renderGateway(device, model).files.length).toBeGreaterThan(0);
  },
);

test('Openswan gets the best that it has, with static routing.', () => {
  const model = gatewayModel(given({ type: 'Openswan' }, {}, 'Static'));
  const best = { encryption: 'AES256', integrity: 'SHA2-256', dhGroup: 16 };
  expect(model.tunnels[1]).toMatchObject({ ikeVersion: 'ikev1', phase1: best, phase2: best });
  expect(() => renderGateway({ type: 'Openswan' }, model)).not.toThrow();
});

test('With IKEv1 there is no GCM in phase 1.', () => {
  const [tunnel] = gatewayModel(given(strongSwan, { ikeVersions: ['ikev1'] })).tunnels;
  expect([tunnel.phase1.encryption, tunnel.phase2.encryption]).toEqual(['AES256', 'AES256-GCM-16']);
});

test('An algorithm that nobody here knows is an error, and beside one that is known it is not chosen.', () => {
  const phase1 = { ...awsDefaults.phase1, encryption: ['AES512-NEW'] };
  expect(() => gatewayModel(given(strongSwan, { phase1 }))).toThrow(
    'AWS takes AES512-NEW for phase1.encryption, of which this device has none. Allow one of AES256-GCM-16, AES256, AES128-GCM-16, AES128 in the options of the tunnels.',
  );
  const both = { ...phase1, encryption: ['AES512-NEW', 'AES128'] };
  expect(gatewayModel(given(strongSwan, { phase1: both })).tunnels[0].phase1.encryption).toBe('AES128');
});

test('What this device does not have is an error that says what it has.', () => {
  const phase1 = { ...awsDefaults.phase1, dhGroups: [2, 24] };
  expect(() => gatewayModel(given(libreswan, { phase1 }))).toThrow(
    /AWS takes 2, 24 for phase1\.dhGroups.*Allow one of 20, 21/,
  );
  expect(() => gatewayModel(given({ type: 'Openswan' }, { ikeVersions: ['ikev2'] }))).toThrow(/Allow one of ikev1/);
});

const wrongs: readonly (readonly [string, (from: FromAws) => FromAws, RegExp])[] = [
  [
    'a tunnel that the XML does not have',
    (from) => ({
      ...from,
      connection: {
        ...from.connection,
        tunnels: tunnels().map((tunnel) => ({ ...tunnel, outsideIP: '198.51.100.2' })),
      },
    }),
    /has no tunnel 198\.51\.100\.2/,
  ],
  [
    'no tunnels yet',
    (from) => ({ ...from, connection: { ...from.connection, tunnels: [] } }),
    /does not have two tunnels/,
  ],
  [
    'another public address',
    (from) => ({ ...from, site: { ...from.site, publicIP: '203.0.113.11' } }),
    /site\.publicIP is not the address/,
  ],
  [
    'another inside network',
    (from) => ({
      ...from,
      connection: {
        ...from.connection,
        tunnels: tunnels().map((tunnel) => ({ ...tunnel, insideCIDR: '169.254.99.0/30' })),
      },
    }),
    /two inside networks/,
  ],
];
test.each(wrongs)('%s is refused', (_, change, message) => {
  expect(() => gatewayModel(change(given(strongSwan)))).toThrow(message);
});
