// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { GatewayModel, Phase } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import type { PfsenseRequest } from '../../../../src/kinds/site-vpn/gateway/pfsense/requests.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { testWith } from './checkers/programs.ts';
import { curl, sent } from './firewall.ts';
import { models, office, withTunnels } from './models.ts';
import { fileOf } from './reading.ts';

const device = { type: 'PfSense' } as const;

function requestsFor(model: GatewayModel): PfsenseRequest[] {
  return JSON.parse(fileOf(renderGateway(device, model), 'pfsense.json')) as PfsenseRequest[];
}

function bodiesTo(requests: readonly PfsenseRequest[], path: string): Record<string, unknown>[] {
  return requests.filter((request) => request.path === `/api/v2/${path}`).map(({ body }) => ({ ...body }));
}

/** pfSense's words (ipsec.inc), in AWS's. */
function phaseOf(cipher: unknown, keylen: unknown, hash: unknown, group: unknown): Partial<Phase> {
  const [, bits, gcm] = /^aes(\d*)(gcm)?$/.exec(String(cipher)) ?? [];
  const [, digits] = /^(?:hmac_)?sha(\d+)$/.exec(String(hash)) ?? [];
  if (gcm && keylen !== 128) throw new Error('AWS has GCM with 16 bytes of check only');
  return {
    encryption: gcm ? `AES${bits}-GCM-16` : `AES${String(keylen)}`,
    integrity: digits === '1' ? 'SHA1' : `SHA2-${digits}`,
    dhGroup: Number(group),
  };
}

test('The requests hold the model, in the words of its closed lists.', () => {
  fc.assert(
    fc.property(models, (generated) => {
      const model: GatewayModel = { ...generated, routing: 'Static' };
      const requests = requestsFor(model);
      const first = bodiesTo(requests, 'vpn/ipsec/phase1');
      const second = bodiesTo(requests, 'vpn/ipsec/phase2');
      for (const [index, tunnel] of model.tunnels.entries()) {
        const one = first[index]!;
        const two = second[index]!;
        expect(one).toMatchObject({
          iketype: tunnel.ikeVersion,
          remote_gateway: tunnel.outsideIP,
          peerid_data: tunnel.outsideIP,
          myid_data: model.site.publicIP,
          pre_shared_key: tunnel.presharedKey,
          lifetime: tunnel.phase1.lifetimeSeconds,
        });
        const [item] = one['encryption'] as Record<string, unknown>[];
        expect({
          ...phaseOf(
            item?.['encryption_algorithm_name'],
            item?.['encryption_algorithm_keylen'],
            item?.['hash_algorithm'],
            item?.['dhgroup'],
          ),
          lifetimeSeconds: one['lifetime'],
        }).toEqual(tunnel.phase1);
        const [cipher] = two['encryption_algorithm_option'] as Record<string, unknown>[];
        const [hash] = two['hash_algorithm_option'] as string[];
        expect({
          ...phaseOf(cipher?.['name'], cipher?.['keylen'], hash, two['pfsgroup']),
          lifetimeSeconds: two['lifetime'],
        }).toEqual(tunnel.phase2);
        expect(two).toMatchObject({ mode: 'vti', localid_address: tunnel.customerInsideIP, localid_netbits: 30 });
      }
      expect(bodiesTo(requests, 'routing/static_route').map(({ network }) => network)).toEqual(model.vpc.cidrs);
    }),
    { numRuns: 100 },
  );
});

test('Every group that AWS has can be chosen, and BGP is refused.', () => {
  const { phase2 } = office.tunnels[0];
  for (const dhGroup of [2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]) {
    const [body] = bodiesTo(requestsFor(withTunnels({ phase2: { ...phase2, dhGroup } })), 'vpn/ipsec/phase2');
    expect(body?.['pfsgroup']).toBe(dhGroup);
  }
  expect(() => renderGateway(device, { ...office, routing: 'BGP' })).toThrow(/BGP only with a package/);
});

const withCurl = testWith(curl, 'curl is not installed');
const script = () => fileOf(renderGateway(device, office), 'pfsense.sh');

withCurl('The script sends the requests in order, with what the answers said in its place.', async () => {
  const { got, status, said } = await sent(script(), 'PFSENSE', ({ path }, number) => ({
    code: 200,
    status: 'ok',
    response_id: 'SUCCESS',
    data: path.endsWith('/interface') ? { id: `opt${number}` } : { id: number, ikeid: 40 + number, parent_id: null },
  }));
  expect({ status, said }).toEqual({ status: 0, said: '' });
  const parsed = got.map(({ path, body }) => ({ path, body: JSON.parse(body) as Record<string, unknown> }));
  expect(parsed.map(({ path }) => path)).toEqual(requestsFor(office).map(({ path }) => path));
  expect(bodiesTo(parsed as PfsenseRequest[], 'vpn/ipsec/phase2').map(({ ikeid }) => ikeid)).toEqual([41, 42]);
  expect(bodiesTo(parsed as PfsenseRequest[], 'interface').map((body) => body['if'])).toEqual(['ipsec41', 'ipsec42']);
  expect(bodiesTo(parsed as PfsenseRequest[], 'routing/gateway').map((body) => body['interface'])).toEqual([
    'opt6',
    'opt7',
  ]);
});

withCurl('The script stops at what the firewall refuses.', async () => {
  const refused = '/api/v2/vpn/ipsec/phase2';
  const { got, status, said } = await sent(script(), 'PFSENSE', ({ path }) =>
    path === refused ? 400 : { data: { ikeid: 1 } },
  );
  expect(status).toBe(1);
  expect(said).toContain(refused);
  expect(got.at(-1)?.path).toBe(refused);
});
