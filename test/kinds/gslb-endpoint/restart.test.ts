// SPDX-License-Identifier: GPL-3.0-or-later
/** What is told of a name goes on being right when the process that told it is another one. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { city, endpoint, gslb, london, seoul, type City } from './city.ts';
import type { Running } from '../../operator/worlds.ts';

let world: City;
beforeEach(async () => {
  world = await city();
});
afterEach(() => world.end());

const patient = (address: string) => ({
  healthCheck: { type: 'TCP', address, port: 443, intervalSeconds: 30, failureThreshold: 4 },
});
const endpoints = [
  endpoint('seoul', seoul, { role: 'Primary', ...patient(seoul) }),
  endpoint('london', london, { role: 'Secondary', ...patient(london) }),
];
const answered = () => world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '' }).answers[0]?.value;

async function restarted(before: Running): Promise<Running> {
  await before.operator.stop('a new version');
  await world.until(() => before.ended !== undefined, 60);
  return world.operator();
}

test('An outage that began a moment before a restart is told when Route 53 answers so, and one that is over before is none.', async () => {
  let running = world.operator();
  await world.apply(gslb({ endpoints, telemetry: { intervalSeconds: 30 } }));
  await world.until(() => world.is('Ready', 'True') && world.status().healthy === '2/2', 300);
  await world.pass(120);
  const outages = () => world.events().filter(({ reason }) => /^(EndpointUnhealthy|FailedOver)$/.test(reason));
  world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
  await world.until(() => world.status().endpoints?.[0]?.turningSince !== undefined, 90);
  running = await restarted(running);
  await world.pass(20);
  expect(world.status()).toMatchObject({ serving: ['seoul'], endpoints: [{ health: 'Healthy' }, {}] });
  world.aws.route53.health.tell(seoul, true);
  await world.pass(300);
  expect([outages(), world.status().endpoints?.[0]?.turningSince]).toEqual([[], undefined]);
  world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
  await world.until(() => world.status().endpoints?.[0]?.turningSince !== undefined, 90);
  await restarted(running);
  await world.until(() => world.status().serving?.[0] === 'london', 600);
  expect(answered()).toBe(london);
  expect(outages()).toHaveLength(2);
});

test('After a restart the last change is still known to be everywhere; one that was under way is followed.', async () => {
  const first = world.operator();
  await world.apply(gslb());
  await world.until(() => world.status().changeStatus === 'PENDING' && world.records().length === 3, 300);
  expect(world.status().changeID).toMatch(/^[A-Z0-9]+$/);
  const asked = () => world.aws.calls.filter(({ action }) => action === 'GetChange').length;
  const before = asked();
  const second = await restarted(first);
  await world.until(() => world.is('Ready', 'True') && world.status().changeStatus === 'INSYNC', 300);
  expect(asked()).toBeGreaterThan(before);
  expect(answered()).toBe(seoul);
  const known = asked();
  await restarted(second);
  const others: unknown[] = [];
  for (let seconds = 0; seconds < 60; seconds++) {
    await world.pass(1);
    if (world.status().changeStatus !== 'INSYNC') others.push(world.status().changeStatus);
  }
  expect([others, asked()]).toEqual([[], known]);
});

test('Of two that want one name at the same time the one that loses gives up its health checks.', async () => {
  world.operator();
  await Promise.all([world.apply(gslb({}, 'gslb')), world.apply(gslb({ endpoints: endpoints.slice(0, 2) }, 'rival'))]);
  const lost = () => ['gslb', 'rival'].find((name) => world.because('Stalled', name) === 'NotOurs');
  await world.until(
    () => lost() !== undefined && ['gslb', 'rival'].some((name) => world.is('Ready', 'True', name)),
    300,
  );
  await world.until(() => world.aws.route53.checks().length === 2, 600);
  expect(world.because('Stalled', lost())).toBe('NotOurs');
});
