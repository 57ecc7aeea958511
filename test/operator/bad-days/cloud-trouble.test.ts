// SPDX-License-Identifier: GPL-3.0-or-later
/** AWS throttles, hangs, breaks, or is not there. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Transport } from '../../../src/wire/call.ts';
import { target, worlds, type Running, type Worlds } from '../worlds.ts';
import { account, cloudCalls, eventsOf, glide, isReady, isSynced, userOf } from './hands.ts';

let world: Worlds;
afterEach(() => world.end());

const readyNow = () => world.condition('Ready');
const wellAgain = () => isReady(world) && isSynced(world);

async function start(transport?: (plain: Transport) => Transport): Promise<Running> {
  world = worlds();
  const running = world.operator(transport ? { transport: transport(world.transport) } : {});
  world.kubernetes.install([target()]);
  await world.until(wellAgain);
  return running;
}

/** What is said while it lasts: each state of Ready, in order, without repetition. */
async function statesDuring(seconds: number): Promise<string[]> {
  const states: string[] = [];
  for (let left = seconds; left > 0; left -= 5) {
    await glide(world, 5);
    const { status = '', reason = '' } = readyNow() ?? {};
    if (states.at(-1) !== `${status} ${reason}`) states.push(`${status} ${reason}`);
  }
  return states;
}

describe('For twenty minutes', () => {
  const troubles = [
    ['every call is throttled', { kind: 'throttle' }, 'Throttled'],
    ['every call is answered with 503', { kind: 'error', status: 503, code: 'ServiceUnavailable' }, 'ServiceError'],
    ['S3 answers 500', { kind: 'error', status: 500, service: 's3' }, 'ServiceError'],
    ['no call is answered', { kind: 'hang' }, 'TimedOut'],
  ] as const;

  test.each(troubles)(
    '%s: few calls, Ready is Unknown and says why, few events, and recovery by itself.',
    async (_, fault, reason) => {
      const running = await start();
      await world.pass(30);
      running.records.length = 0;
      world.aws.faults.add(fault);
      const states = await statesDuring(1200);
      // the canary's first failure alone is no outage; then Ready is doubted, once
      expect(states[0]).toBe('True Available');
      expect(states.slice(1).every((state) => state.endsWith(reason))).toBe(true);
      expect(states.length).toBeGreaterThan(1);
      expect(states.length).toBeLessThanOrEqual(3);
      expect(cloudCalls(running).length).toBeLessThan(120);
      expect(running.lines.filter((line) => /"level":"(warn|error)"/.test(line)).length).toBeLessThan(15);
      expect(eventsOf(world).filter((event) => event.reason === reason).length).toBeLessThanOrEqual(1);
      expect(running.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
      world.aws.faults.clear();
      await world.until(wellAgain, 320);
      expect(account(world).users()[0]?.keys).toHaveLength(1);
    },
  );
});

test('The endpoint cannot be reached: one clear condition with the host and what to look at, and recovery by itself.', async () => {
  let down = true;
  world = worlds();
  const running = world.operator({
    transport: (request) =>
      down && request.url.host === 'aws.test'
        ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
        : world.transport(request),
  });
  world.kubernetes.install([target()]);
  await world.until(() => readyNow()?.reason === 'Unreachable', 5);
  expect(readyNow()).toMatchObject({ status: 'Unknown' });
  expect(readyNow()?.message).toMatch(/aws\.test did not answer \(ECONNREFUSED\).*look at/);
  await glide(world, 600);
  expect(cloudCalls(running).length).toBeLessThan(30);
  down = false;
  await world.until(wellAgain, 320);
});

test('One time-out of one call does not touch Ready.', async () => {
  const running = await start();
  const transition = (world.condition('Ready') as unknown as { lastTransitionTime: string }).lastTransitionTime;
  world.aws.faults.add({ kind: 'hang', action: 'PutObject', nth: 1 });
  expect(await statesDuring(900)).toEqual(['True Available']);
  expect(running.records.filter(({ result }) => result === 'timeout')).toHaveLength(1);
  expect((world.condition('Ready') as unknown as { lastTransitionTime: string }).lastTransitionTime).toBe(transition);
});

test('Three looks in a row that fail do not touch Ready.', async () => {
  const running = await start();
  await world.pass(30);
  world.aws.faults.add({ kind: 'error', status: 500, action: 'ListBuckets', nth: 1, count: 3 });
  expect(await statesDuring(900)).toEqual(['True Available']);
  expect(running.records.filter(({ result }) => result === 500)).toHaveLength(3);
});

test('Any one call that hangs is given up after 30 s, the object gets there all the same, and another one does not wait.', async () => {
  const names = [
    ...new Set(
      (await start()).records.filter(({ call }) => call.service !== 'kubernetes').map(({ call }) => call.action),
    ),
  ];
  await world.end();
  expect(names.length).toBeGreaterThan(15);
  for (const action of names) {
    world = worlds();
    const running = world.operator();
    world.aws.faults.add({ kind: 'hang', action, nth: 1 });
    world.kubernetes.install([target(), target({}, 'other')]);
    await world.until(() => isReady(world) || isReady(world, 'other'), 60);
    await world.until(() => wellAgain() && isReady(world, 'other'), 900);
    expect(running.records.filter(({ result }) => result === 'timeout')).toHaveLength(1);
    for (const name of ['vm-backups', 'other']) expect(userOf(world, name)?.keys).toHaveLength(1);
    await world.end();
  }
});
