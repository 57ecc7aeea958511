// SPDX-License-Identifier: GPL-3.0-or-later
/** The adapters against the simulated Route 53. */
import { expect, test } from '@jest/globals';
import type { EndpointCheck } from '../../../../src/clouds/aws/route53/health-check.ts';
import { referenceFor } from '../../../../src/clouds/aws/route53/health-check-reference.ts';
import { checkerRanges, roomForHealthChecks } from '../../../../src/clouds/aws/route53/account.ts';
import {
  changeRecords,
  createHealthCheck,
  tagHealthCheck,
  updateHealthCheck,
} from '../../../../src/clouds/aws/route53/requests.ts';
import type { RecordChange, RecordSet } from '../../../../src/clouds/aws/route53/route53.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import { registryName, registryOwnershipOf, registryValue } from '../../../../src/core/registry-mark.ts';
import { makeWorld, minute, second, simple } from './world.ts';

const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
const anew = { maxAgeMs: 0 };
const gslb = 'gslb.seojun.shop';
const mark: RecordSet = {
  name: registryName(gslb, 'A', 'seojun.shop'),
  type: 'TXT',
  policy: { type: 'Simple' },
  data: { ttl: 300, values: [registryValue(owner)] },
};
const create = (record: RecordSet): RecordChange => ({ action: 'CREATE', record });
const remove = (record: RecordSet): RecordChange => ({ action: 'DELETE', record });

const active: EndpointCheck = {
  type: 'HTTPS',
  host: 'seoul.seojun.shop',
  port: 443,
  path: '/',
  intervalSeconds: 30,
  failureThreshold: 1,
  measureLatency: false,
  sni: true,
  regions: [],
  inverted: false,
  disabled: false,
};

test('The zone is found by name, with the name servers that its registrar has to have.', async () => {
  const { zones, zone, passing, makeZone } = await makeWorld();
  expect(await passing(zones.named('seojun.shop', anew))).toMatchObject({
    found: 'one',
    zone: { id: zone, name: 'seojun.shop' },
  });
  expect((await passing(zones.get(zone, anew)))?.nameServers).toHaveLength(4);
  expect(await passing(zones.named('shop', anew))).toEqual({ found: 'none', of: [] });
  expect(await passing(zones.get('Z00000000000000', anew))).toBeUndefined();
  await makeZone('seojun.shop', 'another of that name');
  expect(await passing(zones.named('seojun.shop', anew))).toMatchObject({ found: 'several' });
});

const wildcard: RecordSet = { ...simple('*'), data: { ttl: 5, values: ['192.0.2.7', '192.0.2.8'] } };
const failover = (role: 'Primary' | 'Secondary', healthCheckID: string): RecordSet => ({
  ...simple('failover', [role === 'Primary' ? '192.0.2.1' : '192.0.2.2']),
  setIdentifier: role,
  policy: { type: 'Failover', role },
  healthCheckID,
});

test('What is written reads the same, of every policy, with its mark; and a name goes as a whole, by its exact records.', async () => {
  const { of, zone, passing, checks, clock } = await makeWorld();
  const check = await passing(checks().make(createHealthCheck(referenceFor('u1', 'seoul'), active)));
  const others: readonly RecordSet[] = [
    { ...simple('w', ['192.0.2.3']), setIdentifier: 'a', policy: { type: 'Weighted', weight: 0 } },
    { ...simple('l'), setIdentifier: 'a', policy: { type: 'Latency', region: 'ap-northeast-2' } },
    { ...simple('g'), setIdentifier: 'a', policy: { type: 'Geolocation', location: { country: '*' } } },
    {
      ...simple('g'),
      setIdentifier: 'b',
      policy: { type: 'Geolocation', location: { country: 'US', subdivision: 'WA' } },
    },
    { ...simple('m'), setIdentifier: 'a', policy: { type: 'Multivalue' } },
  ];
  const all = [wildcard, failover('Primary', check.id), failover('Secondary', check.id), ...others, mark];
  const names = all.map(({ name }) => name);
  const records = of('u1');
  const sent = await passing(records.write(changeRecords(zone, all.map(create))));
  expect(sent.status).toBe('PENDING');
  const byText = (a: RecordSet, b: RecordSet) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const found = await passing(records.of(names, anew));
  expect(found.toSorted(byText)).toEqual(all.toSorted(byText));
  expect(await passing(records.changeOf(names, anew))).toMatchObject({ id: sent.id, status: 'PENDING' });
  await clock.advance(minute);
  expect(await passing(records.changeOf(names, anew))).toMatchObject({ id: sent.id, status: 'INSYNC' });
  await passing(records.write(changeRecords(zone, found.map(remove))));
  expect(await passing(records.of(names, anew))).toEqual([]);
});

test('Another policy for a name, with its mark exchanged for itself: deleted and made in one batch.', async () => {
  const { of, zone, passing } = await makeWorld();
  const records = of('u1');
  const before = simple('gslb');
  const after: RecordSet = { ...before, setIdentifier: 'a', policy: { type: 'Weighted', weight: 1 } };
  await passing(records.write(changeRecords(zone, [create(before), create(mark)])));
  await passing(records.write(changeRecords(zone, [remove(before), remove(mark), create(after), create(mark)])));
  expect(await passing(records.of([gslb], anew))).toEqual([after]);
  // without ours to delete there is nothing to change: somebody took the name over
  const theirs = { ...mark, data: { ttl: 300, values: [registryValue({ ...owner, uid: 'u2' })] } };
  await passing(of('u2').write(changeRecords(zone, [remove(mark), create(theirs)])));
  await expect(
    passing(records.write(changeRecords(zone, [remove(after), remove(mark), create(before), create(mark)]))),
  ).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict', applied: 'no' });
  expect(await passing(records.of([gslb], anew))).toEqual([after]);
});

test('Of two that make a name at once one has it, and the other is told; nothing of it is mixed.', async () => {
  const { of, zone, passing, session } = await makeWorld();
  const wishes = ['u1', 'u2'].map((uid) => {
    const own = { ...mark, data: { ttl: 300, values: [registryValue({ ...owner, uid })] } };
    return [create(simple('gslb', [uid === 'u1' ? '192.0.2.1' : '192.0.2.2'])), create(own)];
  });
  const writers = [of('u1'), of('u2', session())];
  const results = await passing(
    Promise.allSettled(writers.map((records, at) => records.write(changeRecords(zone, wishes[at] ?? [])))),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const found = await passing(of('u1').of([gslb, mark.name], anew));
  const values = found.flatMap(({ data }) => ('values' in data ? data.values : []));
  const winner = results[0]?.status === 'fulfilled' ? 'u1' : 'u2';
  expect(values.toSorted()).toEqual(
    [registryValue({ ...owner, uid: winner }), winner === 'u1' ? '192.0.2.1' : '192.0.2.2'].toSorted(),
  );
});

test('Thirty objects that want something at once make three batches at most, and nothing is refused by rate or turn.', async () => {
  const { of, zone, passing, calls, refused, records } = await makeWorld();
  const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
  await passing(Promise.all(names.map((name) => of(name).write(changeRecords(zone, [create(simple(name))])))));
  expect(calls('ChangeResourceRecordSets')).toBeLessThanOrEqual(3);
  await passing(Promise.all(names.map((name) => of(name).of([`${name}.seojun.shop`], anew))));
  expect(calls('ListResourceRecordSets')).toBe(1);
  expect(refused()).toBe(0);
  expect(records.filter(({ call }) => call.service === 'route53').length).toBe(calls('ChangeResourceRecordSets') + 1);
});

test('Two processes on one zone wait for each other, and all of both get through.', async () => {
  const { of, zone, passing, session } = await makeWorld();
  const other = session();
  const names = Array.from({ length: 12 }, (_, at) => `n${at}`);
  const writes = names.flatMap((name) => [
    of(name).write(changeRecords(zone, [create(simple(`a${name}`))])),
    of(name, other).write(changeRecords(zone, [create(simple(`b${name}`))])),
  ]);
  const results = await passing(Promise.allSettled(writes));
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
});

test('Five requests a second of an account, whatever they ask, in whatever region the object is: none is throttled.', async () => {
  const { passing, session, records, refused, clock } = await makeWorld();
  const before = clock.monotonic();
  const sessions = ['us-east-1', 'ap-northeast-2'].map(session);
  const asks = Array.from({ length: 15 }, () => sessions).flat();
  await passing(
    Promise.all(
      asks.map(async (one) => {
        one.looks.drop('route53/checker-ranges');
        return checkerRanges(one);
      }),
    ),
  );
  expect(refused()).toBe(0);
  expect(records.length).toBe(30);
  // five at once, then five a second
  expect(clock.monotonic() - before).toBeGreaterThanOrEqual(5 * second - 100);
  expect(clock.monotonic() - before).toBeLessThanOrEqual(6 * second);
});

test('A record of external-dns is told by its registry, a name that nobody marked by none, and neither is ours.', async () => {
  const { of, zone, passing } = await makeWorld();
  const theirs = '"heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/web/shop"';
  const registry: RecordSet = { ...mark, name: 'a-shop.seojun.shop', data: { ttl: 300, values: [theirs] } };
  await passing(of('x').write(changeRecords(zone, [create(simple('shop')), create(registry), create(simple('old'))])));
  const [found] = await passing(of('u1').of([registryName('shop.seojun.shop', 'A', 'seojun.shop')], anew));
  const value = found && 'values' in found.data ? (found.data.values[0] ?? '') : '';
  expect(registryOwnershipOf(value, owner)).toEqual({
    other: 'external-dns with the owner id prod (ingress/web/shop)',
    uid: 'prod',
  });
  expect(await passing(of('u1').of([registryName('old.seojun.shop', 'A', 'seojun.shop')], anew))).toEqual([]);
});

test('A health check: made once however often it is asked for, marked, changed by its version, asked how it is, deleted.', async () => {
  const { checks, passing, clock, aws, calls, session } = await makeWorld();
  const mine = checks();
  const reference = referenceFor('u1', 'seoul');
  const check = await passing(mine.make(createHealthCheck(reference, active)));
  expect(await passing(checks('u1').make(createHealthCheck(reference, active)))).toMatchObject({ id: check.id });
  await passing(mine.write(tagHealthCheck(check.id, markOf(owner))));
  const [found] = await passing(mine.of('u1', [], anew));
  expect(found).toMatchObject({ id: check.id, reference, version: 1, settings: active, tags: markOf(owner) });
  const wanted: EndpointCheck = { ...active, path: '/health', failureThreshold: 2 };
  await passing(mine.write(updateHealthCheck(check, wanted)));
  await expect(passing(mine.write(updateHealthCheck(check, active)))).rejects.toMatchObject({ reason: 'Conflict' });
  expect(await passing(mine.of('u1', [], anew))).toMatchObject([{ version: 2, settings: wanted }]);
  await clock.advance(2 * minute);
  expect(await passing(mine.status(check, anew))).toMatchObject({ healthy: true });
  aws.route53.health.tell('seoul.seojun.shop', false);
  await clock.advance(5 * minute);
  const status = await passing(mine.status(check, anew));
  expect(status).toMatchObject({
    healthy: false,
    checkersHealthy: 0,
    lastFailure: expect.stringContaining('timed out'),
  });
  expect(status?.regions).toHaveLength(8);
  expect(await passing(roomForHealthChecks(session()))).toEqual({ have: 1, most: 200 });
  await passing(mine.delete(check.id, owner));
  expect(aws.route53.checks()).toEqual([]);
  expect(await passing(mine.of('u1', [], anew))).toEqual([]);
  expect(calls('DeleteHealthCheck')).toBe(1);
});

test('After a deletion behind our back the same role gets a check again, and one only.', async () => {
  const { checks, passing, aws } = await makeWorld();
  const request = createHealthCheck(referenceFor('u1', 'seoul'), active);
  const first = await passing(checks().make(request));
  await passing(checks().delete(first.id, owner));
  const second = await passing(checks().make(request));
  const again = await passing(checks().make(request));
  expect(second.id).not.toBe(first.id);
  expect(again.id).toBe(second.id);
  expect(aws.route53.checks().map(({ id }) => id)).toEqual([second.id]);
});

test('What Route 53 answers can be asked: the primary, and when its check fails the secondary.', async () => {
  const { of, zone, zones, passing, checks, clock, aws } = await makeWorld();
  const check = await passing(checks().make(createHealthCheck(referenceFor('u1', 'seoul'), active)));
  const { healthCheckID: _none, ...secondary } = failover('Secondary', check.id);
  await passing(of('u1').write(changeRecords(zone, [create(failover('Primary', check.id)), create(secondary)])));
  await clock.advance(5 * minute);
  const ask = () => passing(zones.answer(zone, 'failover.seojun.shop', 'A'));
  expect(await ask()).toMatchObject({ code: 'NOERROR', values: ['192.0.2.1'] });
  aws.route53.health.tell('seoul.seojun.shop', false);
  await clock.advance(5 * minute);
  expect(await ask()).toMatchObject({ code: 'NOERROR', values: ['192.0.2.2'] });
  expect(await passing(zones.answer(zone, 'nobody.seojun.shop', 'A'))).toMatchObject({ code: 'NXDOMAIN', values: [] });
});
