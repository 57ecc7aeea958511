// SPDX-License-Identifier: GPL-3.0-or-later
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { decode, encode } from 'dns-packet';
import { simulatedWorlds } from '../../src/cli/simulated-worlds.ts';
import { call } from './calling.ts';

test('The worlds have a DNS server that answers for the zone of the examples once it is INSYNC, and ends with them.', async () => {
  let now = Date.UTC(2026, 0, 5, 9);
  const clock = { now: () => now, monotonic: () => now, sleep: () => new Promise<void>(() => undefined) };
  const worlds = await simulatedWorlds({ clock });
  const { address, port } = worlds.dns;
  const socket = createSocket('udp4');
  const ask = async () => {
    socket.send(encode({ type: 'query', id: 1, questions: [{ type: 'NS', name: 'seojun.shop' }] }), port, address);
    const [bytes] = (await once(socket, 'message')) as [Buffer];
    return decode(bytes);
  };
  expect(await ask()).toMatchObject({ rcode: 'REFUSED' });
  now += 60_000;
  expect((await ask()).answers).toHaveLength(4);
  expect(worlds.lines.at(-1)).toBe(`dig @127.0.0.1 -p ${port} seojun.shop NS`);
  socket.close();
  await worlds.close();
});

test.each(['203.0.113.10=127.0.0.1:80', '203.0.113.10:80=198.51.100.1:80', '203.0.113.10:80'])(
  'An endpoint is probed on this machine and nowhere else: %s is one line.',
  async (text) => {
    expect(await call(['simulate', '--probe', text])).toEqual({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining(`--probe is "${text}": give ADDRESS:PORT=127.0.0.1:PORT`),
    });
  },
);
