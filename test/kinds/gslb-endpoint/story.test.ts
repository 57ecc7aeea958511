// SPDX-License-Identifier: GPL-3.0-or-later
/** From the manifest to a name that fails over, and away again, by the whole operator. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { byHand, city, endpoint, gslb, london, seoul, type City } from './city.ts';

let world: City;
beforeEach(async () => {
  world = await city();
});
afterEach(() => world.end());

test('A manifest becomes checks and records in one batch; it is Ready when Route 53 has them, and deletion takes all away.', async () => {
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 300);
  expect(world.records()).toEqual(['a-gslb.seojun.shop TXT', 'gslb.seojun.shop A london', 'gslb.seojun.shop A seoul']);
  expect(world.aws.route53.checks()).toHaveLength(2);
  expect(world.status()).toMatchObject({
    fqdn: 'gslb.seojun.shop',
    zoneID: world.zone,
    healthy: '2/2',
    serving: ['seoul'],
    servingNames: 'seoul',
    changeStatus: 'INSYNC',
    failoverSeconds: 70,
    endpoints: [
      { name: 'seoul', health: 'Healthy', serving: true, provider: 'AWS', role: 'Primary', failoverSeconds: 70 },
      { name: 'london', health: 'Healthy', serving: false, provider: 'Azure', role: 'Secondary' },
    ],
  });
  expect(world.status().checkerRanges?.length).toBeGreaterThan(10);
  await world.remove();
  await world.until(() => world.object() === undefined, 300);
  expect([world.records(), world.aws.route53.checks()]).toEqual([[], []]);
});

test('The primary dies: status and events say who answers since when, and again when it is back.', async () => {
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.is('Ready', 'True'), 300);
  world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
  await world.until(() => world.status().serving?.[0] === 'london', 300);
  expect(world.status()).toMatchObject({ healthy: '1/2', servingNames: 'london' });
  expect(world.is('Ready', 'True')).toBe(true);
  expect(world.because('EndpointsHealthy')).toBe('EndpointsUnhealthy');
  const told = world.events();
  expect(told).toContainEqual({ reason: 'EndpointUnhealthy', note: expect.stringContaining('Connection refused') });
  expect(told).toContainEqual({
    reason: 'FailedOver',
    note: expect.stringMatching(/^london answers instead of seoul since \d{4}-.*Z$/),
  });
  world.aws.route53.health.tell(seoul, true);
  await world.until(() => world.status().serving?.[0] === 'seoul', 300);
  expect(world.events().map(({ reason }) => reason)).toContain('FailedBack');
});

const patient = (address: string) => ({
  healthCheck: { type: 'TCP', address, port: 443, intervalSeconds: 30, failureThreshold: 4 },
});

test('An outage that is over before the checkers give up is told as none, and a longer one no sooner than Route 53 answers so.', async () => {
  world.operator();
  const endpoints = [
    endpoint('seoul', seoul, { role: 'Primary', ...patient(seoul) }),
    endpoint('london', london, { role: 'Secondary', ...patient(london) }),
  ];
  await world.apply(gslb({ endpoints }));
  await world.until(() => world.is('Ready', 'True') && world.status().healthy === '2/2', 300);
  await world.pass(120);
  world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
  await world.pass(65);
  world.aws.route53.health.tell(seoul, true);
  await world.pass(300);
  const outages = () => world.events().filter(({ reason }) => /^(EndpointUnhealthy|FailedOver)$/.test(reason));
  expect(outages()).toEqual([]);
  world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
  const answered = () =>
    world.aws.route53.answer({ name: 'gslb.seojun.shop', type: 'A', client: '' }).answers[0]?.value;
  await world.until(() => world.status().serving?.[0] === 'london' || answered() === london, 600);
  expect(answered()).toBe(london);
  await world.until(() => world.status().serving?.[0] === 'london', 300);
  expect(outages()).toHaveLength(2);
});

test('Records that nobody marked are not touched: the object says so, and takes them over when it is told to and approved.', async () => {
  const foreign = { Name: 'gslb.seojun.shop', Type: 'A', TTL: 300, ResourceRecords: [{ Value: '192.0.2.7' }] };
  await byHand(world, world.zone, 'CREATE', foreign);
  world.operator();
  await world.apply(gslb());
  await world.until(() => world.because('Stalled') === 'NotOurs', 60);
  expect(world.records()).toEqual(['gslb.seojun.shop A']);
  expect(world.aws.route53.checks()).toEqual([]);
  await world.annotate({ 'hybridcloud.dev/adopt': 'gslb.seojun.shop' });
  await world.until(() => world.because('Stalled') === 'AdoptionNeedsApproval', 60);
  await world.annotate({ 'hybridcloud.dev/approve': world.status().plan?.hash ?? '' });
  await world.until(() => world.is('Synced', 'True') && world.is('Ready', 'True'), 300);
  expect(world.records()).toEqual(['a-gslb.seojun.shop TXT', 'gslb.seojun.shop A london', 'gslb.seojun.shop A seoul']);
});

test('An HAProxy configuration over the same endpoints is published beside the name, and goes with it.', async () => {
  world.operator();
  await world.apply(gslb({ haproxy: { configMapName: 'gslb-haproxy' } }));
  await world.until(() => world.is('Ready', 'True') && world.is('HaproxyPublished', 'True'), 300);
  const configuration = () =>
    world.kubernetes.objects('configmaps', 'default').find(({ metadata }) => metadata.name === 'gslb-haproxy') as
      | { readonly data?: Readonly<Record<string, string>> }
      | undefined;
  expect(configuration()?.data?.['haproxy.cfg']).toMatch(/server seoul .*3[.]36[.]122[.]217/);
  expect(world.status().haproxy).toMatchObject({ configMapName: 'gslb-haproxy', check: 'NotChecked' });
  await world.remove();
  await world.until(() => world.object() === undefined, 300);
  expect(configuration()).toBeUndefined();
});
