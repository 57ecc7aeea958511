// SPDX-License-Identifier: GPL-3.0-or-later
import { TestDNSAnswerCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { ask, filled, nowhere } from './asking.ts';
import { alias, cname, txt, www } from './sets.ts';
import { a, change, check, create, minute, put, refusal, remove } from './world.ts';

test('DNS answers what is INSYNC: a change shows when it has propagated, and a deletion likewise.', async () => {
  const { account, id } = await filled();
  const { clock } = account;
  await change(account, id, ...create(www));
  expect(ask(account, 'www.example.com')).toEqual(['NXDOMAIN']);
  await clock.advance(minute);
  expect(ask(account, 'WWW.example.com')).toEqual(['192.0.2.1']);
  await change(account, id, ...put({ ...www, ResourceRecords: [{ Value: '192.0.2.2' }] }));
  expect(ask(account, 'www.example.com')).toEqual(['192.0.2.1']);
  await clock.advance(minute);
  expect(ask(account, 'www.example.com')).toEqual(['192.0.2.2']);
  await change(account, id, ...remove({ ...www, ResourceRecords: [{ Value: '192.0.2.2' }] }));
  await clock.advance(minute);
  expect(ask(account, 'www.example.com')).toEqual(['NXDOMAIN']);
});

test('NXDOMAIN, NODATA, REFUSED: no such name, no such type, no such zone; the SOA says how long that holds.', async () => {
  const { account } = await filled(www, a('deep.down.example.com', '192.0.2.3'));
  const { answer } = account.world.route53;
  const missing = answer({ name: 'no.example.com', type: 'A', client: nowhere });
  expect(missing).toMatchObject({
    code: 'NXDOMAIN',
    authoritative: true,
    answers: [],
    authorities: [{ type: 'SOA', ttl: 900 }],
  });
  for (const [name, type] of [
    ['www.example.com', 'AAAA'],
    ['down.example.com', 'A'],
  ] as const)
    expect(answer({ name, type, client: nowhere })).toMatchObject({
      code: 'NOERROR',
      answers: [],
      authorities: [{ type: 'SOA' }],
    });
  expect(answer({ name: 'www.example.org', type: 'A', client: nowhere })).toMatchObject({
    code: 'REFUSED',
    authoritative: false,
  });
});

test('A wildcard covers what is not there, at any depth, and nothing that is.', async () => {
  const { account } = await filled(a('*.example.com', '192.0.2.9'), www, a('x.sub.example.com', '192.0.2.4'));
  expect(ask(account, 'anything.example.com')).toEqual(['192.0.2.9']);
  expect(ask(account, 'any.thing.example.com')).toEqual(['192.0.2.9']);
  expect(ask(account, 'www.example.com')).toEqual(['192.0.2.1']);
  expect(ask(account, 'www.example.com', { type: 'TXT' })).toEqual(['NOERROR']);
  // the closest name that is there is sub.example.com, which has no wildcard (RFC 4592, 2.2.1)
  expect(ask(account, 'y.sub.example.com')).toEqual(['NXDOMAIN']);
});

test('A CNAME answers every type, its target comes along when it is of the zone; a ring of them ends.', async () => {
  const { account } = await filled(
    cname('c.example.com', 'www.example.com'),
    cname('out.example.com', 'www.example.net.'),
    cname('r1.example.com', 'r2.example.com'),
    cname('r2.example.com', 'r1.example.com'),
    www,
  );
  expect(ask(account, 'c.example.com')).toEqual(['192.0.2.1', 'www.example.com']);
  expect(ask(account, 'out.example.com')).toEqual(['www.example.net.']);
  expect(ask(account, 'r1.example.com').length).toBeGreaterThan(1);
});

test('A name below that is given away to other name servers is referred to them.', async () => {
  const ns: ResourceRecordSet = {
    Name: 'sub.example.com',
    Type: 'NS',
    TTL: 300,
    ResourceRecords: [{ Value: 'ns.example.net' }],
  };
  const { account } = await filled(ns);
  expect(account.world.route53.answer({ name: 'www.sub.example.com', type: 'A', client: nowhere })).toMatchObject({
    code: 'NOERROR',
    authoritative: false,
    answers: [],
    authorities: [{ name: 'sub.example.com', type: 'NS', value: 'ns.example.net' }],
  });
});

test('An alias answers under its own name with its target, and is as healthy as that when it is asked to look.', async () => {
  const { account, id } = await filled();
  const { world, clock } = account;
  const HealthCheckId = await check(account);
  const pool = (SetIdentifier: string, Value: string) =>
    a('pool.example.com', Value, { SetIdentifier, Weight: 1, HealthCheckId });
  const balancer = 'lb-1.ap-northeast-2.elb.amazonaws.com';
  let healthy = true;
  world.route53.aliasTargets.push(({ dnsName }) =>
    dnsName === `${balancer}.` ? { healthy, addresses: ['198.51.100.9'] } : undefined,
  );
  const role = (Failover: 'PRIMARY' | 'SECONDARY') => ({ SetIdentifier: Failover, Failover });
  await change(
    account,
    id,
    ...create(
      pool('1', '192.0.2.1'),
      { ...alias('f.example.com', `dualstack.${balancer}`, 'ZWKZPGTI48KDX'), ...role('PRIMARY') },
      { ...alias('f.example.com', 'pool.example.com', id), ...role('SECONDARY') },
      { ...alias('star.example.com', 'pool.example.com', id) },
    ),
  );
  await clock.advance(minute);
  expect(world.route53.answer({ name: 'f.example.com', type: 'A', client: nowhere }).answers).toEqual([
    { name: 'f.example.com', type: 'A', ttl: 60, value: '198.51.100.9' },
  ]);
  healthy = false;
  expect(ask(account, 'f.example.com')).toEqual(['192.0.2.1']);
  expect(ask(account, 'star.example.com')).toEqual(['192.0.2.1']);
  world.route53.health.tell(HealthCheckId, false);
  await clock.advance(minute);
  expect(ask(account, 'f.example.com')).toEqual(['198.51.100.9']);
});

test('TestDNSAnswer goes the same way, for the client that it is told.', async () => {
  const { account, id } = await filled(www, txt('t.example.com', '"one" "two"'));
  const { r53 } = account;
  const tell = (RecordName: string, more = {}) =>
    r53.send(new TestDNSAnswerCommand({ HostedZoneId: id, RecordName, RecordType: 'A', ...more }));
  expect(await tell('www.example.com')).toMatchObject({
    Nameserver: expect.stringMatching(/^ns-\d+\.awsdns-\d\d\.com$/),
    RecordName: 'www.example.com.',
    RecordType: 'A',
    RecordData: ['192.0.2.1'],
    ResponseCode: 'NOERROR',
    Protocol: 'UDP',
  });
  expect((await tell('no.example.com')).ResponseCode).toBe('NXDOMAIN');
  const geo = (SetIdentifier: string, CountryCode: string, Value: string) =>
    a('g.example.com', Value, { SetIdentifier, GeoLocation: { CountryCode } });
  await change(account, id, ...create(geo('1', 'KR', '192.0.2.1'), geo('2', '*', '192.0.2.2')));
  await account.clock.advance(minute);
  expect((await tell('g.example.com', { ResolverIP: '198.18.1.1' })).RecordData).toEqual(['192.0.2.1']);
  expect(
    (await tell('g.example.com', { ResolverIP: '198.18.1.1', EDNS0ClientSubnetIP: '198.18.9.0' })).RecordData,
  ).toEqual(['192.0.2.2']);
  expect(await refusal(tell('www.example.org'))).toMatchObject({ code: 'InvalidInput' });
  expect(await refusal(tell('www.example.com', { ResolverIP: 'x' }))).toMatchObject({ code: 'InvalidInput' });
});
