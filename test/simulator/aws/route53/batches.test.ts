// SPDX-License-Identifier: GPL-3.0-or-later
import { ListResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { alias, cname, failover, weighted, www } from './sets.ts';
import { a, change, check, create, listed, minute, newAccount, put, refusal, remove, zone } from './world.ts';

const unknownCheck = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

const shapes: [string, ResourceRecordSet, RegExp][] = [
  ['a weight of 256', weighted('1', 256), /Member must have value less than or equal to 255/],
  [
    'a policy without an identifier',
    a('w.example.com', '192.0.2.1', { Weight: 1 }),
    /Missing field 'SetIdentifier' in Change with \[Action=CREATE, Name=w\.example\.com\., Type=A, SetIdentifier=null\]/,
  ],
  ['an identifier without a policy', a('w.example.com', '192.0.2.1', { SetIdentifier: '1' }), /but found none/],
  ['two policies', weighted('1', 1, { Region: 'eu-west-1' }), /but found more than one/],
  [
    'neither values nor an alias',
    { Name: 'x.example.com', Type: 'A' },
    /Expected exactly one of \[AliasTarget, .* but found none/,
  ],
  [
    'values without a TTL',
    { Name: 'x.example.com', Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] },
    /but found none/,
  ],
  ['an alias with a TTL', { ...alias('x.example.com', 'www.example.com', 'Z1'), TTL: 60 }, /but found more than one/],
  [
    'a primary without a health check',
    failover('1', 'PRIMARY'),
    /A non-alias primary ResourceRecordSet must have an associated health check\./,
  ],
  [
    'an alias of many values',
    { ...alias('x.example.com', 'www.example.com', 'Z1'), SetIdentifier: '1', MultiValueAnswer: true },
    /MultiValueAnswer is not supported/,
  ],
  [
    'a place that is none',
    a('g.example.com', '192.0.2.1', { SetIdentifier: '1', GeoLocation: { ContinentCode: 'XX' } }),
    /geographic location doesn't exist/,
  ],
  ['a type that is none', { ...www, Type: 'X' as never }, /Member must satisfy enum value set/],
  [
    'a region that is none',
    a('l.example.com', '192.0.2.1', { SetIdentifier: '1', Region: 'moon-1' as never }),
    /Member must satisfy enum value set/,
  ],
];

test.each(shapes)('InvalidInput: %s.', async (_name, set, message) => {
  const account = newAccount();
  const id = await zone(account);
  expect(await refusal(change(account, id, ...create(set)))).toMatchObject({
    code: 'InvalidInput',
    status: 400,
    message: expect.stringMatching(message),
  });
});

test('NoSuchHealthCheck, NoSuchHostedZone: a batch names only what there is.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const set = weighted('1', 1, { HealthCheckId: unknownCheck });
  expect(await refusal(change(account, id, ...create(set)))).toMatchObject({ code: 'NoSuchHealthCheck', status: 404 });
  expect(await refusal(change(account, 'Z0', ...create(www)))).toMatchObject({ code: 'NoSuchHostedZone', status: 404 });
});

test('PriorRequestNotComplete: a zone takes one batch at a time, another zone is free.', async () => {
  const account = newAccount({ route53Times: { batch: 1000 } });
  const [one, two] = [await zone(account), await zone(account, 'example.org')];
  await change(account, one, ...create(www));
  expect(await refusal(change(account, one, ...create(a('x.example.com', '192.0.2.1'))))).toMatchObject({
    code: 'PriorRequestNotComplete',
    status: 400,
  });
  await change(account, two, ...create(a('x.example.org', '192.0.2.1')));
  await account.clock.advance(1000);
  await change(account, one, ...create(a('x.example.com', '192.0.2.1')));
});

test('A batch is all or nothing, and tells all that is wrong with it.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const batch = create(www, a('b.example.com', '999.1.1.1'), a('www.example.org', '192.0.2.1'));
  const { message } = await refusal(change(account, id, ...batch));
  expect(message).toContain('999.1.1.1');
  expect(message).toContain('www.example.org.');
  expect((await listed(account, id)).map(({ Type }) => Type)).toEqual(['NS', 'SOA']);
});

test('Simple becomes weighted by DELETE and CREATE in one batch; what is read is what was written, names normalised.', async () => {
  const account = newAccount();
  const id = await zone(account);
  await change(account, id, ...create(a('W.example.com', '192.0.2.2')));
  await change(
    account,
    id,
    ...remove(a('w.example.com', '192.0.2.2')),
    ...create(weighted('1', 0), weighted('2', 255)),
  );
  const HealthCheckId = await check(account);
  await change(account, id, ...put(weighted('1', 3, { HealthCheckId })));
  await change(account, id, ...create(alias('*.example.com', 'W.example.com', `/hostedzone/${id}`)));
  await account.clock.advance(minute);
  const [, , star, first, second] = await listed(account, id);
  expect(star).toEqual({
    Name: '\\052.example.com.',
    Type: 'A',
    AliasTarget: { HostedZoneId: id, DNSName: 'w.example.com.', EvaluateTargetHealth: true },
  });
  expect(first).toEqual({ ...weighted('1', 3, { HealthCheckId }), Name: 'w.example.com.' });
  expect(second).toMatchObject({ SetIdentifier: '2', Weight: 255, TTL: 60 });
});

test('InvalidChangeBatch: an alias before its target, even if that is there and only replaced; a creation before the deletion it needs.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const [pool, pointer] = [a('pool.example.com', '192.0.2.1'), alias('a.example.com', 'pool.example.com', id)];
  const code = 'InvalidChangeBatch';
  expect(await refusal(change(account, id, ...create(pointer, pool)))).toMatchObject({ code });
  await change(account, id, ...create(pool, pointer));
  expect(await refusal(change(account, id, ...put(pointer, pool)))).toMatchObject({
    code,
    message: expect.stringContaining('that target was not found'),
  });
  await change(account, id, ...put(pool, pointer));
  const name = cname('pool.example.com', 'other.example.net');
  expect(await refusal(change(account, id, ...create(name), ...remove(pool)))).toMatchObject({ code });
  await change(account, id, ...remove(pointer, pool), ...create(name));
});

test('A load balancer is aliased in the zone of its region, and in no other.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const balancer = 'lb-1.ap-northeast-2.elb.amazonaws.com';
  expect(
    await refusal(change(account, id, ...create(alias('a.example.com', balancer, 'Z35SXDOTRQ7X7K')))),
  ).toMatchObject({
    code: 'InvalidChangeBatch',
    message: expect.stringContaining('does not lie within the target zone'),
  });
  await change(account, id, ...create(alias('a.example.com', balancer, 'ZWKZPGTI48KDX')));
});

test('A zone of two thousand records is listed page by page in no time, and changed likewise.', async () => {
  const account = newAccount();
  const id = await zone(account);
  for (let batch = 0; batch < 2; batch++)
    await change(
      account,
      id,
      ...create(...Array.from({ length: 1000 }, (_, i) => a(`n${batch}-${i}.example.com`, '192.0.2.1'))),
    );
  const { r53, world } = account;
  const start = performance.now();
  const page = await r53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: id, StartRecordName: 'n1-0.example.com' }),
  );
  await change(account, id, ...put(a('n1-0.example.com', '192.0.2.2')));
  expect(page.ResourceRecordSets).toHaveLength(300);
  expect(world.route53.records(id)).toHaveLength(2002);
  expect(performance.now() - start).toBeLessThan(5000);
});
