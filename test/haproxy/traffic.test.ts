// SPDX-License-Identifier: GPL-3.0-or-later
/** The rendered file in a real HAProxy, before four servers on the loopback. */
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ConnectionOptions } from 'node:tls';
import { describe, expect } from '@jest/globals';
import { selfSigned } from '../../src/clouds/haproxy/self-signed.ts';
import { secretFiles } from '../../src/kinds/gslb-endpoint/haproxy/secret-files.ts';
import { haproxyTest } from './needs.ts';
import { ask, cities, fourServers, freePorts, Haproxy, inSpec, tally, until, type Reply } from './site.ts';

const check = { intervalMilliseconds: 200, fastIntervalMilliseconds: 100, timeoutMilliseconds: 1000, path: '/healthz' };

async function begin(stack: AsyncDisposableStack, more: object = {}, ports = 1) {
  const servers = await fourServers(stack);
  const haproxy = stack.use(new Haproxy());
  const [port = 0, ...others] = await freePorts(ports);
  const written = { servers: inSpec(servers), listen: [{ port, address: '127.0.0.1' }], check, ...more };
  haproxy.configure(written);
  return { servers, haproxy, port, others, written };
}

const isCheck = ({ url }: { readonly url?: string | undefined }) => url === '/healthz';

haproxyTest('Round robin is exact: of 40 requests each of four servers gets ten.', async (stack) => {
  const { haproxy, port } = await begin(stack);
  await haproxy.start(port);
  const replies: Reply[] = [];
  for (let count = 0; count < 40; count += 1) replies.push(await ask(port));
  expect(tally(replies)).toEqual(Object.fromEntries(cities.map((name) => [name, 10])));
});

haproxyTest(
  'One server is killed amid 200 requests, and none is lost; when it is back, it serves again.',
  async (stack) => {
    const { haproxy, port, servers } = await begin(stack);
    await haproxy.start(port);
    const replies: Reply[] = [];
    let sent = 0;
    const client = async () => {
      while (sent < 200) {
        sent += 1;
        if (sent === 60) await servers[1]?.kill();
        replies.push(await ask(port));
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: replies.length }, () => 200));
    expect(replies.length).toBeGreaterThanOrEqual(200);
    expect(tally(replies.slice(-60))['london']).toBeUndefined();
    await servers[1]?.start();
    await until(async () => (await ask(port)).body === 'london', 5000);
  },
);

haproxyTest(
  'A server that fails its check gets nobody, within the time that interval and threshold give.',
  async (stack) => {
    const { haproxy, port, servers } = await begin(stack);
    await haproxy.start(port);
    const [seoul] = servers;
    if (!seoul) throw new Error('there is no server');
    seoul.status = 500;
    const before = seoul.asked.length;
    await until(async () => {
      const replies = await Promise.all(Array.from({ length: 8 }, () => ask(port)));
      return replies.every(({ status }) => status === 200);
    }, 3000);
    expect(seoul.asked.slice(before).some(isCheck)).toBe(true);
  },
);

haproxyTest(
  'A request that may not be done twice is not: where a server goes away amid a POST, it is an error; a GET is done by another.',
  async (stack) => {
    const { haproxy, port, servers } = await begin(stack, { check: { type: 'None' } });
    await haproxy.start(port);
    for (const server of servers.slice(0, 2)) server.hangsUp = true;
    const posts: Reply[] = [];
    for (let count = 0; count < 8; count += 1) posts.push(await ask(port, { method: 'POST' }));
    expect(posts.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(posts.filter(({ status }) => status === 502)).toHaveLength(4);
    const arrived = servers.flatMap(({ asked }) => asked.filter(({ method }) => method === 'POST'));
    expect(arrived).toHaveLength(8);
    for (let count = 0; count < 8; count += 1) expect((await ask(port)).status).toBe(200);
  },
);

haproxyTest('A cookie keeps a client with its server, and lets it go when that is gone.', async (stack) => {
  const { haproxy, port, servers } = await begin(stack, { stickiness: {} });
  await haproxy.start(port);
  const first = await ask(port);
  const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  expect(cookie).toBe(`GSLB=${first.body}`);
  expect(first.headers['set-cookie']?.[0]).toContain('HttpOnly');
  const stuck: Reply[] = [];
  for (let count = 0; count < 10; count += 1) stuck.push(await ask(port, { headers: { cookie } }));
  expect(tally(stuck)).toEqual({ [first.body]: 10 });
  await servers.find(({ name }) => name === first.body)?.kill();
  const moved = await ask(port, { headers: { cookie } });
  expect(moved.status).toBe(200);
  expect(moved.body).not.toBe(first.body);
});

haproxyTest(
  'Three reloads amid requests lose none of them, and the new configuration holds.',
  async (stack) => {
    const { haproxy, port, written } = await begin(stack);
    await haproxy.start(port);
    const replies: Reply[] = [];
    const over = new AbortController();
    stack.defer(() => over.abort());
    const client = async () => {
      while (!over.signal.aborted) replies.push(await ask(port));
    };
    const clients = Array.from({ length: 4 }, client);
    for (let count = 0; count < 3; count += 1) {
      haproxy.configure({ ...written, monitorPath: `/alive-${count}` });
      await haproxy.reload();
      await until(async () => (await ask(port, { path: `/alive-${count}` })).body.includes('200 OK'), 10_000);
      await pause(200);
    }
    over.abort();
    await Promise.all(clients);
    expect(replies.length).toBeGreaterThan(200);
    expect(tally(replies.map((reply) => ({ ...reply, body: String(reply.status) })))).toEqual({ 200: replies.length });
  },
  60_000,
);

haproxyTest(
  'With every server gone, clients and the monitor get 503; with one back, the monitor says so.',
  async (stack) => {
    const { haproxy, port, servers } = await begin(stack, { monitorPath: '/haproxy-alive' });
    await haproxy.start(port);
    expect((await ask(port, { path: '/haproxy-alive' })).status).toBe(200);
    for (const server of servers) await server.kill();
    await until(async () => (await ask(port, { path: '/haproxy-alive' })).status === 503, 5000);
    expect((await ask(port)).status).toBe(503);
    await servers[2]?.start();
    await until(async () => (await ask(port, { path: '/haproxy-alive' })).status === 200, 5000);
    expect((await ask(port)).body).toBe('oregon');
  },
);

haproxyTest('A backup serves while no other does; who drains or is in maintenance gets nobody.', async (stack) => {
  const { haproxy, port, servers, written } = await begin(stack);
  const states = ['Active', 'Backup', 'Drain', 'Maintenance'];
  haproxy.configure({ ...written, servers: inSpec(servers).map((one, index) => ({ ...one, state: states[index] })) });
  await haproxy.start(port);
  const many = () => Promise.allSettled(Array.from({ length: 12 }, () => ask(port)));
  const who = (replies: Awaited<ReturnType<typeof many>>) =>
    tally(replies.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  expect(who(await many())).toEqual({ seoul: 12 });
  await servers[0]?.kill();
  // until its check has failed, nobody else may be asked: a client gets a 503, or, where it would have gone to a connection
  // that was kept, nothing at all (HAProxy's http_return_srv_error gives no text for a connection error of a reused one)
  await until(async () => who(await many())['london'] === 12, 5000);
  expect(servers[3]?.asked.filter(isCheck)).toEqual([]);
});

haproxyTest('Weights are kept to exactly.', async (stack) => {
  const { haproxy, port, servers, written } = await begin(stack);
  const weights = [100, 50, 50, 200];
  haproxy.configure({ ...written, servers: inSpec(servers).map((one, index) => ({ ...one, weight: weights[index] })) });
  await haproxy.start(port);
  const replies: Reply[] = [];
  // the request with which its start was waited for was the first of a round
  for (let count = 0; count < 80; count += 1) replies.push(await ask(port));
  const counts = tally(replies);
  expect(counts).toEqual({ seoul: 20, london: 10, oregon: 10, hongkong: 40 });
});

haproxyTest(
  'TLS ends at HAProxy, with HTTP/2 and nothing older than TLS 1.2; plain HTTP is sent there.',
  async (stack) => {
    const { haproxy, port, others, written } = await begin(stack, {}, 2);
    const [secure = 0] = others;
    const pem = haproxy.put('certificate.pem', selfSigned(Date.now()));
    haproxy.configure({
      ...written,
      listen: [
        { port, address: '127.0.0.1', action: 'RedirectToHTTPS' },
        { port: secure, address: '127.0.0.1', tls: { certificatePaths: [pem] } },
      ],
    });
    await haproxy.start(port);
    const { status, headers } = await ask(port, { path: '/a?b=c', headers: { host: 'gslb.example.com' } });
    expect([status, headers.location]).toEqual([301, 'https://gslb.example.com/a?b=c']);
    const dial = (options: ConnectionOptions) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: secure, rejectUnauthorized: false, ...options }, () => {
          resolve(`${socket.getProtocol()} ${socket.alpnProtocol || ''}`);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect(await dial({ ALPNProtocols: ['h2'] })).toBe('TLSv1.3 h2');
    await expect(dial({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
  },
);

haproxyTest(
  'In mode TCP connections are spread, one that fails goes to another server, and a source stays where it is.',
  async (stack) => {
    const { haproxy, port, servers, written } = await begin(stack, { mode: 'TCP', check: { ...check, type: 'TCP' } });
    await haproxy.start(port);
    const replies: Reply[] = [];
    for (let count = 0; count < 40; count += 1) replies.push(await ask(port));
    expect(tally(replies)).toEqual(Object.fromEntries(cities.map((name) => [name, 10])));
    await servers[3]?.kill();
    for (let count = 0; count < 20; count += 1) expect((await ask(port)).status).toBe(200);
    haproxy.configure({ ...written, balance: 'source' });
    await haproxy.reload();
    const same: Reply[] = [];
    for (let count = 0; count < 10; count += 1) same.push(await ask(port));
    expect(Object.values(tally(same))).toEqual([10]);
  },
);

describe('Who watches:', () => {
  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && one.family === 'IPv4' && !one.internal)?.address;

  async function watched(stack: AsyncDisposableStack, stats: object = {}) {
    const ports = await freePorts(2);
    const made = await begin(stack, {
      metrics: { port: ports[0] },
      stats: { port: ports[1], ...stats },
      secretRef: { name: 'written' },
    });
    return { ...made, metrics: ports[0] ?? 0, stats: ports[1] ?? 0 };
  }

  haproxyTest('metrics for Prometheus are served, of each server, and nothing else is there', async (stack) => {
    const { haproxy, port, metrics } = await watched(stack);
    await haproxy.start(port);
    const { status, body } = await ask(metrics, { path: '/metrics' });
    expect(status).toBe(200);
    for (const city of cities)
      expect(body).toContain(`haproxy_server_status{proxy="servers",server="${city}",state="UP"} 1`);
    expect((await ask(metrics)).status).toBe(404);
  });

  haproxyTest('statistics are on the loopback, and from elsewhere nobody answers', async (stack) => {
    const { haproxy, port, stats } = await watched(stack);
    await haproxy.start(port);
    expect((await ask(stats)).body).toContain('Statistics Report for HAProxy');
    if (elsewhere === undefined) return;
    await expect(ask(stats, { host: elsewhere })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  haproxyTest('statistics ask for the password that is in the Secret, whatever is in it', async (stack) => {
    const password = `it's 100% #1 "$HOME" \\ {x}:y`;
    const { haproxy, port, stats } = await watched(stack, { passwordSecretRef: { name: 'stats-password' } });
    for (const { name, content } of secretFiles({ stats: password })) haproxy.put(name, content);
    await haproxy.start(port);
    const as = (user: string, word: string) => ({
      headers: { authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}` },
    });
    expect((await ask(stats)).status).toBe(401);
    expect((await ask(stats, as('admin', 'wrong'))).status).toBe(401);
    expect((await ask(stats, as('admin', password))).status).toBe(200);
  });
});
