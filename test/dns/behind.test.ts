// SPDX-License-Identifier: GPL-3.0-or-later
/** What somebody takes away behind the operator's back is back within the drift interval, and meanwhile nobody is answered wrongly but for it. No dig here: the world's time is its own. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { write } from '../../src/clouds/aws/request.ts';
import { asRoot, byHand, city, gslb, london, seoul, type City } from '../kinds/gslb-endpoint/city.ts';

/** `--drift-seconds`, and what a change takes until it is INSYNC. */
const [drift, propagation] = [600, 60];

let world: City;
beforeEach(async () => {
  world = await city();
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.is('Ready', 'True'), 300);
});
afterEach(() => world.end());

function asked(): string {
  const { code, answers } = world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '127.0.0.1' });
  return answers[0]?.value ?? code;
}

/** Every answer of the seconds until it is so, in the order they came. */
async function answersUntil(so: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  await world.until(() => {
    const value = asked();
    if (seen.at(-1) !== value) seen.push(value);
    return so();
  }, drift + propagation);
  return seen;
}

function set(name: 'seoul' | 'london') {
  const [record] = world.aws.route53.records(world.zone).filter(({ setIdentifier }) => setIdentifier === name);
  return record;
}

async function take(name: 'seoul' | 'london'): Promise<void> {
  const record = set(name);
  await byHand(world, world.zone, 'DELETE', {
    Name: record?.name,
    Type: record?.type,
    SetIdentifier: name,
    Failover: record?.failover,
    TTL: record?.ttl,
    ResourceRecords: record?.values.map((Value) => ({ Value })),
    HealthCheckId: record?.healthCheckID,
  });
}

test("The primary's record is deleted: the secondary answers until it is back, and never nobody.", async () => {
  const before = set('seoul');
  await take('seoul');
  expect(set('seoul')).toBeUndefined();
  const seen = await answersUntil(() => set('seoul') !== undefined && asked() === seoul);
  expect(set('seoul')).toEqual(before);
  expect(seen.filter((value) => value !== seoul && value !== london)).toEqual([]);
});

test("The secondary's record is deleted: nobody notices, and it is back.", async () => {
  await take('london');
  const seen = await answersUntil(() => set('london') !== undefined);
  expect(seen).toEqual([seoul]);
});

test('A health check is deleted: another one takes its place, and the primary answers all the time.', async () => {
  const old = set('seoul')?.healthCheckID ?? '';
  await asRoot(world, write('route53', 'DeleteHealthCheck', { HealthCheckId: old }));
  const seen = await answersUntil(() => set('seoul')?.healthCheckID !== old);
  expect(seen).toEqual([seoul]);
  const fresh = set('seoul')?.healthCheckID ?? '';
  expect(world.aws.route53.health.of(fresh).healthy).toBe(true);
  // and it works: the name fails over by it
  world.aws.route53.health.tell(seoul, false);
  await world.until(() => asked() === london, 120);
});
