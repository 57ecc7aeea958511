// SPDX-License-Identifier: GPL-3.0-or-later
/** What health checks deliver to CloudWatch: the verdict that DNS goes by, where GetHealthCheckStatus has what each checker saw last. */
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetHealthCheckStatusCommand } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { inProcess } from '../sdk.ts';
import { check, minute, newAccount, second, type Account } from './world.ts';

function cloudwatch({ world, account, clock }: Account, region = 'us-east-1'): CloudWatchClient {
  const { accessKeyID: accessKeyId, secretAccessKey } = account.rootKey;
  const client = new CloudWatchClient({
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: inProcess(world.service) as never,
  });
  const offset = { get: () => clock.now() - Date.now(), set: () => undefined };
  Object.defineProperty(client.config, 'systemClockOffset', offset);
  return client;
}

async function latest(
  account: Account,
  id: string,
  { name = 'HealthCheckStatus', region = 'us-east-1', stat = 'Minimum' } = {},
) {
  const now = account.clock.now();
  const Metric = { Namespace: 'AWS/Route53', MetricName: name, Dimensions: [{ Name: 'HealthCheckId', Value: id }] };
  const { MetricDataResults } = await cloudwatch(account, region).send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'one', MetricStat: { Metric, Period: 60, Stat: stat } }],
      StartTime: new Date(now - 5 * minute),
      EndTime: new Date(now + second),
    }),
  );
  return MetricDataResults?.[0]?.Values?.[0];
}

test('The metric is what Route 53 makes of the looks, the observations are the looks: one fails at once, the other after the threshold.', async () => {
  const account = newAccount();
  const { clock, world, r53 } = account;
  const id = await check(account, { RequestInterval: 30, FailureThreshold: 5 });
  await clock.advance(3 * minute);
  expect(await latest(account, id)).toBe(1);
  world.route53.health.tell(id, false);
  await clock.advance(minute);
  const { HealthCheckObservations = [] } = await r53.send(new GetHealthCheckStatusCommand({ HealthCheckId: id }));
  expect(HealthCheckObservations.every(({ StatusReport }) => StatusReport?.Status?.startsWith('Failure'))).toBe(true);
  expect([await latest(account, id), world.route53.health.of(id).healthy]).toEqual([1, true]);
  await clock.advance(3 * minute);
  expect([await latest(account, id), world.route53.health.of(id).healthy]).toEqual([0, false]);
  expect(await latest(account, id, { name: 'HealthCheckPercentageHealthy', stat: 'Average' })).toBe(0);
});

test('Metrics of health checks are in us-east-1 only; a calculated check has one of its children.', async () => {
  const account = newAccount();
  const { clock } = account;
  const child = await check(account);
  const none = { IPAddress: undefined, Port: undefined, RequestInterval: undefined, FailureThreshold: undefined };
  const all = await check(account, { ...none, Type: 'CALCULATED', ChildHealthChecks: [child], HealthThreshold: 1 });
  await clock.advance(2 * minute);
  expect(await latest(account, all, { name: 'ChildHealthCheckHealthyCount' })).toBe(1);
  expect(await latest(account, all)).toBe(1);
  expect(await latest(account, child, { region: 'ap-northeast-2' })).toBeUndefined();
  const { Metrics = [] } = await cloudwatch(account).send(new ListMetricsCommand({ Namespace: 'AWS/Route53' }));
  expect(Metrics.map(({ MetricName = '' }) => MetricName).toSorted()).toEqual([
    'ChildHealthCheckHealthyCount',
    'HealthCheckPercentageHealthy',
    'HealthCheckStatus',
    'HealthCheckStatus',
  ]);
});
