// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Somebody stands where Proxmox should: real sockets, real TLS, another certificate. Not one byte of a request comes to him, whatever it is:
 * a look, a password, a key, a whole ISO. What he would do with it, reference attacks 11 to 13.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { asked as askedOfPbs } from '../../../src/clouds/pbs/asked.ts';
import { PbsServers } from '../../../src/clouds/pbs/pbs.ts';
import type { ProxmoxApi } from '../../../src/clouds/proxmox/proxmox-api.ts';
import { Pves } from '../../../src/clouds/pve/pve.ts';
import { asked } from '../../../src/clouds/pve/asked.ts';
import { destroyRequest, startRequest } from '../../../src/clouds/pve/vms.ts';
import { uploadRequest } from '../../../src/clouds/pve/volumes.ts';
import { loopbackCertificate, type Certificate } from '../../../src/simulator/kernel/certificate.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import type { Trust } from '../../../src/wire/trusted-agent.ts';
import { undiciTransport } from '../../../src/wire/undici-transport.ts';
import { createWire } from '../../../src/wire/wire.ts';

const theirs = loopbackCertificate(Date.now());
const his = loopbackCertificate(Date.now());
const fingerprint = ({ cert }: Certificate) => new X509Certificate(cert).fingerprint256;

const servers: Server[] = [];
const sockets = new Set<TLSSocket>();

/** Answers everything with `answer`, and keeps what it was sent. */
async function standing(shown: Certificate, answer: string) {
  const heard: Buffer[] = [];
  const came = { connections: 0 };
  const server = createServer({ ...shown }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes);
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\nconnection: close\r\n\r\n`;
      socket.end(head + answer);
    });
  });
  server.on('connection', () => came.connections++);
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, came, url: `https://127.0.0.1:${port}`, heard: () => Buffer.concat(heard) };
}

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

/** All of these are on this machine, where no manifest leads. */
function everywhere(): ForbiddenPlaces {
  const places = new ForbiddenPlaces();
  places.why = () => undefined;
  return places;
}

function clients() {
  const clock = realClock();
  const wire = createWire({ transport: undiciTransport(), clock, fence: unfenced });
  const apis = new HttpsApis(wire, { forbidden: everywhere() });
  return { pves: new Pves(apis, clock), servers: new PbsServers({ apis, clock, learn: () => undefined }) };
}

const scope = { kind: 'PbsInstance', namespace: 'default', name: 'pbs', uid: 'u', policy: 'Apply' } as const;
const secret = 'c0ffee00-0000-4000-8000-000000000000';

const trusts: readonly (readonly [how: string, trust: Trust])[] = [
  ['a fingerprint', { by: 'Fingerprint', sha256: [fingerprint(theirs)] }],
  [
    'one of two fingerprints, as during a renewal',
    { by: 'Fingerprint', sha256: ['AB'.repeat(32), fingerprint(theirs)] },
  ],
  ['an authority', { by: 'CA', pem: theirs.cert }],
];

type Ask = (pve: ProxmoxApi) => Promise<unknown>;

const place = { node: 'node1', vmid: 100 };
const ofPve: Readonly<Record<string, Ask>> = {
  'a look': (pve) => pve.write({ ...asked((api) => api.version.$get()), effect: 'read' }),
  'a start': (pve) => pve.begin(startRequest(place)),
  'a deletion, whose parameters are in the address': (pve) => pve.begin(destroyRequest(place)),
  'a storage entry with password and key': (pve) =>
    pve.write(
      asked((api) =>
        api.storage.$post({
          storage: 'pbs-main',
          type: 'pbs',
          server: '192.168.0.30',
          datastore: 'store',
          username: 'pve@pbs!node1',
          password: secret,
          'encryption-key': '{}',
        }),
      ),
    ),
  'an ISO of a megabyte, with the hash of a password': async (pve) =>
    pve.upload(
      await uploadRequest({ node: 'node1', storage: 'local', file: 'a.iso', bytes: new Uint8Array(1_048_576) }),
    ),
};

const ofPbs: Readonly<Record<string, Ask>> = {
  'a look': (pbs) => pbs.write({ ...askedOfPbs('GET', '/version'), effect: 'read' }),
  'an endpoint with its key': (pbs) =>
    pbs.write(askedOfPbs('POST', '/config/s3', [], { id: 'aws-s3', 'access-key': 'AKIA', 'secret-key': secret })),
  'a deletion of a datastore': (pbs) =>
    pbs.begin(askedOfPbs('DELETE', '/config/datastore/{name}', ['store'], { 'destroy-data': true })),
};

describe.each(trusts)('Trusted is %s:', (_how, trust) => {
  test.each(Object.entries(ofPve))('he gets no byte of Proxmox VE, of %s.', async (_what, ask) => {
    const he = await standing(his, '{"data":null}');
    const pve = clients().pves.at({ url: he.url, trust, token: { tokenID: 'operator@pve!operator', secret }, scope });
    await expect(ask(pve)).rejects.toMatchObject({ reason: 'CertificateRefused' });
    expect(he.came.connections).toBe(1);
    expect(he.heard()).toHaveLength(0);
  });

  test.each(Object.entries(ofPbs))('he gets no byte of Proxmox Backup Server, of %s.', async (_what, ask) => {
    const he = await standing(his, '{"data":null}');
    const token = { tokenID: 'operator@pbs!operator', secret };
    const pbs = clients().servers.at({ url: he.url, trust, scope }, token);
    await expect(ask(pbs)).rejects.toMatchObject({ reason: 'CertificateRefused' });
    expect(he.came.connections).toBe(1);
    expect(he.heard()).toHaveLength(0);
  });

  test("he gets no byte of a ping, and none of root's first login.", async () => {
    const he = await standing(his, '{"data":{"pong":true}}');
    const { servers: all } = clients();
    const server = { url: he.url, trust, scope };
    await expect(all.answers(server)).rejects.toMatchObject({ reason: 'CertificateRefused' });
    await expect(all.login(server, 'root@pam', secret)).rejects.toMatchObject({ reason: 'CertificateRefused' });
    expect(he.heard()).toHaveLength(0);
  });
});

test('Whom it should be gets all of it: what proves nothing above, would not here.', async () => {
  const it = await standing(
    theirs,
    JSON.stringify({ data: 'UPID:node1:00001000:00001000:69000000:imgcopy::a@pve!b:' }),
  );
  for (const [, trust] of trusts.slice(0, 2)) {
    const pve = clients().pves.at({ url: it.url, trust, token: { tokenID: 'a@pve!b', secret }, scope });
    await pve.begin(startRequest(place));
  }
  expect(it.heard().toString()).toContain(`PVEAPIToken=a@pve!b=${secret}`);
});

test('He who steps in later, when the first connection is gone, gets nothing either.', async () => {
  const upid = JSON.stringify({ data: 'UPID:node1:00001000:00001000:69000000:qmstart:100:a@pve!b:' });
  const it = await standing(theirs, upid);
  const trust: Trust = { by: 'Fingerprint', sha256: [fingerprint(theirs)] };
  const pve = clients().pves.at({ url: it.url, trust, token: { tokenID: 'a@pve!b', secret }, scope });
  await pve.begin(startRequest(place));
  const before = it.heard().length;
  it.server.setSecureContext({ ...his });
  await expect(pve.begin(startRequest(place))).rejects.toMatchObject({ reason: 'CertificateRefused' });
  expect(it.heard()).toHaveLength(before);
});

test('He who has a copy of the certificate, and not its key, gets nothing.', async () => {
  const he = await standing(his, '{"data":null}');
  // a handshake that shows theirs and cannot sign for it is none: OpenSSL refuses to serve such a pair at all
  expect(() => he.server.setSecureContext({ cert: theirs.cert, key: his.key })).toThrow();
});
