// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import type { EndpointCheck } from '../../../../src/clouds/aws/route53/health-check.ts';
import { referenceFor } from '../../../../src/clouds/aws/route53/health-check-reference.ts';
import { HealthChecks } from '../../../../src/clouds/aws/route53/health-checks.ts';
import { createHealthCheck, tagHealthCheck, updateHealthCheck } from '../../../../src/clouds/aws/route53/requests.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import { Refusal, scope, scripted, type Answer, type Xml } from './script.ts';

const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
const other = { ...owner, uid: 'u2' };
const reference = referenceFor('u1', 'seoul');
const settings: EndpointCheck = {
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

interface Check {
  readonly id: string;
  readonly reference: string;
}

const xmlOf = ({ id, reference: CallerReference }: Check): Xml => ({
  Id: id,
  CallerReference,
  HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'seoul.seojun.shop', Port: 443 },
  HealthCheckVersion: 1,
});
const tagsOf = (id: string, tags: object): Xml => ({
  ResourceType: 'healthcheck',
  ResourceId: id,
  Tags: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value: String(Value) })) },
});

/** Checks that are there, with tags; and what else a test wants answered. */
function world(checks: readonly Check[], tags: Record<string, object> = {}, answers: Record<string, Answer> = {}) {
  const list = [...checks];
  const made = scripted({
    ListHealthChecks: () => ({
      HealthChecks: { HealthCheck: list.map(xmlOf) },
      IsTruncated: false,
      MaxItems: 1000,
      Marker: '',
    }),
    ListTagsForResources: (_call, { body }) => {
      const ids = [...String(body).matchAll(/<ResourceId>([^<]+)/g)].map(([, id = '']) => id);
      if (ids.some((id) => !list.some((one) => one.id === id))) throw new Refusal('NoSuchHealthCheck', 'gone', 404);
      return { ResourceTagSets: { ResourceTagSet: ids.map((id) => tagsOf(id, tags[id] ?? {})) } };
    },
    GetHealthCheck: (_call, { url }) => {
      const found = list.find(({ id }) => url.pathname.endsWith(id));
      if (!found) throw new Refusal('NoSuchHealthCheck', 'gone', 404);
      return { HealthCheck: xmlOf(found) };
    },
    ListTagsForResource: (_call, { url }) => {
      const id = url.pathname.split('/').at(-1) ?? '';
      return { ResourceTagSet: tagsOf(id, tags[id] ?? {}) };
    },
    DeleteHealthCheck: () => ({}),
    ChangeTagsForResource: () => ({}),
    ...answers,
  });
  return { ...made, list, checks: new HealthChecks(made.session, scope) };
}

const age = { maxAgeMs: 60_000 };

test("An object's checks are known by their reference, others' only when they are named, and each comes with its tags.", async () => {
  const { checks, sent } = world(
    [
      { id: 'h1', reference },
      { id: 'h2', reference: referenceFor('u2', 'seoul') },
      { id: 'h3', reference: 'terraform-1' },
      { id: 'h4', reference: 'console-1' },
    ],
    { h1: markOf(owner), h3: markOf(owner) },
  );
  const found = await checks.of('u1', ['h3', 'h9'], age);
  expect(found.map(({ id, tags }) => [id, tags])).toEqual([
    ['h1', markOf(owner)],
    ['h3', markOf(owner)],
  ]);
  await checks.of('u2', [], age);
  // the second object's tags came along with the first one's
  expect([sent('ListHealthChecks').length, sent('ListTagsForResources').length]).toEqual([1, 1]);
});

test('Tags are read ten a call, and again after an hour or a write.', async () => {
  const many = Array.from({ length: 25 }, (_, at) => ({ id: `h${at}`, reference: referenceFor('u1', `e${at}`) }));
  const { checks, sent, clock } = world(many);
  await checks.of('u1', [], age);
  expect(sent('ListTagsForResources')).toHaveLength(3);
  await clock.advance(30 * 60_000);
  await checks.of('u1', [], age);
  expect(sent('ListTagsForResources')).toHaveLength(3);
  await checks.write(tagHealthCheck('h3', markOf(owner)));
  await checks.of('u1', [], age);
  expect(sent('ListTagsForResources')).toHaveLength(4);
  await clock.advance(61 * 60_000);
  await checks.of('u1', [], age);
  expect(sent('ListTagsForResources')).toHaveLength(7);
});

test('One check that is gone since the list was made does not hide the tags of the others.', async () => {
  const { checks, list } = world(
    [
      { id: 'h1', reference },
      { id: 'h2', reference: referenceFor('u1', 'tokyo') },
    ],
    { h1: markOf(owner) },
  );
  // listed, and gone when its tags are asked for
  await checks.of('u9', [], age);
  list.pop();
  expect((await checks.of('u1', [], age)).map(({ id }) => id)).toEqual(['h1']);
});

test('What was made stands in until the list has it, and the list is not asked anew for it.', async () => {
  const { checks, sent } = world(
    [],
    {},
    {
      CreateHealthCheck: () => ({ HealthCheck: xmlOf({ id: 'h7', reference }) }),
      ListTagsForResources: () => {
        throw new Refusal('NoSuchHealthCheck', 'not yet', 404);
      },
    },
  );
  await checks.of('u1', [], age);
  expect(await checks.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'h7' });
  expect(await checks.of('u1', [], age)).toMatchObject([{ id: 'h7', reference, tags: {} }]);
  expect(sent('ListHealthChecks')).toHaveLength(1);
  // a new check has none
  expect(sent('ListTagsForResources')).toHaveLength(0);
});

test('A reference whose check is there with other settings finds that check: its answer had been lost.', async () => {
  const { checks, sent } = world(
    [{ id: 'h1', reference: `${reference}.1x` }],
    {},
    {
      CreateHealthCheck: () => {
        throw new Refusal('HealthCheckAlreadyExists', 'exists', 409);
      },
    },
  );
  expect(await checks.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'h1' });
  expect(sent('CreateHealthCheck')).toHaveLength(1);
});

test('An update names the version that it was made for and resets what is no more, and one that was overtaken looks again.', async () => {
  const { path: _path, host: _host, ...rest } = settings;
  const have = { id: 'h1', reference, version: 4, settings: { ...settings, regions: ['us-east-1'] } };
  const request = updateHealthCheck(have, { ...rest, ip: '3.36.122.217' });
  expect(request.input).toEqual({
    HealthCheckId: 'h1',
    HealthCheckVersion: 4,
    IPAddress: '3.36.122.217',
    Port: 443,
    FailureThreshold: 1,
    EnableSNI: true,
    Inverted: false,
    Disabled: false,
    ResetElements: ['FullyQualifiedDomainName', 'Regions', 'ResourcePath'],
  });
  const { checks, sent } = world(
    [{ id: 'h1', reference }],
    {},
    {
      UpdateHealthCheck: () => {
        throw new Refusal('HealthCheckVersionMismatch', 'newer', 409);
      },
    },
  );
  await checks.of('u1', [], age);
  await expect(checks.write(request)).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict', applied: 'no' });
  await checks.of('u1', [], age);
  expect(sent('ListHealthChecks')).toHaveLength(2);
});

test.each([
  ['our mark', reference, markOf(owner), true],
  ['no mark yet, but our reference', reference, {}, true],
  ["another object's mark, though our reference", reference, markOf(other), false],
  ['no mark, and a reference of nobody', 'console-1', {}, false],
  ["no mark, and another object's reference", referenceFor('u2', 'seoul'), {}, false],
])('A check with %s is deleted or left alone as that says, by a look of its own.', async (_, given, tags, deleted) => {
  const { checks, sent } = world([{ id: 'h1', reference: given }], { h1: tags });
  const done = checks.delete('h1', owner);
  if (deleted) await done;
  else await expect(done).rejects.toMatchObject({ reason: 'Conflict', applied: 'no' });
  expect(sent('GetHealthCheck')).toHaveLength(1);
  expect(sent('DeleteHealthCheck')).toHaveLength(deleted ? 1 : 0);
});

test('A check that is gone already is deleted.', async () => {
  const { checks, sent } = world([]);
  await checks.delete('h1', owner);
  expect(sent('DeleteHealthCheck')).toHaveLength(0);
});

test('What is told of endpoints takes a tenth of what an account may ask, however many there are and however often they are looked at.', async () => {
  const many = Array.from({ length: 120 }, (_, at) => ({ id: `h${at}`, reference: referenceFor('u1', `e${at}`) }));
  const { checks, sent, clock } = world(
    many,
    {},
    {
      GetHealthCheckStatus: () => ({
        HealthCheckObservations: {
          HealthCheckObservation: [
            {
              Region: 'us-east-1',
              IPAddress: '15.177.2.1',
              StatusReport: { Status: 'Success: HTTP Status Code 200, OK' },
            },
          ],
        },
      }),
    },
  );
  const found = await checks.of('u1', [], age);
  const look = () => Promise.all(found.map((check) => checks.status(check, { maxAgeMs: 1000 })));
  expect((await look())[0]).toMatchObject({ id: 'h0', healthy: true, checkersHealthy: 1, checkers: 1 });
  expect(sent('GetHealthCheckStatus')).toHaveLength(120);
  const perMinute: number[] = [];
  for (let minute = 0; minute < 20; minute += 1) {
    const before = sent('GetHealthCheckStatus').length;
    for (let at = 0; at < 6; at += 1) {
      await clock.advance(10_000);
      await look();
    }
    perMinute.push(sent('GetHealthCheckStatus').length - before);
  }
  const asked = perMinute.reduce((sum, count) => sum + count, 0);
  // twenty minutes: one call in two seconds, and never all of them at once
  expect(asked).toBeLessThanOrEqual(600 + 20);
  expect(asked).toBeGreaterThanOrEqual(460);
  expect(Math.max(...perMinute)).toBeLessThanOrEqual(30 + 20);
  // nobody is left out
  const each = sent('GetHealthCheckStatus').map(({ parameters }) => parameters[0]?.value);
  for (const { id } of found) expect(each.filter((one) => one === id).length).toBeGreaterThanOrEqual(4);
});

test('What is calculated is not asked for, and a check that is gone is unknown.', async () => {
  const { checks, sent } = world(
    [],
    {},
    {
      GetHealthCheckStatus: () => {
        throw new Refusal('NoSuchHealthCheck', 'gone', 404);
      },
    },
  );
  const calculated = {
    type: 'Calculated',
    children: ['h1'],
    healthThreshold: 1,
    inverted: false,
    disabled: false,
  } as const;
  expect(await checks.status({ id: 'h2', reference, version: 1, settings: calculated }, age)).toBeUndefined();
  expect(sent('GetHealthCheckStatus')).toHaveLength(0);
  expect(await checks.status({ id: 'h1', reference, version: 1, settings }, age)).toBeUndefined();
});
