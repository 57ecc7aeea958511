// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, expect, test } from '@jest/globals';
import { serveSites, type ServedSites } from '../../src/cli/simulate/served-sites.ts';
import { createSites, type Sites } from '../../src/cli/simulate/sites.ts';
import { HttpsApis, type HttpsApi } from '../../src/clouds/https/https-api.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { loopbackCertificate } from '../../src/simulator/kernel/certificate.ts';
import type { Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';

let served: ServedSites | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function opened(sites: Sites): Promise<ServedSites> {
  return (served = await serveSites(sites));
}

function firewallBy(pem: string, transport: Transport): HttpsApi {
  const apis = new HttpsApis(createWire({ transport, clock: new VirtualClock(), fence: unfenced }), {
    forbidden: new ForbiddenPlaces(),
  });
  return apis.at({ service: 'opnsense', url: 'https://opnsense.home.arpa', granted: true, trust: { by: 'CA', pem } });
}

const look = {
  action: 'ipsec/connections/is_enabled',
  effect: 'read',
  method: 'GET',
  path: ['api', 'ipsec', 'connections', 'is_enabled'],
} as const;

test('The name of the example leads to the simulated OPNsense, whose certificate is verified as any other is.', async () => {
  const sites = createSites(new VirtualClock());
  const { authorities, carrying } = await opened(sites);
  const transport = carrying(undiciTransport());
  const { key = '', secret = '' } = sites.credentials['home-opnsense'] ?? {};
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  const ours = firewallBy(authorities['home-opnsense-ca']?.['ca.crt'] ?? '', transport);
  expect(await ours.send({ ...look, headers: { authorization } })).toMatchObject({ status: 200 });
  const others = firewallBy(loopbackCertificate(Date.now()).cert, transport);
  await expect(others.send(look)).rejects.toMatchObject({ reason: 'CertificateRefused' });
});

test('Every other host is left to the transport; a host in a VPC accepts a connection.', async () => {
  const { carrying, dialHost } = await opened(createSites(new VirtualClock()));
  const asked: string[] = [];
  const transport = carrying((request) => {
    asked.push(request.url.href);
    return Promise.reject(new Error('elsewhere'));
  });
  const url = new URL('https://opnsense.home.arpa.example.com/api');
  await expect(transport({ method: 'GET', url, headers: {} })).rejects.toThrow('elsewhere');
  expect(asked).toEqual([url.href]);
  expect(await dialHost({ host: '10.26.1.10', port: 22 }, new AbortController().signal)).toBe('accepted');
});

test('What the sites have goes on from a snapshot, and the same credentials are good.', () => {
  const sites = createSites(new VirtualClock());
  const connection = '00000000-0000-4000-8000-000000000001';
  sites.opnsense.edit('connection', connection, { description: 'kept' });
  sites.router.setRoutes([{ destination: '10.26.0.0/16', nexthop: '192.168.0.10' }]);
  const kept = JSON.parse(JSON.stringify(sites.snapshot()));
  const again = createSites(new VirtualClock());
  again.restore(kept);
  expect(again.opnsense.records('connection').get(connection)).toEqual({ description: 'kept' });
  expect(again.router.routes()).toEqual(sites.router.routes());
  expect(again.credentials).toEqual(sites.credentials);
  expect(again.snapshot()).toEqual(kept);
});
