// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { look } from '../../../../src/simulator/aws/route53/status/look.ts';
import { loopbackCertificate } from '../../../../src/simulator/kernel/certificate.ts';
import { realClock, VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { check, newAccount, second, type Account } from './world.ts';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function looked(config: Partial<HealthCheckConfig>, port: number, clock = realClock()) {
  const account = newAccount();
  const id = await check(account, config);
  const [made] = account.world.route53.checks();
  if (made?.id !== id) throw new Error('It is not there.');
  return look(made, { host: '127.0.0.1', port }, clock);
}

const text =
  (status: number, body = ''): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(body);
const match = { Type: 'HTTP_STR_MATCH' as const, SearchString: 'alive' };

interface Found {
  readonly healthy: boolean;
  readonly report: RegExp;
}

const looks: [string, Partial<HealthCheckConfig>, RequestListener, Found][] = [
  ['200 is healthy', {}, text(200), { healthy: true, report: /^Success: HTTP Status Code 200, OK$/ }],
  ['a redirect is healthy', {}, text(302), { healthy: true, report: /^Success: HTTP Status Code 302/ }],
  ['404 is not', {}, text(404), { healthy: false, report: /^Failure: HTTP Status Code 404, Not Found$/ }],
  ['503 is not', {}, text(503), { healthy: false, report: /^Failure: HTTP Status Code 503/ }],
  ['a string that is there', match, text(200, 'I am alive.'), { healthy: true, report: /^Success/ }],
  ['a string that is not', match, text(200, 'I am.'), { healthy: false, report: /search string/ }],
  [
    'a string behind the first 5,120 bytes',
    match,
    text(200, `${'.'.repeat(5116)}alive`),
    { healthy: false, report: /search string/ },
  ],
  ['an endpoint that hangs up', {}, (request) => request.destroy(), { healthy: false, report: /^Failure: / }],
];

test.each(looks)('An HTTP look: %s.', async (_name, config, listener, { healthy, report }) => {
  const port = await listening(createServer(listener));
  expect(await looked(config, port)).toEqual({ healthy, report: expect.stringMatching(report) });
});

test('A look asks for the path, as Route 53 does, under the name of the check or its address and port.', async () => {
  const requests: IncomingMessage[] = [];
  const port = await listening(
    createServer((request, response) => {
      requests.push(request);
      response.end();
    }),
  );
  await looked({ ResourcePath: '/healthz', FullyQualifiedDomainName: 'www.example.com', Port: 8080 }, port);
  await looked({ Port: 80 }, port);
  expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([
    ['/healthz', 'www.example.com:8080'],
    ['/', '203.0.113.10'],
  ]);
  expect(requests[0]?.headers['user-agent']).toMatch(/^Amazon-Route53-Health-Check-Service \(ref [0-9a-f-]{36}\)$/);
});

test('HTTPS takes any certificate; TCP wants a connection; nobody there is a failure.', async () => {
  const port = await listening(createSecureServer(loopbackCertificate(Date.now()), text(200)));
  expect(await looked({ Type: 'HTTPS', Port: 443 }, port)).toMatchObject({ healthy: true });
  expect(await looked({ Type: 'TCP', Port: 5432 }, port)).toMatchObject({ healthy: true });
  for (const Type of ['TCP', 'HTTP'] as const)
    expect(await looked({ Type, Port: 5432 }, 1)).toMatchObject({
      healthy: false,
      report: expect.stringContaining('ECONNREFUSED'),
    });
});

test('An endpoint that takes the request and says nothing fails when six seconds have passed.', async () => {
  const clock = new VirtualClock();
  const asked = Promise.withResolvers<void>();
  const port = await listening(createServer(() => asked.resolve()));
  const result = looked({}, port, clock);
  await asked.promise;
  await clock.advance(6000);
  expect(await result).toMatchObject({ healthy: false, report: expect.stringContaining('within the time limit') });
});

test('Mapped endpoints are really looked at: killed, they are unhealthy after interval times threshold, and back likewise.', async () => {
  const account: Account = newAccount();
  const { clock, world } = account;
  let status = 200;
  const port = await listening(createServer((_request, response) => void response.writeHead(status).end()));
  const id = await check(account);
  const unmapped = await check(account, { IPAddress: '203.0.113.11' });
  const prober = world.route53.health.probe({ '203.0.113.10:80': `127.0.0.1:${port}` });
  const pass = async (seconds: number) => {
    for (let half = 0; half < seconds * 2; half++) {
      await clock.advance(second / 2);
      await prober.settled();
    }
  };
  const healthy = () => world.route53.health.of(id).healthy;
  await pass(20);
  expect(healthy()).toBe(true);
  expect(world.route53.health.of(id).findings).toHaveLength(16);
  status = 503;
  await pass(18);
  expect(healthy()).toBe(true);
  await pass(13);
  expect(healthy()).toBe(false);
  expect(world.route53.health.of(id).findings[0]?.lastFailure?.report).toBe(
    'Failure: HTTP Status Code 503, Service Unavailable',
  );
  status = 200;
  await pass(31);
  expect(healthy()).toBe(true);
  world.route53.health.tell(id, false);
  await pass(31);
  expect(healthy()).toBe(false);
  expect(world.route53.health.of(unmapped).healthy).toBe(true);
  await prober.stop();
});
