// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { GatewayModel } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import type { OpnsenseRequest } from '../../../../src/kinds/site-vpn/gateway/opnsense/requests.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { testWith } from './checkers/programs.ts';
import { curl, sent, type Ran } from './firewall.ts';
import { models, office, withTunnels } from './models.ts';
import { fileOf } from './reading.ts';

const device = { type: 'OPNsense' } as const;

/** IPsecProposalField of opnsense/core: every option there is for a phase. */
function optionsOf(phase: 1 | 2): ReadonlySet<string> {
  const groups = 'modp2048 modp3072 modp4096 modp6144 modp8192 ecp224 ecp256 ecp384 ecp521 x25519 x448'.split(' ');
  const plain = ['aes128', 'aes192', 'aes256', 'aes128gcm16', 'aes192gcm16', 'aes256gcm16'].flatMap((cipher) =>
    ['sha256', 'sha384', 'sha512', 'aesxcbc'].flatMap((hash) =>
      groups.flatMap((group) => [
        `${cipher}-${hash}-${group}`,
        ...(phase === 2 && cipher.includes('gcm') ? [`${cipher}-${group}`] : []),
      ]),
    ),
  );
  const weak =
    'aes256-sha1-modp2048 aes128-sha1-modp2048 aes256-sha1-modp4096 aes256-sha1-ecp521 aes256-sha512-modp1024';
  return new Set([...plain, ...weak.split(' ')]);
}

function requestsFor(model: GatewayModel): OpnsenseRequest[] {
  return JSON.parse(fileOf(renderGateway(device, model), 'opnsense.json')) as OpnsenseRequest[];
}

function bodiesOf(requests: readonly OpnsenseRequest[], member: string): Readonly<Record<string, string>>[] {
  return requests.map(({ body }) => body[member]).filter((inner) => inner !== undefined);
}

function strong({ tunnels: [one, two], ...model }: GatewayModel): GatewayModel {
  const phases = (tunnel: GatewayModel['tunnels'][0]) => ({
    ...tunnel,
    phase1: { ...tunnel.phase1, integrity: tunnel.phase1.integrity.replace('SHA1', 'SHA2-256') },
    phase2: { ...tunnel.phase2, integrity: tunnel.phase2.integrity.replace('SHA1', 'SHA2-512') },
  });
  return { ...model, routing: 'Static', tunnels: [phases(one), phases(two)] };
}

test('The requests hold the model, in the words of its closed lists.', () => {
  const [first, second] = [optionsOf(1), optionsOf(2)];
  fc.assert(
    fc.property(models.map(strong), (model) => {
      const requests = requestsFor(model);
      const connections = bodiesOf(requests, 'connection');
      const children = bodiesOf(requests, 'child');
      expect(connections.every(({ proposals = '' }) => first.has(proposals))).toBe(true);
      expect(children.every(({ esp_proposals = '' }) => second.has(esp_proposals))).toBe(true);
      expect(connections.map(({ remote_addrs, version }) => [remote_addrs, version])).toEqual(
        model.tunnels.map((tunnel) => [tunnel.outsideIP, tunnel.ikeVersion.slice(-1)]),
      );
      expect(
        bodiesOf(requests, 'preSharedKey').map(({ ident, remote_ident, Key }) => [ident, remote_ident, Key]),
      ).toEqual(model.tunnels.map((tunnel) => [model.site.publicIP, tunnel.outsideIP, tunnel.presharedKey]));
      expect(bodiesOf(requests, 'vti').map((vti) => [vti['tunnel_local'], vti['tunnel_remote'], vti['local']])).toEqual(
        model.tunnels.map((tunnel) => [tunnel.customerInsideIP, tunnel.awsInsideIP, model.site.localIP ?? '']),
      );
      expect(children.map(({ reqid }) => reqid)).toEqual(bodiesOf(requests, 'vti').map(({ reqid }) => reqid));
      expect(
        bodiesOf(requests, 'route')
          .filter(({ disabled }) => disabled === '0')
          .map(({ network }) => network),
      ).toEqual(model.vpc.cidrs);
    }),
    { numRuns: 100 },
  );
});

test('What a request refers to was made by one before it.', () => {
  const names = new Set<string>();
  for (const { name, body } of requestsFor(office)) {
    for (const value of Object.values(body).flatMap((inner) => Object.values(inner)))
      if (value.startsWith('$')) expect(names).toContain(value.slice(1));
    if (name !== undefined) names.add(name);
  }
});

const { phase1 } = office.tunnels[0];
test.each([
  [
    "AWS's oldest",
    withTunnels({ phase1: { ...phase1, encryption: 'AES128', integrity: 'SHA1', dhGroup: 2 } }),
    /OPNsense does not have aes128-sha1-modp1024; .* Choose SHA2-256 and group 14/,
  ],
  [
    'GCM with SHA1',
    withTunnels({ phase1: { ...phase1, encryption: 'AES256-GCM-16', integrity: 'SHA1' } }),
    /does not have aes256gcm16-sha1-modp2048/,
  ],
  [
    'group 24',
    withTunnels({ phase2: { ...phase1, dhGroup: 24, lifetimeSeconds: 3600 } }),
    /does not have Diffie-Hellman group 24/,
  ],
  ['BGP', { ...office, routing: 'BGP' as const }, /BGP only with a plugin/],
])('%s is refused, and the message says what it has', (_, model, message) => {
  expect(() => renderGateway(device, model)).toThrow(message);
});

const withCurl = testWith(curl, 'curl is not installed');

/** Makes uuids, and refuses what is at one path. */
async function run(refused = ''): Promise<Ran> {
  const content = fileOf(renderGateway(device, office), 'opnsense.sh');
  return sent(content, 'OPNSENSE', ({ path }, number) =>
    path === refused ? { result: 'failed', validations: {} } : { result: 'saved', uuid: uuidOf(number) },
  );
}

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

withCurl('The script sends the requests in order, with the uuids of the answers in their places.', async () => {
  const { got, status } = await run();
  expect(status).toBe(0);
  const requests = requestsFor(office);
  const made = requests.map(({ name }, index) => [name, uuidOf(index + 1)]);
  const uuids = new Map(made as [string, string][]);
  const filled = requests.map(({ path, body }) => ({
    path,
    body: JSON.parse(
      JSON.stringify(body).replace(/"\$(\w+)"/g, (_, name: string) => `"${uuids.get(name)}"`),
    ) as unknown,
  }));
  expect(got.map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }))).toEqual(filled);
});

withCurl('The script stops at what the firewall refuses, although that comes with HTTP 200.', async () => {
  const { got, status, said } = await run('/api/ipsec/connections/add_local');
  expect(status).toBe(1);
  expect(said).toMatch(/^\/api\/ipsec\/connections\/add_local: .*failed/);
  expect(got.at(-1)?.path).toBe('/api/ipsec/connections/add_local');
});
