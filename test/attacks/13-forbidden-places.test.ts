// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 13: a manifest that names this machine, the metadata of a cloud or the cluster, by its letters or by what a name stands for. */
import type { lookup } from 'node:dns';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HttpsApis, type HttpsRequest } from '../../src/clouds/https/https-api.ts';
import { TcpProbes } from '../../src/clouds/tcp/tcp-probes.ts';
import { loopbackCertificate } from '../../src/simulator/kernel/certificate.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { serve, type Served } from '../../src/simulator/kernel/http.ts';
import { respond } from '../../src/simulator/kernel/service.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';

const certificate = loopbackCertificate(Date.now());
const trust = { by: 'CA', pem: certificate.cert } as const;
const get: HttpsRequest = { action: 'get', effect: 'read', method: 'GET', path: ['api'] };
const clock = new VirtualClock();
const cluster = new ForbiddenPlaces(['10.96.0.0/12', '10.244.0.0/16', 'fd00:10:96::/112', '203.0.113.7/32']);

let victim: Served | undefined;
afterEach(async () => {
  await victim?.close();
  victim = undefined;
});

/** What listens on this machine, and what it was asked. */
async function machine(): Promise<{ readonly port: string; readonly asked: string[] }> {
  const asked: string[] = [];
  victim = await serve(
    ({ url }) => {
      asked.push(url.pathname);
      return Promise.resolve(respond(200, {}, '{}'));
    },
    { certificate },
  );
  return { port: new URL(victim.url).port, asked };
}

/** A name server of the attacker's: one answer after the other. */
function nameServer(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const answer = ((name: string, _options: object, callback: (error: null, found: object[]) => void) => {
    const addresses = answers[Math.min(asked.push(name), answers.length) - 1] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;
  return { lookup: answer, asked };
}

function apisWith(given: { readonly lookup?: typeof lookup } = {}): HttpsApis {
  const wire = createWire({ transport: undiciTransport(), clock, fence: unfenced });
  return new HttpsApis(wire, { forbidden: cluster, ...given });
}

const refused = { class: 'Denied', reason: 'EndpointRefused' };

describe('attack-13: a manifest does not lead to', () => {
  test.each([
    'https://127.0.0.1:8443',
    'https://127.1',
    'https://2130706433',
    'https://0x7f.0.0.1',
    'https://0.0.0.0',
    'https://[::1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::a9fe:a9fe]',
    'https://[2002:7f00:1::]',
    'https://169.254.169.254/latest',
    'https://169.254.170.23',
    'https://[fe80::1]',
    'https://[fd00:ec2::254]',
    'https://100.100.100.200',
    'https://168.63.129.16',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://localhost:6443',
    'https://LOCALHOST.',
    'https://fw.localhost',
    'https://kubernetes',
    'https://kubernetes.default.svc',
    'https://vault.secrets.svc.',
    'https://vault.secrets.svc.k8s.example.com',
    'https://10-244-0-9.default.pod.cluster.local',
    'https://metadata.google.internal',
    'https://10.96.0.1',
    'https://10.244.7.9:10250',
    'https://[fd00:10:96::1]',
    'https://203.0.113.7:6443',
  ])('%s', (url) => {
    expect(() => apisWith().at({ service: 'opnsense', url, trust })).toThrow(expect.objectContaining(refused));
  });

  test.each([
    'https://192.168.1.1',
    'https://10.0.0.5:5000/v3',
    'https://172.16.3.4',
    'https://[fd12:3456::1]',
    'https://fw.home.arpa',
    'https://fw.example.com:8443',
    'https://svc.example.com',
    'https://198.51.100.9',
  ])('and %s is none of that: a firewall at a site has such an address.', (url) => {
    expect(apisWith().at({ service: 'opnsense', url, trust }).url).toContain('https://');
  });
});

test.each([
  ['this machine', ['127.0.0.1']],
  ['this machine among others', ['198.51.100.9', '127.0.0.1']],
  ['this machine by IPv6', ['::ffff:127.0.0.1']],
  ['the metadata of a cloud', ['169.254.169.254']],
  ['a service of the cluster', ['10.96.0.1']],
])('attack-13: a name that stands for %s is looked up, and nobody is spoken to.', async (_what, addresses) => {
  const { port, asked } = await machine();
  const { lookup: server } = nameServer(addresses);
  const api = apisWith({ lookup: server }).at({
    service: 'opnsense',
    url: `https://localhost.example.com:${port}`,
    trust,
  });
  await expect(api.send(get)).rejects.toMatchObject(refused);
  await expect(api.send(get)).rejects.toThrow(`https://localhost.example.com:${port} leads to `);
  expect(asked).toEqual([]);
});

test('attack-13: a name that stands for something else the second time is looked at at every connection, and exactly what was looked at is connected to.', async () => {
  const { port, asked } = await machine();
  // the first answer is good, and nothing of this test may leave the machine: it ends before a packet, as no address is there
  const { lookup: server, asked: names } = nameServer([], ['127.0.0.1']);
  const api = apisWith({ lookup: server }).at({
    service: 'opnsense',
    url: `https://rebound.example.com:${port}`,
    trust,
  });
  await expect(api.send(get)).rejects.toMatchObject({ class: 'Transient' });
  await expect(api.send(get)).rejects.toMatchObject(refused);
  expect(asked).toEqual([]);
  // absolute: with the search list of a pod, kubernetes.default would be a service
  expect(names).toEqual(['rebound.example.com.', 'rebound.example.com.']);
});

test('attack-13: what an administrator granted is reached, and a connection that was made by a grant serves nobody else.', async () => {
  const { port, asked } = await machine();
  const apis = apisWith();
  const place = { service: 'opnsense', url: `https://127.0.0.1:${port}`, trust };
  expect(await apis.at({ ...place, granted: true }).send(get)).toMatchObject({ status: 200 });
  expect(() => apis.at(place)).toThrow(expect.objectContaining(refused));
  const { lookup: server } = nameServer(['127.0.0.1']);
  const named = apisWith({ lookup: server });
  const url = `https://localhost.example.com:${port}`;
  const pinned = { by: 'Fingerprint', sha256: ['AB'.repeat(32)] } as const;
  await expect(named.at({ ...place, url, trust: pinned }).send(get)).rejects.toMatchObject(refused);
  expect(asked).toEqual(['/api']);
});

test.each(['127.0.0.1', '169.254.169.254', '10.96.0.1'])(
  'attack-13: a probe of %s is not sent, whoever says that a VPC has it.',
  async (host) => {
    const dialled: string[] = [];
    const dial = (to: { readonly host: string }) => {
      dialled.push(to.host);
      return Promise.resolve('accepted' as const);
    };
    const probes = new TcpProbes(createWire({ transport: undiciTransport(), dial, clock, fence: unfenced }), cluster);
    const scope = { kind: 'SiteVpn', namespace: 'a', name: 'b', uid: 'c', policy: 'Apply' } as const;
    expect(await probes.try({ host, port: 443 }, scope)).toBe('NotSent');
    expect(await probes.try({ host: '10.26.1.10', port: 443 }, scope)).toBe('Accepted');
    expect(dialled).toEqual(['10.26.1.10']);
  },
);
