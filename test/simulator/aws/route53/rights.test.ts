// SPDX-License-Identifier: GPL-3.0-or-later
import {
  ChangeTagsForResourceCommand,
  GetAccountLimitCommand,
  GetHealthCheckCommand,
  GetHostedZoneCommand,
  GetHostedZoneCountCommand,
  GetHostedZoneLimitCommand,
  ListHealthChecksCommand,
  ListTagsForResourceCommand,
  ListTagsForResourcesCommand,
} from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { accountID } from '../client.ts';
import { txt, www } from './sets.ts';
import { change, check, create, newAccount, put, refusal, remove, route53Client, zone, type Account } from './world.ts';

async function userWith({ root, world, clock }: Account, ...statements: object[]) {
  const { credentials } = await root.user('dns', statements);
  if (!credentials) throw new Error('It has a key.');
  return route53Client(world, clock, credentials);
}

const arn = (kind: string, id: string) => `arn:aws:route53:::${kind}/${id}`;

test('AccessDenied: what no policy allows, in the words of IAM; a zone by its ARN, another one not.', async () => {
  const account = newAccount();
  const [mine, other] = [await zone(account), await zone(account, 'example.org')];
  const r53 = await userWith(account, {
    Effect: 'Allow',
    Action: 'route53:GetHostedZone',
    Resource: arn('hostedzone', mine),
  });
  expect((await r53.send(new GetHostedZoneCommand({ Id: mine }))).HostedZone?.Name).toBe('example.com.');
  expect(await refusal(r53.send(new GetHostedZoneCommand({ Id: other })))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: `User: arn:aws:iam::${accountID}:user/dns is not authorized to perform: route53:GetHostedZone on resource: ${arn('hostedzone', other)} because no identity-based policy allows the route53:GetHostedZone action`,
  });
  expect(await refusal(r53.send(new ListHealthChecksCommand({})))).toMatchObject({ code: 'AccessDenied' });
  // what is not there is refused like what is
  expect(await refusal(r53.send(new GetHostedZoneCommand({ Id: 'Z0NONE' })))).toMatchObject({ code: 'AccessDenied' });
});

test('Changes can be limited to names, types and actions.', async () => {
  const account = newAccount();
  const id = await zone(account);
  const keys = 'route53:ChangeResourceRecordSets';
  const r53 = await userWith(account, {
    Effect: 'Allow',
    Action: 'route53:ChangeResourceRecordSets',
    Resource: arn('hostedzone', '*'),
    Condition: {
      'ForAllValues:StringLike': { [`${keys}NormalizedRecordNames`]: ['www.example.com', '*.sub.example.com'] },
      'ForAllValues:StringEquals': { [`${keys}RecordTypes`]: ['A', 'TXT'], [`${keys}Actions`]: ['CREATE', 'UPSERT'] },
    },
  });
  await change({ r53 }, id, ...create({ ...www, Name: 'WWW.Example.com.' }, txt('a.sub.example.com', '"x"')));
  for (const refused of [
    create(txt('example.com', '"x"')),
    remove(www),
    put({ ...www, Type: 'AAAA', ResourceRecords: [{ Value: '::1' }] }),
  ])
    expect(await refusal(change({ r53 }, id, ...refused))).toMatchObject({ code: 'AccessDenied' });
});

test("AccessDenied: another account's zone and check, whatever the policy says.", async () => {
  const account = newAccount();
  const { world, clock } = account;
  const Id = await zone(account);
  const HealthCheckId = await check(account);
  const stranger = route53Client(world, clock, world.account('210987654321').rootKey);
  expect(await refusal(stranger.send(new GetHostedZoneCommand({ Id })))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
  });
  expect(await refusal(stranger.send(new GetHealthCheckCommand({ HealthCheckId })))).toMatchObject({
    code: 'AccessDenied',
  });
  expect((await stranger.send(new GetHostedZoneCountCommand({}))).HostedZoneCount).toBe(0);
});

test('Throttling: five requests a second for the whole account, whoever asks and whatever; other accounts are free.', async () => {
  const account = newAccount({ quotas: { route53RequestsPerSecond: 5 } });
  const { r53, world, clock } = account;
  const user = await userWith(account, { Effect: 'Allow', Action: '*', Resource: '*' });
  const count = new GetHostedZoneCountCommand({});
  for (const client of [r53, user, r53, user]) await client.send(count);
  await r53.send(new ListHealthChecksCommand({}));
  const limit = { code: 'Throttling', status: 400, message: 'Rate exceeded' };
  expect(await refusal(user.send(count))).toMatchObject(limit);
  expect(await refusal(r53.send(new ListHealthChecksCommand({})))).toMatchObject(limit);
  await route53Client(world, clock, world.account('210987654321').rootKey).send(count);
  await clock.advance(200);
  await r53.send(count);
  expect(await refusal(r53.send(count))).toMatchObject(limit);
});

test('Throttling as a planned fault has the words of the service.', async () => {
  const { r53, world } = newAccount();
  world.faults.add({ kind: 'throttle', service: 'route53', count: 1 });
  expect(await refusal(r53.send(new GetHostedZoneCountCommand({})))).toMatchObject({
    code: 'Throttling',
    message: 'Rate exceeded',
  });
});

test('Tags of zones and checks: ten at a time, listed one by one or together, gone when removed.', async () => {
  const account = newAccount();
  const { r53 } = account;
  const [id, ResourceId] = [await zone(account), await check(account)];
  const tags = (Tags: Record<string, string>) => Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
  const mark = (more: object) =>
    r53.send(new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId, ...more }));
  await mark({ AddTags: tags({ Name: 'one', owner: 'us' }) });
  await mark({ AddTags: tags({ Name: 'two' }), RemoveTagKeys: ['owner', 'never'] });
  await r53.send(
    new ChangeTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: id, AddTags: tags({ zone: 'yes' }) }),
  );
  const one = await r53.send(new ListTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId }));
  expect(one.ResourceTagSet).toEqual({
    ResourceType: 'healthcheck',
    ResourceId,
    Tags: [{ Key: 'Name', Value: 'two' }],
  });
  const both = await r53.send(new ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: [id] }));
  expect(both.ResourceTagSets?.map(({ Tags }) => Tags)).toEqual([[{ Key: 'zone', Value: 'yes' }]]);
  const invalid = { code: 'InvalidInput', status: 400 };
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, 'v']));
  expect(await refusal(mark({ AddTags: tags(eleven) }))).toMatchObject(invalid);
  expect(await refusal(mark({ AddTags: tags({ 'aws:x': 'y' }) }))).toMatchObject(invalid);
  expect(await refusal(mark({}))).toMatchObject(invalid);
  const none = new ListTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: 'no' });
  expect(await refusal(r53.send(none))).toMatchObject({ code: 'NoSuchHealthCheck', status: 404 });
});

test('TooManyHostedZones, and the limits that say so before.', async () => {
  const account = newAccount({ quotas: { hostedZones: 1 } });
  const { r53 } = account;
  const id = await zone(account);
  expect(await refusal(zone(account, 'example.org'))).toMatchObject({ code: 'TooManyHostedZones', status: 400 });
  const limit = await r53.send(new GetAccountLimitCommand({ Type: 'MAX_HOSTED_ZONES_BY_OWNER' }));
  expect(limit).toMatchObject({ Limit: { Type: 'MAX_HOSTED_ZONES_BY_OWNER', Value: 1 }, Count: 1 });
  const records = await r53.send(new GetHostedZoneLimitCommand({ HostedZoneId: id, Type: 'MAX_RRSETS_BY_ZONE' }));
  expect(records).toMatchObject({ Limit: { Value: 10_000 }, Count: 2 });
});

test('InvalidAction, InvalidInput: what is not simulated is refused, never answered with something else.', async () => {
  const { root } = newAccount();
  const ask = (method: string, path: string, body = '') =>
    root.send('route53', {
      method,
      host: 'route53.amazonaws.com',
      path: `/2013-04-01/${path}`,
      signedFor: 'us-east-1',
      body,
    });
  expect(await ask('GET', 'trafficpolicies')).toMatchObject({ status: 400, code: 'InvalidAction' });
  expect(await ask('POST', 'hostedzone', '<CreateHostedZoneRequest><VPC/></CreateHostedZoneRequest>')).toMatchObject({
    code: 'InvalidInput',
  });
  expect(await ask('POST', 'hostedzone', 'no xml')).toMatchObject({ code: 'InvalidInput' });
});

test('SignatureDoesNotMatch: Route 53 signs for us-east-1, wherever the client stands.', async () => {
  const { root } = newAccount();
  const ask = { host: 'route53.amazonaws.com', path: '/2013-04-01/hostedzonecount' };
  expect((await root.send('route53', { ...ask, signedFor: 'us-east-1' })).status).toBe(200);
  expect(await root.send('route53', ask)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
});

test('A saved world goes on: zones, records, checks, references, what was told.', async () => {
  const account = newAccount();
  const { world, clock } = account;
  const id = await zone(account);
  const HealthCheckId = await check(account);
  await change(account, id, ...create(www));
  world.route53.health.tell(HealthCheckId, false);
  const saved = world.snapshot();
  const again = newAccount();
  again.world.restore(saved);
  await again.clock.advance(clock.now() - again.clock.now() + 60_000);
  expect(again.world.route53.records(id)).toEqual(world.route53.records(id));
  expect(again.world.route53.health.of(HealthCheckId).healthy).toBe(false);
  expect(again.world.route53.answer({ name: 'www.example.com', type: 'A', client: '127.0.0.1' }).answers).toHaveLength(
    1,
  );
});
