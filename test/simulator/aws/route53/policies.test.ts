// SPDX-License-Identifier: GPL-3.0-or-later
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { ask, filled, nowhere } from './asking.ts';
import { failover } from './sets.ts';
import { a, change, check, create, minute } from './world.ts';

test('Failover: the secondary answers while the primary is unhealthy, and the primary when neither is healthy.', async () => {
  const { account, id } = await filled();
  const { world, clock } = account;
  const first = await check(account);
  const second = await check(account, { IPAddress: '203.0.113.11' });
  const primary = failover('1', 'PRIMARY', first);
  const secondary = { ...failover('2', 'SECONDARY', second), ResourceRecords: [{ Value: '192.0.2.2' }] };
  await change(account, id, ...create(primary, secondary));
  await clock.advance(minute);
  const { tell } = world.route53.health;
  expect(ask(account, 'f.example.com')).toEqual(['192.0.2.1']);
  tell('203.0.113.10', false);
  await clock.advance(minute);
  expect(ask(account, 'f.example.com')).toEqual(['192.0.2.2']);
  tell('203.0.113.11', false);
  await clock.advance(minute);
  expect(ask(account, 'f.example.com')).toEqual(['192.0.2.1']);
  tell('203.0.113.10', true);
  await clock.advance(minute);
  expect(ask(account, 'f.example.com')).toEqual(['192.0.2.1']);
});

test('Geolocation: the smallest place that fits and is healthy, then larger ones, then the default; without it nothing.', async () => {
  const { account, id } = await filled();
  const { world, clock } = account;
  const HealthCheckId = await check(account);
  const geo = (SetIdentifier: string, GeoLocation: ResourceRecordSet['GeoLocation'], Value: string, more = {}) =>
    a('g.example.com', Value, { SetIdentifier, GeoLocation, ...more });
  const korea = geo('kr', { CountryCode: 'KR' }, '192.0.2.1', { HealthCheckId });
  const asia = geo('as', { ContinentCode: 'AS' }, '192.0.2.2');
  const california = geo('ca', { CountryCode: 'US', SubdivisionCode: 'CA' }, '192.0.2.3');
  await change(account, id, ...create(korea, asia, california));
  await clock.advance(minute);
  const from = (client: string) => ask(account, 'g.example.com', { client });
  expect(from('198.18.1.7')).toEqual(['192.0.2.1']);
  expect(from('198.18.2.7')).toEqual(['192.0.2.2']);
  expect(from('198.18.8.7')).toEqual(['192.0.2.3']);
  expect(from('198.18.7.7')).toEqual(['NOERROR']);
  await change(account, id, ...create(geo('any', { CountryCode: '*' }, '192.0.2.4')));
  world.route53.health.tell('203.0.113.10', false);
  await clock.advance(minute);
  expect(from('198.18.1.7')).toEqual(['192.0.2.2']);
  expect(from('198.18.7.7')).toEqual(['192.0.2.4']);
  expect(from(nowhere)).toEqual(['192.0.2.4']);
});

test('Latency: the nearest region that is healthy; all of them count when none is.', async () => {
  const { account, id } = await filled();
  const { world, clock } = account;
  const seoul = await check(account);
  const ireland = await check(account, { IPAddress: '203.0.113.11' });
  const near = (Region: 'ap-northeast-2' | 'eu-west-1', Value: string, HealthCheckId: string) =>
    a('l.example.com', Value, { SetIdentifier: Region, Region, HealthCheckId });
  await change(
    account,
    id,
    ...create(near('ap-northeast-2', '192.0.2.1', seoul), near('eu-west-1', '192.0.2.2', ireland)),
  );
  await clock.advance(minute);
  const from = (client: string) => ask(account, 'l.example.com', { client });
  expect(from('198.18.2.1')).toEqual(['192.0.2.1']);
  expect(from('198.18.5.1')).toEqual(['192.0.2.2']);
  world.route53.health.tell(seoul, false);
  await clock.advance(minute);
  expect(from('198.18.2.1')).toEqual(['192.0.2.2']);
  world.route53.health.tell(ireland, false);
  await clock.advance(minute);
  expect(from('198.18.2.1')).toEqual(['192.0.2.1']);
});

test('Multivalue: eight of the healthy ones; of all of them when none is.', async () => {
  const { account, id } = await filled();
  const { world, clock } = account;
  const sets: ResourceRecordSet[] = [];
  for (let i = 1; i <= 10; i++) {
    const HealthCheckId = await check(account, { IPAddress: `203.0.113.${i}` });
    sets.push(a('m.example.com', `192.0.2.${i}`, { SetIdentifier: String(i), MultiValueAnswer: true, HealthCheckId }));
  }
  await change(account, id, ...create(...sets));
  await clock.advance(minute);
  expect(ask(account, 'm.example.com')).toHaveLength(8);
  for (const i of [1, 2, 3, 4, 5, 6, 7]) world.route53.health.tell(`203.0.113.${i}`, false);
  await clock.advance(minute);
  expect(ask(account, 'm.example.com')).toEqual(['192.0.2.10', '192.0.2.8', '192.0.2.9']);
  for (const i of [8, 9, 10]) world.route53.health.tell(`203.0.113.${i}`, false);
  await clock.advance(minute);
  expect(ask(account, 'm.example.com')).toHaveLength(8);
});
