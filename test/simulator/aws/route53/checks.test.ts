// SPDX-License-Identifier: GPL-3.0-or-later
import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetCheckerIpRangesCommand,
  GetHealthCheckCommand,
  GetHealthCheckCountCommand,
  GetHealthCheckLastFailureReasonCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
} from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { a, change, check, create, newAccount, refusal, second, zone } from './world.ts';

const http: HealthCheckConfig = { Type: 'HTTP', IPAddress: '203.0.113.10', ResourcePath: '/healthz' };
const make = (HealthCheckConfig: HealthCheckConfig, CallerReference = 'one') =>
  new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig });

test('A check has the defaults of its type, and a version that begins with 1.', async () => {
  const { r53 } = newAccount();
  const { HealthCheck, Location } = await r53.send(make(http));
  expect(Location).toBe(`https://route53.amazonaws.com/2013-04-01/healthcheck/${HealthCheck?.Id}`);
  expect(HealthCheck).toEqual({
    Id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    CallerReference: 'one',
    HealthCheckVersion: 1,
    HealthCheckConfig: {
      ...http,
      Port: 80,
      RequestInterval: 30,
      FailureThreshold: 3,
      MeasureLatency: false,
      Inverted: false,
      Disabled: false,
      EnableSNI: false,
    },
  });
  expect((await r53.send(new GetHealthCheckCommand({ HealthCheckId: HealthCheck?.Id }))).HealthCheck).toEqual(
    HealthCheck,
  );
});

test('HealthCheckAlreadyExists: a reference answers the same check again, with other settings or after a deletion never.', async () => {
  const { r53 } = newAccount();
  const first = (await r53.send(make(http))).HealthCheck;
  const HealthCheckId = first?.Id;
  expect((await r53.send(make(http))).HealthCheck?.Id).toBe(HealthCheckId);
  const taken = { code: 'HealthCheckAlreadyExists', status: 409 };
  expect(await refusal(r53.send(make({ ...http, Port: 8080 })))).toMatchObject(taken);
  await r53.send(new DeleteHealthCheckCommand({ HealthCheckId }));
  expect(await refusal(r53.send(make(http)))).toMatchObject(taken);
  expect((await r53.send(make(http, 'two'))).HealthCheck?.Id).not.toBe(HealthCheckId);
  expect((await r53.send(new GetHealthCheckCountCommand({}))).HealthCheckCount).toBe(1);
});

const wrong: [string, HealthCheckConfig, RegExp][] = [
  ['an interval of 20', { ...http, RequestInterval: 20 }, /RequestInterval must be 10 or 30/],
  ['a threshold of 11', { ...http, FailureThreshold: 11 }, /less than or equal to 10/],
  ['an endpoint that is none', { Type: 'HTTP' }, /Either IPAddress or FullyQualifiedDomainName/],
  ['a private address', { ...http, IPAddress: '10.0.0.1' }, /local, private, non-routable or multicast/],
  ['a loopback address', { ...http, IPAddress: '127.0.0.1' }, /local, private/],
  ['a link-local address of IPv6', { ...http, IPAddress: 'fe80::1' }, /local, private/],
  ['an address that is none', { ...http, IPAddress: '999.1.1.1' }, /not a valid IP address/],
  ['a string to search without a match', { ...http, SearchString: 'ok' }, /SearchString is not supported/],
  ['a match without a string', { ...http, Type: 'HTTP_STR_MATCH' }, /SearchString must be specified/],
  ['TCP without a port', { Type: 'TCP', IPAddress: '203.0.113.10' }, /Port must be specified/],
  ['two regions', { ...http, Regions: ['us-east-1', 'eu-west-1'] }, /At least three Regions/],
  ['a region without checkers', { ...http, Regions: ['ap-northeast-2' as never] }, /enum value set/],
  [
    'a calculated check without children',
    { Type: 'CALCULATED', HealthThreshold: 1 },
    /ChildHealthChecks must be specified/,
  ],
  [
    'a calculated check of what is not there',
    { Type: 'CALCULATED', HealthThreshold: 1, ChildHealthChecks: ['x'] },
    /does not exist/,
  ],
  ['an alarm check without an alarm', { Type: 'CLOUDWATCH_METRIC' }, /AlarmIdentifier must be specified/],
  ['a type that is none', { Type: 'UDP' as never }, /enum value set/],
];

test.each(wrong)('InvalidInput: %s.', async (_name, config, message) => {
  const { r53 } = newAccount();
  const refused = await refusal(r53.send(make(config)));
  expect(refused).toMatchObject({ code: 'InvalidInput', status: 400, message: expect.stringMatching(message) });
});

test('InvalidInput: type, interval and latency measurement are no members of an update; an address is not added.', async () => {
  const account = newAccount();
  const { r53, root } = account;
  const HealthCheckId = await check(account, { FullyQualifiedDomainName: 'www.example.com', IPAddress: undefined });
  for (const member of [
    '<Type>TCP</Type>',
    '<RequestInterval>30</RequestInterval>',
    '<MeasureLatency>true</MeasureLatency>',
  ]) {
    const body = `<UpdateHealthCheckRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${member}</UpdateHealthCheckRequest>`;
    const ask = {
      method: 'POST',
      host: 'route53.amazonaws.com',
      path: `/2013-04-01/healthcheck/${HealthCheckId}`,
      signedFor: 'us-east-1',
      body,
    };
    expect(await root.send('route53', ask)).toMatchObject({ status: 400, code: 'InvalidInput' });
  }
  const add = new UpdateHealthCheckCommand({ HealthCheckId, IPAddress: '203.0.113.10' });
  expect(await refusal(r53.send(add))).toMatchObject({ code: 'InvalidInput' });
});

test('HealthCheckVersionMismatch: every update makes a version, and may ask for the one that it changes.', async () => {
  const account = newAccount();
  const { r53 } = account;
  const regions = ['us-east-1', 'eu-west-1', 'sa-east-1'] as const;
  const HealthCheckId = await check(account, { Regions: [...regions], ResourcePath: '/x' });
  const update = (HealthCheckVersion: number) =>
    new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion, FailureThreshold: 5 });
  const { HealthCheck } = await r53.send(update(1));
  expect(HealthCheck).toMatchObject({
    HealthCheckVersion: 2,
    HealthCheckConfig: { FailureThreshold: 5, Regions: regions, ResourcePath: '/x' },
  });
  expect(await refusal(r53.send(update(1)))).toMatchObject({ code: 'HealthCheckVersionMismatch', status: 409 });
  const reset = await r53.send(
    new UpdateHealthCheckCommand({ HealthCheckId, ResetElements: ['Regions', 'ResourcePath'] }),
  );
  expect(reset.HealthCheck?.HealthCheckConfig).not.toHaveProperty('Regions');
  expect(reset.HealthCheck?.HealthCheckConfig).not.toHaveProperty('ResourcePath');
  expect(reset.HealthCheck?.HealthCheckVersion).toBe(3);
});

test('NoSuchHealthCheck, HealthCheckInUse: what is gone is gone; a check that records use may go: that code is not in use.', async () => {
  const account = newAccount();
  const { r53 } = account;
  const HealthCheckId = await check(account);
  const id = await zone(account);
  await change(
    account,
    id,
    ...create(a('w.example.com', '192.0.2.1', { SetIdentifier: '1', Weight: 1, HealthCheckId })),
  );
  await r53.send(new DeleteHealthCheckCommand({ HealthCheckId }));
  const gone = { code: 'NoSuchHealthCheck', status: 404 };
  expect(await refusal(r53.send(new DeleteHealthCheckCommand({ HealthCheckId })))).toMatchObject(gone);
  expect(await refusal(r53.send(new GetHealthCheckCommand({ HealthCheckId })))).toMatchObject(gone);
});

test('TooManyHealthChecks: the quota of an account.', async () => {
  const { r53 } = newAccount({ quotas: { healthChecks: 1 } });
  await r53.send(make(http));
  expect(await refusal(r53.send(make(http, 'two')))).toMatchObject({ code: 'TooManyHealthChecks', status: 400 });
});

test('Lists of checks have pages.', async () => {
  const account = newAccount();
  const { r53 } = account;
  const made = [await check(account), await check(account), await check(account)].toSorted();
  const first = await r53.send(new ListHealthChecksCommand({ MaxItems: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: made[2] });
  const rest = await r53.send(new ListHealthChecksCommand({ MaxItems: 2, Marker: first.NextMarker }));
  expect([...(first.HealthChecks ?? []), ...(rest.HealthChecks ?? [])].map(({ Id }) => Id)).toEqual(made);
});

test('An endpoint that fails is unhealthy after as many looks of the checkers as the threshold says, and healthy again likewise.', async () => {
  const account = newAccount();
  const { r53, clock, world } = account;
  const HealthCheckId = await check(account);
  const status = async () => {
    const { HealthCheckObservations = [] } = await r53.send(new GetHealthCheckStatusCommand({ HealthCheckId }));
    return HealthCheckObservations.map(({ StatusReport }) => StatusReport?.Status ?? '');
  };
  await clock.advance(60 * second);
  expect(await status()).toEqual(Array.from({ length: 16 }, () => 'Success: HTTP Status Code 200, OK'));
  world.route53.health.tell('203.0.113.10:80', false, 'Failure: HTTP Status Code 503');
  await clock.advance(19 * second);
  expect(world.route53.health.of(HealthCheckId).healthy).toBe(true);
  expect(await status()).toEqual(Array.from({ length: 16 }, () => 'Failure: HTTP Status Code 503'));
  await clock.advance(11 * second);
  expect(world.route53.health.of(HealthCheckId).healthy).toBe(false);
  world.route53.health.tell('203.0.113.10:80', true);
  await clock.advance(30 * second);
  expect(world.route53.health.of(HealthCheckId).healthy).toBe(true);
  const reason = await r53.send(new GetHealthCheckLastFailureReasonCommand({ HealthCheckId }));
  expect(reason.HealthCheckObservations?.[0]?.StatusReport?.Status).toBe('Failure: HTTP Status Code 503');
});

test('More than 18 % of the checkers decide: three of sixteen that think so are enough.', async () => {
  const account = newAccount();
  const { clock, world } = account;
  const id = await check(account, { FailureThreshold: 1 });
  await clock.advance(60 * second);
  world.route53.health.tell(id, false);
  const seen: [number, boolean][] = [];
  for (let step = 0; step < 20; step++) {
    await clock.advance(625);
    const { healthy, findings } = world.route53.health.of(id);
    seen.push([findings.filter((finding) => finding.healthy).length, healthy]);
  }
  expect(seen).toContainEqual([3, true]);
  expect(seen).toContainEqual([2, false]);
});

test('Calculated and alarm checks, inverted and disabled ones.', async () => {
  const account = newAccount();
  const { world, clock } = account;
  const children = [await check(account), await check(account, { IPAddress: '203.0.113.11' })];
  const none = { IPAddress: undefined, Port: undefined, RequestInterval: undefined, FailureThreshold: undefined };
  const both = await check(account, { ...none, Type: 'CALCULATED', ChildHealthChecks: children, HealthThreshold: 2 });
  const one = await check(account, { ...none, Type: 'CALCULATED', ChildHealthChecks: children, HealthThreshold: 1 });
  const not = await check(account, {
    ...none,
    Type: 'CALCULATED',
    ChildHealthChecks: children,
    HealthThreshold: 1,
    Inverted: true,
  });
  const off = await check(account, { IPAddress: '203.0.113.11', Disabled: true });
  const AlarmIdentifier = { Region: 'us-east-1' as const, Name: 'tunnel' };
  const alarm = (InsufficientDataHealthStatus: 'Healthy' | 'Unhealthy' | 'LastKnownStatus') =>
    check(account, { ...none, Type: 'CLOUDWATCH_METRIC', AlarmIdentifier, InsufficientDataHealthStatus });
  const alarms = [await alarm('Healthy'), await alarm('Unhealthy'), await alarm('LastKnownStatus')];
  const states = (ids: readonly string[]) => ids.map((id) => world.route53.health.of(id).healthy);
  expect(states([both, one, not, off])).toEqual([true, true, false, true]);
  world.route53.health.tell('203.0.113.11', false);
  await clock.advance(60 * second);
  expect(states([both, one, not, off])).toEqual([false, true, false, true]);
  expect(states(alarms)).toEqual([true, false, true]);
  world.route53.health.tellAlarm('us-east-1', 'tunnel', 'ALARM');
  expect(states(alarms)).toEqual([false, false, false]);
  world.route53.health.tellAlarm('us-east-1', 'tunnel', 'INSUFFICIENT_DATA');
  expect(states(alarms)).toEqual([true, false, false]);
  const { r53 } = account;
  const code = 'InvalidInput';
  expect(await refusal(r53.send(new GetHealthCheckStatusCommand({ HealthCheckId: both })))).toMatchObject({ code });
});

test('The ranges of the checkers are told.', async () => {
  const { r53 } = newAccount();
  const { CheckerIpRanges = [] } = await r53.send(new GetCheckerIpRangesCommand({}));
  expect(CheckerIpRanges).toContain('54.228.16.0/26');
  expect(CheckerIpRanges).toHaveLength(16);
});
