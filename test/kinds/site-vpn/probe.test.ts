// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator tries a host in the VPC, and tells of it apart from the tunnels. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Dial } from '../../../src/wire/call.ts';
import { office, offices, type Office } from './office.ts';

type Answer = 'accepted' | 'refused' | 'silent' | 'EHOSTUNREACH' | 'EPERM';

let world: Office;
/** What the host does from now on. */
let answer: Answer;
let tries: number;

beforeEach(() => {
  world = offices();
  answer = 'accepted';
  tries = 0;
});
afterEach(() => world.end());

const dial: Dial = (_to, signal) => {
  tries++;
  if (answer === 'accepted' || answer === 'refused') return Promise.resolve(answer);
  if (answer !== 'silent') return Promise.reject(Object.assign(new Error(answer), { code: answer }));
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
  });
};

const probe = { host: '10.26.1.10', port: 22 };
const path = () => world.status().conditions?.find(({ type }) => type === 'DataPathReachable');

async function made(spec: object = {}): Promise<void> {
  world.operator({ dial });
  await world.apply(office({ probe, ...spec }));
  await world.until(() => path() !== undefined && path()?.reason !== 'NotProbed', 900);
}

test('A host that answers is told apart from tunnels that AWS calls down.', async () => {
  await made();
  expect(path()).toMatchObject({ status: 'True', reason: 'Reachable' });
  await world.until(() => world.is('Synced', 'True'), 900);
  expect(world.is('Ready', 'False')).toBe(true);
});

test.each([
  ['refused', 'True', 'ConnectionRefused', 'packets come and go'],
  ['silent', 'False', 'NoAnswer', 'does not answer'],
  ['EHOSTUNREACH', 'False', 'NoRoute', 'no way'],
  ['EPERM', 'False', 'NotSent', 'network policy'],
] as const)('%s means %s, %s.', async (given, status, reason, message) => {
  answer = given;
  await made();
  expect(path()).toMatchObject({ status, reason, message: expect.stringContaining(message) });
});

test('At rest it is tried at its interval, and the status is written once each time.', async () => {
  await made();
  await world.until(() => world.is('Synced', 'True'), 900);
  await world.pass(10);
  const versions = new Set<string>();
  const times = new Set<string>();
  tries = 0;
  world.kubernetes.calls.length = 0;
  for (let minute = 0; minute < 30; minute++) {
    await world.pass(60);
    versions.add(world.object()?.metadata.resourceVersion ?? '');
    times.add(world.status().probe?.lastTime ?? '');
  }
  expect(tries).toBe(6);
  expect(versions.size).toBe(times.size);
  // nor is anything sent that would change nothing
  const patches = world.kubernetes.calls.filter(
    ({ verb, subresource }) => verb === 'patch' && subresource === 'status',
  );
  expect(patches.length).toBe(tries);
});

test('One failure alone is no outage; the second is told, with an event, and tried again soon.', async () => {
  await made();
  await world.until(() => world.is('Synced', 'True'), 900);
  answer = 'silent';
  await world.until(() => world.status().probe?.consecutiveFailures === 1, 400);
  expect(path()).toMatchObject({ status: 'True', reason: 'Reachable' });
  await world.until(() => path()?.status === 'False', 20);
  await world.until(() => world.events().some(({ reason }) => reason === 'NoAnswer'), 10);
  answer = 'accepted';
  await world.until(() => path()?.status === 'True', 60);
  expect(world.status().probe).toMatchObject({ outcome: 'Accepted', consecutiveFailures: 0 });
  await world.until(() => world.events().some(({ reason }) => reason === 'Reachable'), 10);
});

test('An address that the VPC does not have is never tried, and the message has those that it has.', async () => {
  await made({ probe: { host: '10.27.1.10', port: 22 } });
  expect(path()).toMatchObject({
    status: 'Unknown',
    reason: 'ProbeOutsideVpc',
    message: expect.stringContaining('10.26.0.0/16'),
  });
  await world.until(() => world.is('Synced', 'True'), 900);
  expect(tries).toBe(0);
});

test('Nothing is tried before there is a VPN connection, and another port is tried at once.', async () => {
  world.operator({ dial });
  await world.apply(office({ probe }));
  await world.until(() => path() !== undefined, 300);
  expect(path()).toMatchObject({ status: 'Unknown', reason: 'NotProbed' });
  expect(world.network().vpnConnections.length + tries).toBe(0);
  await world.until(() => world.is('Synced', 'True'), 900);
  const before = tries;
  await world.apply(office({ probe: { ...probe, port: 443 } }));
  await world.until(() => world.status().probe?.port === 443, 10);
  expect(tries).toBe(before + 1);
});

test.each(['Observe', 'Plan'] as const)('Under %s it is tried, too: it changes nothing.', async (managementPolicy) => {
  await made();
  await world.until(() => world.is('Synced', 'True'), 900);
  await world.apply(office({ probe: { ...probe, port: 443 }, managementPolicy }));
  await world.until(() => world.status().probe?.port === 443, 60);
});

test('Without a probe there is no such condition, and one that is taken out is forgotten.', async () => {
  await made();
  await world.until(() => world.is('Synced', 'True'), 900);
  await world.apply(office());
  await world.until(() => path() === undefined && world.status().probe === undefined, 60);
});
