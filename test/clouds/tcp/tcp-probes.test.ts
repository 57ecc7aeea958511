// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { TcpProbes } from '../../../src/clouds/tcp/tcp-probes.ts';
import { VirtualClock, realClock } from '../../../src/simulator/kernel/clock.ts';
import type { CallRecord, Dial } from '../../../src/wire/call.ts';
import { tcpDial } from '../../../src/wire/tcp-dial.ts';
import { createWire } from '../../../src/wire/wire.ts';

const scope = { kind: 'SiteVpn', namespace: 'a', name: 'b', uid: 'u', policy: 'Observe' } as const;
const nobody = { host: '10.26.1.10', port: 22 };

/** The ports of this test are on this machine. */
const nowhere = { why: () => undefined };

function probesOver(dial: Dial, clock: VirtualClock | ReturnType<typeof realClock> = new VirtualClock()) {
  const records: CallRecord[] = [];
  const transport = () => Promise.reject(new Error('nothing is sent'));
  // a process without the lease reads, too
  const fence = { holds: () => false };
  const wire = createWire({ transport, dial, clock, fence, onCall: (record) => records.push(record) });
  return { probes: new TcpProbes(wire, nowhere), records };
}

function failing(code: string): Dial {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

test('A port that listens accepts, and one that does not refuses, over real sockets.', async () => {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { probes, records } = probesOver(tcpDial, realClock());
  const there = { host: '127.0.0.1', port };
  expect(await probes.try(there, scope)).toBe('Accepted');
  server.close();
  await once(server, 'close');
  expect(await probes.try(there, scope)).toBe('Refused');
  expect(records.map(({ call, result }) => [call.service, call.action, call.effect, result])).toEqual([
    ['tcp', 'Connect', 'read', 'accepted'],
    ['tcp', 'Connect', 'read', 'refused'],
  ]);
});

test.each([
  ['EHOSTUNREACH', 'NoRoute'],
  ['ENETUNREACH', 'NoRoute'],
  ['EPERM', 'NotSent'],
  ['ETIMEDOUT', 'NoAnswer'],
])('%s is %s.', async (code, outcome) => {
  const { probes, records } = probesOver(failing(code));
  expect(await probes.try(nobody, scope)).toBe(outcome);
  expect(records.map(({ result }) => result)).toEqual(['unreachable']);
});

test('Silence is given five seconds, and the connection is given up.', async () => {
  const clock = new VirtualClock();
  let gaveUp = false;
  const silent: Dial = (_to, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        gaveUp = true;
        reject(new Error('given up'));
      });
    });
  const { probes, records } = probesOver(silent, clock);
  const trying = probes.try(nobody, scope);
  await clock.advance(4999);
  expect(gaveUp).toBe(false);
  await clock.advance(1);
  expect(await trying).toBe('NoAnswer');
  expect(gaveUp).toBe(true);
  expect(records.map(({ result }) => result)).toEqual(['timeout']);
});

test('A name is not looked up: what is reached is an address.', async () => {
  const { probes } = probesOver(tcpDial, realClock());
  expect(await probes.try({ host: 'localhost', port: 1 }, scope)).toBe('NoAnswer');
});
