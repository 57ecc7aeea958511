// SPDX-License-Identifier: GPL-3.0-or-later
import * as fc from 'fast-check';
import type { GatewayModel, GatewayTunnel, Phase } from '../../../../src/kinds/site-vpn/gateway/model.ts';

const phase1: Phase = { encryption: 'AES256', integrity: 'SHA2-256', dhGroup: 14, lifetimeSeconds: 28_800 };

function tunnel(outsideIP: string, third: number, presharedKey: string): GatewayTunnel {
  return {
    outsideIP,
    insideCIDR: `169.254.${third}.0/30`,
    awsInsideIP: `169.254.${third}.1`,
    customerInsideIP: `169.254.${third}.2`,
    presharedKey,
    ikeVersion: 'ikev2',
    phase1,
    phase2: { ...phase1, lifetimeSeconds: 3600 },
    dpd: { intervalSeconds: 10, timeoutSeconds: 30 },
    mss: 1379,
    bgp: { asn: 64_512, holdSeconds: 30 },
  };
}

/** The second runbook's connection, with BGP's values there for both kinds of routing. */
export const office: GatewayModel = {
  connectionID: 'vpn-0123456789abcdef0',
  site: { publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'], asn: 65_000 },
  vpc: { cidrs: ['10.26.0.0/16'] },
  selectors: { site: '0.0.0.0/0', vpc: '0.0.0.0/0' },
  routing: 'Static',
  tunnels: [tunnel('13.124.202.55', 10, 'first.key_0123'), tunnel('54.180.47.146', 11, 'second.key_0123')],
};

/** Both tunnels with these values in the place of the office's. */
export function withTunnels(changes: Partial<GatewayTunnel>, model = office): GatewayModel {
  return {
    ...model,
    tunnels: [
      { ...model.tunnels[0], ...changes },
      { ...model.tunnels[1], ...changes },
    ],
  };
}

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(fc.integer({ min: 1, max: 223 }), octet, octet, octet).map((octets) => octets.join('.'));

const network = fc.tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 32 })).map(([number, prefix]) => {
  const first = Math.floor(number / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${prefix}`;
});

const networks = fc.uniqueArray(network, { minLength: 1, maxLength: 6 });

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._'.split('');
const key = fc
  .tuple(
    fc.constantFrom(...letters.filter((letter) => letter !== '0')),
    fc.array(fc.constantFrom(...letters), { minLength: 7, maxLength: 63 }),
  )
  .map(([first, rest]) => [first, ...rest].join(''));

/** Groups that all devices have; the others have tests of their own. */
const phase = (longest: number, gcm: boolean): fc.Arbitrary<Phase> =>
  fc.record({
    encryption: fc.constantFrom('AES128', 'AES256', ...(gcm ? ['AES128-GCM-16', 'AES256-GCM-16'] : [])),
    integrity: fc.constantFrom('SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'),
    dhGroup: fc.constantFrom(14, 15, 16, 17, 18, 19, 20, 21),
    lifetimeSeconds: fc.integer({ min: 900, max: longest }),
  });

const tunnels = fc
  .record({ ikeVersion: fc.constantFrom('ikev1' as const, 'ikev2' as const), third: fc.integer({ min: 6, max: 167 }) })
  .chain(({ ikeVersion, third }) =>
    fc.record({
      outsideIP: address,
      insideCIDR: fc.constant(`169.254.${third}.0/30`),
      awsInsideIP: fc.constant(`169.254.${third}.1`),
      customerInsideIP: fc.constant(`169.254.${third}.2`),
      presharedKey: key,
      ikeVersion: fc.constant(ikeVersion),
      phase1: phase(28_800, ikeVersion === 'ikev2'),
      phase2: phase(3600, true),
      dpd: fc.record({
        intervalSeconds: fc.integer({ min: 1, max: 60 }),
        timeoutSeconds: fc.integer({ min: 30, max: 300 }),
      }),
      mss: fc.integer({ min: 536, max: 1460 }),
      bgp: fc.record({
        asn: fc.integer({ min: 1, max: 4_294_967_295 }),
        holdSeconds: fc.integer({ min: 3, max: 65_535 }),
      }),
    }),
  );

/** Any connection that AWS can have, and every device take. */
export const models: fc.Arbitrary<GatewayModel> = fc.record({
  connectionID: fc.stringMatching(/^vpn-[0-9a-f]{17}$/),
  site: fc
    .tuple(
      fc.record({ publicIP: address, cidrs: networks, asn: fc.integer({ min: 1, max: 4_294_967_295 }) }),
      fc.option(address),
    )
    .map(([site, localIP]) => (localIP === null ? site : { ...site, localIP })),
  vpc: fc.record({ cidrs: networks }),
  selectors: fc.constant(office.selectors),
  routing: fc.constantFrom('Static' as const, 'BGP' as const),
  tunnels: fc
    .tuple(tunnels, tunnels)
    .filter(([one, two]) => one.outsideIP !== two.outsideIP && one.insideCIDR !== two.insideCIDR),
});
