// SPDX-License-Identifier: GPL-3.0-or-later
/** What a person turns at a name that works, and what is told when nothing of it works: by the whole operator, and what Route 53 answers meanwhile. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { city, endpoint, gslb, london, region, seoul, type City } from './city.ts';

let world: City;
beforeEach(async () => {
  world = await city();
  world.operator();
});
afterEach(() => world.end());

const asked = () => {
  const { code, answers } = world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '127.0.0.1' });
  return answers[0]?.value ?? code;
};
const checks = () => world.aws.route53.checks().map(({ id }) => id);
const settled = () => world.is('Ready', 'True') && world.is('Synced', 'True');

/** Every answer until it is so. */
async function answersUntil(so: () => boolean): Promise<readonly string[]> {
  const seen = new Set<string>();
  await world.until(() => {
    seen.add(asked());
    return so();
  }, 600);
  return [...seen].toSorted();
}

const both = [london, seoul].toSorted();

test('A failover by hand: the secondary answers, by the same checks, and there is always an answer; and back.', async () => {
  await world.apply(gslb());
  await world.until(settled, 300);
  const before = checks();
  await world.apply(gslb({ failover: { prefer: 'Secondary' } }));
  expect(await answersUntil(() => asked() === london && world.status().serving?.[0] === 'london' && settled())).toEqual(
    both,
  );
  expect(world.events().map(({ reason }) => reason)).toContain('FailedOver');
  world.aws.route53.health.tell(london, false, 'Failure: Connection refused.');
  expect(await answersUntil(() => asked() === seoul)).toEqual(both);
  world.aws.route53.health.tell(london, true);
  await world.until(() => asked() === london, 300);
  await world.apply(gslb());
  expect(await answersUntil(() => asked() === seoul && settled())).toEqual(both);
  expect(checks()).toEqual(before);
});

const shares = (weight: number, more: object = {}) =>
  gslb({
    policy: 'Weighted',
    endpoints: [endpoint('seoul', seoul, { weight, ...more }), endpoint('london', london, { weight: 10 })],
  });

test('A drained endpoint is answered no more and keeps its check; a weight is shifted; it comes back at once.', async () => {
  await world.apply(shares(10));
  await world.until(settled, 300);
  const before = checks();
  await world.apply(shares(10, { state: 'Drained' }));
  await world.until(
    () => world.status().serving?.join() === 'london' && world.status().changeStatus === 'INSYNC' && settled(),
    300,
  );
  expect(world.status().healthy).toBe('1/1');
  const drained = new Set(Array.from({ length: 200 }, asked));
  expect([...drained]).toEqual([london]);
  await world.apply(shares(30));
  expect(await answersUntil(() => world.records().includes('gslb.seojun.shop A seoul') && settled())).toContain(london);
  const weights = world.aws.route53.records(world.zone).flatMap(({ setIdentifier, weight }) => {
    return setIdentifier === undefined ? [] : [`${setIdentifier} ${weight}`];
  });
  expect(weights.toSorted()).toEqual(['london 10', 'seoul 30']);
  expect(checks()).toEqual(before);
});

test('Nobody is healthy: conditions and events say so, once, and name who is answered, as Route 53 then answers.', async () => {
  await world.apply(gslb());
  await world.until(settled, 300);
  for (const address of both) world.aws.route53.health.tell(address, false, 'Failure: Connection refused.');
  await world.until(() => world.because('Ready') === 'AllUnhealthy', 300);
  expect([asked(), world.status().serving, world.status().healthy]).toEqual([seoul, ['seoul'], '0/2']);
  expect(world.because('EndpointsHealthy')).toBe('AllUnhealthy');
  await world.pass(300);
  const told = world.events().flatMap(({ reason, note }) => (reason === 'AllUnhealthy' ? [note] : []));
  expect(told).toContain('Every endpoint is unhealthy; Route 53 answers as if all were healthy: seoul');
  expect(new Set(told).size).toBe(told.length);
  world.aws.route53.health.tell(london, true);
  await world.until(() => world.is('Ready', 'True') && asked() === london, 300);
});

test('An alarm takes the place of a look: the other check is in use before the old one goes, and the name fails over by it.', async () => {
  await world.apply(gslb());
  await world.until(settled, 300);
  const old = world.aws.route53.records(world.zone).find(({ setIdentifier }) => setIdentifier === 'seoul');
  const alarm = { name: 'seoul-db-lag', region };
  world.aws.route53.health.tellAlarm(region, alarm.name, 'OK');
  const healthCheck = { type: 'CloudWatchAlarm', alarm };
  await world.apply(
    gslb({
      endpoints: [
        endpoint('seoul', seoul, { role: 'Primary', healthCheck }),
        endpoint('london', london, { role: 'Secondary' }),
      ],
    }),
  );
  const bare: unknown[] = [];
  await world.until(() => {
    const ids = world.aws.route53
      .records(world.zone)
      .flatMap(({ type, healthCheckID }) => (type === 'A' ? [healthCheckID ?? 'none'] : []));
    bare.push(...ids.filter((id) => !checks().includes(id)));
    return settled() && !checks().includes(old?.healthCheckID ?? '');
  }, 600);
  expect(bare).toEqual([]);
  expect(
    world.aws.route53
      .checks()
      .map(({ config }) => config.type)
      .toSorted(),
  ).toEqual(['CLOUDWATCH_METRIC', 'TCP']);
  expect(asked()).toBe(seoul);
  world.aws.route53.health.tellAlarm(region, alarm.name, 'ALARM');
  await world.until(() => asked() === london, 120);
  // what Route 53 makes of an alarm it tells nobody
  expect(world.status().endpoints?.[0]).toMatchObject({ name: 'seoul', health: 'Unknown' });
});
