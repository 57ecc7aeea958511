// SPDX-License-Identifier: GPL-3.0-or-later
/** Attacks 7, 8 and 9 of docs/attacks.md on the renderers: nothing that somebody writes leaves its place in a file. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Failure } from '../../../../src/core/failure.ts';
import type { GatewayDevice, GatewayModel } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { models, office, withTunnels } from './models.ts';

const devices: readonly GatewayDevice[] = [
  { type: 'Libreswan' },
  { type: 'StrongSwan', binding: 'XFRM' },
  { type: 'StrongSwan', binding: 'VTI' },
  { type: 'Generic' },
];
/** Which have static routing only. */
const firewalls: readonly GatewayDevice[] = [{ type: 'OPNsense' }, { type: 'PfSense' }];

/** Every value of the model by its path. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

function put(model: GatewayModel, path: readonly string[], change: (old: unknown) => unknown): GatewayModel {
  const copy = structuredClone(model);
  let place = copy as unknown as Record<string, unknown>;
  for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  place[last] = change(place[last]);
  return copy;
}

const payloads = [
  '\n',
  '\r',
  '\u0000',
  '\u2028',
  '\t',
  ' ',
  '"',
  "'",
  '`id`',
  '$(id)',
  ';',
  '#',
  '|',
  '{',
  '}',
  '\\',
  '"\n leftupdown=/bin/sh',
  '\ninclude /etc/shadow',
  '\n}\nconnections { x { updown = /bin/sh',
  '\nconfig setup',
  '%default',
  '\u0661',
  '\uff11',
  '-->',
  '</a>',
  'A'.repeat(10_000),
];
const hostile = fc.oneof(fc.constantFrom(...payloads), fc.string({ unit: 'binary', minLength: 1 }));

function failureOf(device: GatewayDevice, model: GatewayModel): unknown {
  try {
    renderGateway(device, model);
  } catch (error) {
    return error;
  }
  return undefined;
}

test('Whatever is added to any value, the model is refused by the name of the field, or the value is still of its type.', () => {
  fc.assert(
    fc.property(
      models.chain((model) =>
        fc.tuple(fc.constant({ ...model, routing: 'BGP' as const }), fc.constantFrom(...leavesOf(model))),
      ),
      hostile,
      fc.constantFrom('behind' as const, 'before' as const, 'instead' as const),
      fc.constantFrom(...devices, ...firewalls),
      ([model, path], payload, where, device) => {
        const places = {
          behind: (old: unknown) => `${String(old)}${payload}`,
          before: (old: unknown) => `${payload}${String(old)}`,
          instead: () => payload,
        };
        const routing = firewalls.includes(device) ? ('Static' as const) : ('BGP' as const);
        const changed = put({ ...model, routing }, path, places[where]);
        const error = failureOf(device, changed);
        // letters behind a key are a key, digits behind an address may be an address
        if (error === undefined) return /^[A-Za-z0-9._/-]+$/.test(payload);
        return (
          error instanceof Failure &&
          error.class === 'Invalid' &&
          (payload.length < 8 || !error.message.includes(payload))
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test.each(payloads)('A pre-shared key with %j in it is refused, and the message does not show the key.', (payload) => {
  for (const device of devices) {
    const error = failureOf(device, withTunnels({ presharedKey: `secret12${payload}` }));
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).message).not.toContain('secret12');
  }
});

test.each([
  [
    'a key that begins with 0',
    withTunnels({ presharedKey: '0sYWJjZGVmZ2g' }),
    /tunnels\[0\]\.presharedKey must be 8 to 64/,
  ],
  ['an empty key', withTunnels({ presharedKey: '' }), /presharedKey/],
  ['an octal address', withTunnels({ outsideIP: '010.0.0.1' }), /tunnels\[0\]\.outsideIP must be an IPv4 address/],
  ['the same address twice', withTunnels({ outsideIP: '198.51.100.1' }), /tunnels\[1\]\.outsideIP must be another/],
  ['a network with host bits', { ...office, vpc: { cidrs: ['10.26.0.1/16'] } }, /vpc\.cidrs\[0\] must be an IPv4 CIDR/],
  ['all of the Internet as VPC', { ...office, vpc: { cidrs: ['0.0.0.0/0'] } }, /vpc\.cidrs must be narrower/],
  ['no network', { ...office, site: { ...office.site, cidrs: [] } }, /site\.cidrs must be a list of 1 to 100/],
  ['a reserved inside network', withTunnels({ insideCIDR: '169.254.5.0/30' }), /insideCIDR must be a \/30/],
  ['an inside address of elsewhere', withTunnels({ awsInsideIP: '169.254.99.1' }), /awsInsideIP must be a host/],
  [
    'GCM in phase 1 of IKEv1',
    withTunnels({ ikeVersion: 'ikev1', phase1: { ...office.tunnels[0].phase1, encryption: 'AES256-GCM-16' } }),
    /needs ikev2/,
  ],
  [
    'an unknown algorithm',
    withTunnels({ phase2: { ...office.tunnels[0].phase2, encryption: 'constructor' } }),
    /phase2\.encryption must be AES128 or/,
  ],
  [
    'BGP without the ASN of the site',
    { ...office, routing: 'BGP' as const, site: { publicIP: '192.0.2.1', cidrs: ['10.0.0.0/8'] } },
    /site\.asn must be/,
  ],
])('%s is refused by name', (_, model, message) => {
  for (const device of devices) expect(() => renderGateway(device, model)).toThrow(message);
});

test('A device that does not exist is refused', () => {
  expect(() => renderGateway({ type: 'constructor' } as unknown as GatewayDevice, office)).toThrow(/Choose Generic/);
});

test.each([2, 22, 23, 24])(
  'Libreswan says that it does not have Diffie-Hellman group %d, where strongSwan has it',
  (dhGroup) => {
    const model = withTunnels({ phase1: { ...office.tunnels[0].phase1, dhGroup } });
    expect(() => renderGateway({ type: 'Libreswan' }, model)).toThrow(
      `Libreswan does not have Diffie-Hellman group ${dhGroup}; it has 5, 14, 15, 16, 17, 18, 19, 20, 21. Choose one of these for the tunnels.`,
    );
    expect(() => renderGateway({ type: 'StrongSwan', binding: 'XFRM' }, model)).not.toThrow();
  },
);

test('BGP over policies is refused: there is no interface for it', () => {
  expect(() => renderGateway({ type: 'StrongSwan', binding: 'Policy' }, { ...office, routing: 'BGP' })).toThrow(
    /Choose XFRM or VTI/,
  );
});

test('Narrow selectors are what may go through; BGP and pings to the addresses inside do not, so routes follow what is negotiated', () => {
  const narrow = { ...office, selectors: { site: '192.168.0.0/20', vpc: '10.26.0.0/16' } };
  const [libreswan, xfrm, vti] = devices.slice(0, 3).map((device) => {
    const { files } = renderGateway(device, narrow);
    return Object.fromEntries(files.map(({ name, content }) => [name, content]));
  });
  expect(libreswan?.['aws.conf']).toMatch(/leftsubnet=192\.168\.0\.0\/20\n {4}rightsubnet=10\.26\.0\.0\/16/);
  expect(libreswan?.['aws-vpn-monitor.sh']).toContain('trafficstatus');
  for (const strongSwan of [xfrm, vti]) {
    expect(strongSwan?.['aws-vpn.conf']).toMatch(/local_ts = 192\.168\.0\.0\/20\n +remote_ts = 10\.26\.0\.0\/16/);
    expect(strongSwan?.['aws-vpn-monitor.sh']).toContain('--list-sas');
  }
  for (const files of [libreswan, xfrm, vti]) expect(files?.['aws-vpn-monitor.sh']).not.toMatch(/ping -q/);
  expect(() => renderGateway({ type: 'StrongSwan', binding: 'Policy' }, narrow)).not.toThrow();
  const bgp = { ...narrow, routing: 'BGP' as const };
  for (const device of devices.slice(0, 3))
    expect(() => renderGateway(device, bgp)).toThrow(/Leave connection\.localCIDR and connection\.remoteCIDR at 0/);
});
