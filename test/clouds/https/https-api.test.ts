// SPDX-License-Identifier: GPL-3.0-or-later
/** Over real sockets and real TLS. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { HttpsApis, type HttpsPlace, type HttpsRequest } from '../../../src/clouds/https/https-api.ts';
import { jsonOf } from '../../../src/clouds/https/answer.ts';
import { VirtualClock, realClock } from '../../../src/simulator/kernel/clock.ts';
import { loopbackCertificate, type Certificate } from '../../../src/simulator/kernel/certificate.ts';
import type { CallRecord } from '../../../src/wire/call.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { undiciTransport } from '../../../src/wire/undici-transport.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';

const certificate = loopbackCertificate(Date.now());
const other = loopbackCertificate(Date.now());
const fingerprint = (one: Certificate) => new X509Certificate(one.cert).fingerprint256;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number | undefined;
}

const servers: Server[] = [];

async function serve(
  answer: (seen: Seen, response: ServerResponse) => void = (_, response) => response.end('{"a":1}'),
  shown = certificate,
) {
  const seen: Seen[] = [];
  let handshakes = 0;
  const server = createServer({ ...shown }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method, url, headers, socket } = request;
      const one = { method, url, headers, body: Buffer.concat(pieces).toString(), port: socket.remotePort };
      seen.push(one);
      answer(one, response);
    });
  });
  server.on('secureConnection', () => handshakes++);
  server.on('tlsClientError', () => undefined);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { seen, port, url: `https://127.0.0.1:${port}`, handshakes: () => handshakes };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function apis(clock: VirtualClock | ReturnType<typeof realClock> = new VirtualClock()) {
  const records: CallRecord[] = [];
  const wire = createWire({ transport: undiciTransport(), clock, fence: unfenced, onCall: (one) => records.push(one) });
  return { apis: new HttpsApis(wire, { forbidden: new ForbiddenPlaces() }), records };
}

const pinned = (...sha256: string[]) => ({ by: 'Fingerprint', sha256 }) as const;
const place = (url: string, trust: HttpsPlace['trust'] = pinned(fingerprint(certificate))): HttpsPlace => ({
  service: 'opnsense',
  url,
  trust,
  // all of these are on this machine
  granted: true,
});
const get: HttpsRequest = { action: 'get', effect: 'read', method: 'GET', path: ['api', 'x'] };
const post: HttpsRequest = {
  action: 'add',
  effect: 'write',
  method: 'POST',
  path: ['api', 'x'],
  content: { json: { b: 2 } },
};

test('A request goes out once, below the address, as JSON, and its answer comes back whole.', async () => {
  const { url, seen } = await serve();
  const { apis: one, records } = apis();
  const answer = await one.at(place(`${url}/base`)).send({
    ...post,
    path: ['api', 'a/../b?c'],
    query: { q: 'ä &' },
    headers: { authorization: 'Basic c2VjcmV0' },
    parameters: [{ name: 'id', value: 'a' }],
  });
  expect([answer.status, jsonOf(answer, 'add')]).toEqual([200, { a: 1 }]);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/base/api/a%2F..%2Fb%3Fc?q=%C3%A4+%26', body: '{"b":2}' });
  expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Basic c2VjcmV0' });
  expect(records).toMatchObject([{ call: { service: 'opnsense', action: 'add', effect: 'write' }, result: 200 }]);
  expect(JSON.stringify(records)).not.toContain('c2VjcmV0');
});

test('A form keeps its order and repeated names; bytes go whole, with their length, never in chunks; the status line is told.', async () => {
  const { url, seen } = await serve((_, response) => response.writeHead(500, 'VM 100 already exists').end('{}'));
  const { apis: one } = apis();
  const form = {
    form: [
      ['disks', 'a b'],
      ['name', 'ä&='],
      ['disks', 'c'],
    ] as const,
  };
  const answer = await one.at(place(url)).send({ ...post, content: form });
  expect(answer).toMatchObject({ status: 500, reason: 'VM 100 already exists' });
  const bytes = new Uint8Array(100_000).fill(65);
  await one.at(place(url)).send({ ...post, content: { type: 'multipart/form-data; boundary=x', bytes } });
  expect(seen.map(({ body }) => body)).toEqual(['disks=a+b&name=%C3%A4%26%3D&disks=c', 'A'.repeat(100_000)]);
  expect(seen.map(({ headers }) => headers['content-type'])).toEqual([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ]);
  expect(seen.map(({ headers }) => [headers['content-length'], headers['transfer-encoding']])).toEqual([
    ['35', undefined],
    ['100000', undefined],
  ]);
});

test('The certificate with the pinned fingerprint is trusted, written in either way, and one of two during a change.', async () => {
  const { url } = await serve();
  const plain = fingerprint(certificate).replaceAll(':', '').toLowerCase();
  for (const trust of [pinned(plain), pinned(fingerprint(other), plain)])
    expect((await apis().apis.at(place(url, trust)).send(get)).status).toBe(200);
});

test('Another certificate than the pinned one: nothing is sent, and one line names what was seen and the cure.', async () => {
  const { url, seen, port } = await serve();
  const { apis: one } = apis();
  const failure = await one
    .at(place(url, pinned(fingerprint(other))))
    .send(post)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ class: 'Denied', reason: 'CertificateRefused', applied: 'no' });
  expect((failure as Error).message).toBe(
    `The certificate of 127.0.0.1:${port} is another one than the pinned: nothing was sent. Its SHA-256 fingerprint is ${fingerprint(certificate)}. If the certificate was changed on purpose, compare that with what the device itself shows, and put it into tls.fingerprints beside the old one.`,
  );
  expect(seen).toEqual([]);
});

test('A pin is looked at for every connection: a server that changed its certificate meanwhile is refused.', async () => {
  const first = await serve();
  const { apis: one } = apis();
  const api = one.at(place(first.url));
  await api.send(get);
  servers.splice(0).forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
  const second = createServer({ ...other }, (_, response) => response.end('{}'));
  servers.push(second);
  second.listen(first.port, '127.0.0.1');
  await once(second, 'listening');
  // the pool notices the closed connection by itself, or by this call
  await api.send(get).catch(() => undefined);
  await expect(api.send(get)).rejects.toMatchObject({ reason: 'CertificateRefused' });
});

test('An authority that signed the certificate is enough, and nothing else is.', async () => {
  const { url, seen } = await serve();
  const { apis: one } = apis();
  expect((await one.at(place(url, { by: 'CA', pem: certificate.cert })).send(get)).status).toBe(200);
  for (const trust of [{ by: 'CA', pem: other.cert }, { by: 'System' }] as const) {
    const failure = (await one
      .at(place(url, trust))
      .send(get)
      .catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ class: 'Denied', reason: 'CertificateRefused' });
    expect(failure.message).toContain('is signed by nobody who is trusted (');
    expect(failure.message).toContain(`fingerprint is ${fingerprint(certificate)}. `);
    expect(failure.message).toContain('caSecretRef');
  }
  expect(seen).toHaveLength(1);
});

test('With an authority, the name of the url has to be in the certificate.', async () => {
  const { port, seen } = await serve();
  const { apis: one } = apis();
  const trust = { by: 'CA', pem: certificate.cert } as const;
  // 127.0.0.2 is this machine, too, and not in the certificate
  const second = createServer({ ...certificate }, (_, response) => response.end('{}'));
  servers.push(second);
  second.listen(0, '127.0.0.2');
  await once(second, 'listening');
  const elsewhere = (second.address() as AddressInfo).port;
  await expect(one.at(place(`https://127.0.0.2:${elsewhere}`, trust)).send(get)).rejects.toMatchObject({
    reason: 'CertificateRefused',
    message: expect.stringMatching(/another name than that of the url.*fingerprint is .*Write the url with a name/),
  });
  expect((await one.at(place(`https://localhost:${port}`, trust)).send(get)).status).toBe(200);
  expect(seen).toHaveLength(1);
});

test('A connection that was made with a fingerprint serves nobody who trusts otherwise.', async () => {
  const { url, seen } = await serve();
  const { apis: one } = apis();
  await one.at(place(url)).send(get);
  await expect(one.at(place(url, pinned(fingerprint(other)))).send(get)).rejects.toMatchObject({
    reason: 'CertificateRefused',
  });
  expect(seen).toHaveLength(1);
});

test('What cannot verify anything is no trust.', () => {
  const { apis: one } = apis();
  const url = 'https://192.0.2.1';
  for (const trust of [
    pinned(),
    pinned('AA:BB'),
    pinned(fingerprint(other), ''),
    { by: 'CA', pem: '' },
    { by: 'CA', pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
  ] as const)
    expect(() => one.at(place(url, trust))).toThrow(
      expect.objectContaining({ class: 'Denied', reason: 'TrustUnusable' }),
    );
});

test('An address is https, without credentials; plain http is for this machine alone.', () => {
  const { apis: one } = apis();
  for (const url of ['http://192.0.2.1', 'ftp://192.0.2.1', 'no', 'https://user@192.0.2.1', 'https://192.0.2.1/?a=b'])
    expect(() => one.at(place(url))).toThrow(expect.objectContaining({ class: 'Invalid', reason: 'InvalidURL' }));
  expect(one.at(place('http://127.0.0.1:5000/v3/')).url).toBe('http://127.0.0.1:5000/v3');
});

test('No part of a path leads upwards.', async () => {
  const { url } = await serve();
  const { apis: one } = apis();
  for (const path of [['..'], ['.'], ['a', '']])
    await expect(one.at(place(url)).send({ ...get, path })).rejects.toMatchObject({ reason: 'InvalidURL' });
});

test('A write whose connection breaks is not sent again, and may have been done.', async () => {
  const { url, seen } = await serve((_, response) => response.destroy());
  const { apis: one } = apis();
  await expect(one.at(place(url)).send(post)).rejects.toMatchObject({ class: 'Transient', applied: 'unknown' });
  expect(seen).toHaveLength(1);
});

test('An answer beyond all bounds is not read to its end.', async () => {
  const { url } = await serve((_, response) => response.end('x'.repeat(5000)));
  const { apis: one } = apis();
  await expect(one.at({ ...place(url), largestAnswer: 4000 }).send(get)).rejects.toMatchObject({
    class: 'Transient',
    reason: 'AnswerTooLarge',
  });
});

test('No answer in time ends the call.', async () => {
  const { url } = await serve(() => undefined);
  const { apis: one } = apis(realClock());
  await expect(one.at({ ...place(url), timeoutMs: 50 }).send(get)).rejects.toMatchObject({ reason: 'TimedOut' });
});

test('Redirects are not followed.', async () => {
  const elsewhere = await serve();
  const { url } = await serve((_, response) => response.writeHead(307, { location: elsewhere.url }).end());
  const { apis: one } = apis();
  const answer = await one.at(place(url)).send(post);
  expect([answer.status, elsewhere.seen.length]).toEqual([307, 0]);
});

test('Connections are used again.', async () => {
  const { url, handshakes } = await serve();
  const { apis: one } = apis();
  const api = one.at(place(url));
  for (let count = 0; count < 20; count++) await api.send(get);
  expect(handshakes()).toBeLessThan(5);
});
