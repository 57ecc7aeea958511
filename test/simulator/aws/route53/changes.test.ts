// SPDX-License-Identifier: GPL-3.0-or-later
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { alias, cname, failover, txt, weighted, www } from './sets.ts';
import { a, change, check, create, listed, newAccount, put, refusal, remove, zone } from './world.ts';

interface Refused {
  readonly name: string;
  readonly there?: ResourceRecordSet[];
  readonly changes: Change[];
  readonly code?: string;
  readonly message: RegExp;
}

const cases: Refused[] = [
  {
    name: 'CREATE of what exists',
    there: [www],
    changes: create(www),
    message: /^\[Tried to create resource record set \[name='www\.example\.com\.', type='A'\] but it already exists\]$/,
  },
  { name: 'DELETE of what does not', changes: remove(www), message: /but it was not found\]$/ },
  {
    name: 'DELETE with other values',
    there: [www],
    changes: remove(a('www.example.com', '192.0.2.9')),
    message: /but the values provided do not match the current values/,
  },
  { name: 'DELETE with another TTL', there: [www], changes: remove({ ...www, TTL: 61 }), message: /do not match/ },
  {
    name: 'a name of another zone',
    changes: create(a('www.example.org', '192.0.2.1')),
    message: /RRSet with DNS name www\.example\.org\. is not permitted in zone example\.com\./,
  },
  {
    name: 'a name that only ends like the zone',
    changes: create(a('wwwexample.com', '192.0.2.1')),
    message: /not permitted in zone/,
  },
  {
    name: 'CNAME at the apex',
    changes: create(cname('example.com', 'other.example.net')),
    message: /is not permitted at apex in zone example\.com\./,
  },
  {
    name: 'CNAME beside A',
    there: [www],
    changes: create(cname('www.example.com', 'other.example.net')),
    message: /as it conflicts with other records/,
  },
  {
    name: 'A beside CNAME',
    there: [cname('www.example.com', 'other.example.net')],
    changes: create(www),
    message:
      /^\[RRSet of type A with DNS name www\.example\.com\. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example\.com\.\]$/,
  },
  {
    name: 'simple beside weighted',
    there: [weighted('1')],
    changes: put(a('w.example.com', '192.0.2.1')),
    message: /type A cannot be created as other RRSets exist with the same name and type/,
  },
  {
    name: 'weighted beside simple',
    there: [a('w.example.com', '192.0.2.1')],
    changes: put(weighted('1')),
    message: /SetIdentifier 1 cannot be created as a non-weighted set exists with the same name and type/,
  },
  {
    name: 'latency beside weighted',
    there: [weighted('1')],
    changes: create(a('w.example.com', '192.0.2.1', { SetIdentifier: '2', Region: 'eu-west-1' })),
    message:
      /SetIdentifier 2, and Region Name=eu-west-1 cannot be created because a non-latency RRSet with the same name and type already exists/,
  },
  {
    name: 'two weights with two TTLs',
    there: [weighted('1')],
    changes: create(weighted('2', 1, { TTL: 30 })),
    message: /weighted sets must contain the same TTL/,
  },
  {
    name: 'an address that is none',
    changes: create(a('www.example.com', '999.1.1.1')),
    message: /ARRDATAIllegalIPv4Address \(Value is not a valid IPv4 address\) encountered with '999\.1\.1\.1'/,
  },
  {
    name: 'the same value twice',
    changes: create(a('www.example.com', ['192.0.2.1', '192.0.2.1'])),
    message: /Duplicate Resource Record: '192\.0\.2\.1'/,
  },
  {
    name: 'TXT without quotation marks',
    changes: create(txt('t.example.com', 'plain')),
    message: /InvalidCharacterString \(Value should be enclosed in quotation marks\) encountered with 'plain'/,
  },
  {
    name: 'TXT too long for one string',
    changes: create(txt('t.example.com', `"${'x'.repeat(256)}"`)),
    message: /CharacterStringTooLong/,
  },
  {
    name: 'two names for one CNAME',
    changes: create({
      ...cname('c.example.com', 'a.example.net'),
      ResourceRecords: [{ Value: 'a.example.net' }, { Value: 'b.example.net' }],
    }),
    message: /more than one resource record/,
  },
  {
    name: 'one record set twice in a batch',
    changes: create(www, { ...www, TTL: 30 }),
    message: /invalid set of changes for a resource record set 'A www\.example\.com\.'/,
  },
  { name: 'the zone without NS', changes: [], message: /must contain at least one NS record/ },
  { name: 'alias to what is not there', changes: [], message: /but that target was not found/ },
  {
    name: 'alias to CloudFront with evaluated health',
    changes: create(alias('c.example.com', 'd1.cloudfront.net', 'Z2FDTNDATAQYW2')),
    message: /EvaluateTargetHealth cannot be true/,
  },
  {
    name: 'too many elements, upserts twice',
    changes: put(...Array.from({ length: 501 }, (_, i) => a(`n${i}.example.com`, '192.0.2.1'))),
    message: /Number of records limit of 1000 exceeded/,
  },
  {
    name: 'too many characters, upserts twice',
    changes: put(...Array.from({ length: 90 }, (_, i) => txt(`n${i}.example.com`, `"${'x'.repeat(200)}"`))),
    message: /Number of characters limit of 32000 exceeded/,
  },
];

test.each(cases)('InvalidChangeBatch: $name.', async ({ name, there = [], changes, message }) => {
  const account = newAccount();
  const id = await zone(account);
  if (there.length > 0) await change(account, id, ...create(...there));
  const before = await listed(account, id);
  const apex = before.filter(({ Type }) => Type === 'NS');
  const own: Record<string, Change[]> = {
    'the zone without NS': remove(...apex),
    'alias to what is not there': create(alias('a.example.com', 'nothing.example.com', id)),
  };
  const refused = await refusal(change(account, id, ...(own[name] ?? changes)));
  expect(refused).toMatchObject({ code: 'InvalidChangeBatch', status: 400, message: expect.stringMatching(message) });
  expect(await listed(account, id)).toEqual(before);
});

test('InvalidChangeBatch: two primaries; a secondary becomes the primary only after the other one went, in one batch.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const HealthCheckId = await check(account);
  await change(
    account,
    id,
    ...create(failover('1', 'PRIMARY', HealthCheckId), failover('2', 'SECONDARY', HealthCheckId)),
  );
  const swap = put(failover('1', 'SECONDARY', HealthCheckId), failover('2', 'PRIMARY', HealthCheckId));
  expect(await refusal(change(account, id, ...swap))).toMatchObject({ code: 'InvalidChangeBatch' });
  const [first, second] = [failover('1', 'PRIMARY', HealthCheckId), failover('2', 'SECONDARY', HealthCheckId)];
  await change(
    account,
    id,
    ...remove(first, second),
    ...create(failover('1', 'SECONDARY', HealthCheckId), failover('2', 'PRIMARY', HealthCheckId)),
  );
});

test('InvalidChangeBatch: two records for one location, one region.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const geo = (SetIdentifier: string, CountryCode: string) =>
    a('g.example.com', '192.0.2.1', { SetIdentifier, GeoLocation: { CountryCode } });
  const near = (SetIdentifier: string) => a('l.example.com', '192.0.2.1', { SetIdentifier, Region: 'eu-west-1' });
  await change(account, id, ...create(geo('1', 'KR'), geo('2', '*')));
  expect(await refusal(change(account, id, ...create(geo('3', '*'))))).toMatchObject({ code: 'InvalidChangeBatch' });
  expect(await refusal(change(account, id, ...create(near('1'), near('2'))))).toMatchObject({
    code: 'InvalidChangeBatch',
  });
});
