// SPDX-License-Identifier: GPL-3.0-or-later
/** managementPolicy Observe: whatever others change, nothing is written to Route 53, and what differs is told. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { write, type AwsRequest } from '../../../src/clouds/aws/request.ts';
import { seeded } from '../../kube/seeded.ts';
import { asRoot, byHand, city, gslb, seoul, type City } from './city.ts';

let world: City;
beforeEach(async () => {
  world = await city();
});
afterEach(() => world.end());

const fqdn = 'gslb.seojun.shop';
const set = (id: string, role: string, more: object) => ({
  Name: fqdn,
  Type: 'A',
  SetIdentifier: id,
  Failover: role,
  TTL: 60,
  ...more,
});
const stranger = { ResourceRecords: [{ Value: '192.0.2.7' }] };
const another = { ResourceRecords: [{ Value: '192.0.2.8' }] };

const sets = () => world.aws.route53.records(world.zone);
const upsert = (one: object) => byHand(world, world.zone, 'UPSERT', one);
const checks = () => world.aws.route53.checks();
const send = (request: AwsRequest) => asRoot(world, request);

const primary = (more: object) => upsert(set('seoul', 'PRIMARY', { HealthCheckId: checks()[0]?.id, ...more }));

/** Away if it is there, back with another address else. */
async function secondary(): Promise<void> {
  const found = sets().find(({ setIdentifier }) => setIdentifier === 'london');
  if (!found) return upsert(set('london', 'SECONDARY', another));
  const ResourceRecords = found.values.map((Value) => ({ Value }));
  const more = { TTL: found.ttl, ResourceRecords, HealthCheckId: found.healthCheckID };
  await byHand(world, world.zone, 'DELETE', set('london', 'SECONDARY', more));
}

const check = (action: string, more: object = {}) =>
  send(write('route53', action, { HealthCheckId: checks()[0]?.id, ...more }));

const changes: readonly (() => Promise<unknown>)[] = [
  () => primary({ TTL: 30, ResourceRecords: [{ Value: seoul }] }),
  () => primary(stranger),
  secondary,
  () => check('UpdateHealthCheck', { FailureThreshold: 7 }),
  () => check('UpdateHealthCheck', { Disabled: true }),
  () => check('UpdateHealthCheck', { Disabled: false, FailureThreshold: 1 }),
  // of the secondary: Route 53 lets go of one that a record names
  () => check('DeleteHealthCheck', { HealthCheckId: checks()[1]?.id }),
];

test('Observe: over 1,000 looks with drift at random no write to a cloud, by the wire’s own record and by the cloud’s log.', async () => {
  const { records } = world.operator();
  await world.apply(gslb({ driftIntervalSeconds: 60 }));
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 3600);
  await world.apply(gslb({ driftIntervalSeconds: 60, managementPolicy: 'Observe' }));
  await world.pass(120);
  records.length = 0;
  world.aws.calls.length = 0;
  const random = seeded(5);
  const told = new Set<string>();
  let people = 0;
  for (let look = 0; look < 1000; look++) {
    const change = random() < 0.1 ? changes[Math.floor(random() * changes.length)] : undefined;
    if (change)
      await change().then(
        () => people++,
        () => undefined,
      );
    await world.pass(60);
    for (const { path } of world.status().drift ?? []) told.add(path);
  }
  expect(records.filter(({ call }) => call.effect === 'write' && call.service !== 'kubernetes')).toEqual([]);
  expect(world.aws.calls.filter(({ effect, applied }) => effect === 'write' && applied)).toHaveLength(people);
  expect(people).toBeGreaterThan(30);
  expect(world.aws.calls.length).toBeGreaterThan(1000);
  expect([...told].toSorted()).toEqual([
    'endpoints.london.healthCheckID',
    'endpoints.london.record',
    'endpoints.london.target',
    'endpoints.seoul.healthCheck.disabled',
    'endpoints.seoul.healthCheck.failureThreshold',
    'endpoints.seoul.target',
    'endpoints.seoul.ttlSeconds',
  ]);
  expect(world.status().conditions?.find(({ type }) => type === 'Synced')).toMatchObject({ status: 'False' });
}, 240_000);
