// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { stage } from './world.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function ask(
  url: string,
  options: RequestOptions,
): Promise<{
  status: number | undefined;
  reason: string | undefined;
  text: string;
  headers: IncomingMessage['headers'];
}> {
  const sent = request(url, { checkServerIdentity: () => undefined, agent: false, ...options }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return {
    status: answer.statusCode,
    reason: answer.statusMessage,
    text: Buffer.concat(parts).toString(),
    headers: answer.headers,
  };
}

test('PVE over HTTPS: its own certificate, errors in the reason phrase, and the connection is closed with them.', async () => {
  const { world } = stage();
  const served = await world.servePve();
  open.push(served);
  expect(served.fingerprint).toBe(world.pve.fingerprint);
  const { authorization } = world.pve.token();
  const ca = served.certificate;
  expect(await ask(`${served.url}/api2/json/version`, { ca, headers: { authorization } })).toMatchObject({
    status: 200,
    text: expect.stringContaining('"9.2.11"'),
  });
  const missing = await ask(`${served.url}/api2/json/storage/none`, { ca, headers: { authorization } });
  expect(missing).toMatchObject({
    status: 500,
    reason: "storage 'none' does not exist",
    headers: { connection: 'close' },
  });
});

test('Each product has another certificate: who trusts one sends the other nothing.', async () => {
  const { world } = stage();
  world.addPbs({ address: '127.0.0.30' });
  const pve = await world.servePve();
  const pbs = await world.servePbs('127.0.0.30');
  open.push(pve, pbs);
  expect(pbs.url).toBe('https://127.0.0.30:8007');
  expect(pbs.fingerprint).not.toBe(pve.fingerprint);
  expect((await ask(`${pbs.url}/api2/json/ping`, { ca: pbs.certificate })).status).toBe(200);
  world.calls.length = 0;
  await expect(ask(`${pbs.url}/api2/json/ping`, { ca: pve.certificate })).rejects.toMatchObject({
    code: expect.stringMatching(/CERT|SELF/),
  });
  expect(world.calls).toEqual([]);
});

test('A server that is gone breaks the connection.', async () => {
  const { world } = stage();
  const it = world.addPbs();
  const served = await world.servePbs('192.168.0.30');
  open.push(served);
  it.power(false);
  await expect(ask(`${served.url}/api2/json/ping`, { ca: served.certificate })).rejects.toMatchObject({
    code: 'ECONNRESET',
  });
});

test('Chunked uploads are refused: 501.', async () => {
  const { world } = stage();
  const served = await world.servePve();
  open.push(served);
  const { authorization } = world.pve.token();
  const { port } = new URL(served.url);
  const socket = connect({
    host: '127.0.0.1',
    port: Number(port),
    ca: served.certificate,
    checkServerIdentity: () => undefined,
  });
  await once(socket, 'secureConnect');
  socket.write(
    `POST /api2/json/nodes/node1/storage/local/upload HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  );
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(first.toString()).toMatch(/^HTTP\/1\.1 501 chunked/);
});
