// SPDX-License-Identifier: GPL-3.0-or-later
/** Every policy answers in its proportions: Pearson's chi-square against the bound that chance passes once in ten thousand runs. */
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { nextRandom } from '../../../../src/simulator/kernel/random.ts';
import { filled, nowhere } from './asking.ts';
import { failover } from './sets.ts';
import { a, change, check, create, minute, type Account } from './world.ts';

/** Quantiles at 0.9999 by degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.4, method of its table). */
const bounds = [0, 15.14, 18.42, 21.11, 23.51, 25.74, 27.86, 29.88, 31.83, 33.72];
const queries = 2000;

interface Asking {
  readonly name: string;
  readonly client?: string;
  readonly seed?: number;
}

/** How often each value came. */
function counted({ world }: Account, { name, client = nowhere, seed = 7 }: Asking): Record<string, number> {
  const state = { seed };
  const seen: Record<string, number> = {};
  for (let i = 0; i < queries; i++) {
    const { answers } = world.route53.answer({ name, type: 'A', client }, () => nextRandom(state));
    for (const { value } of answers) seen[value] = (seen[value] ?? 0) + 1;
  }
  return seen;
}

function chiSquare(seen: Record<string, number>, expected: Record<string, number>): number {
  const shares = Object.entries(expected);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  const all = Object.values(seen).reduce((sum, each) => sum + each, 0);
  return shares.reduce((sum, [value, share]) => {
    const wanted = (all * share) / total;
    return sum + ((seen[value] ?? 0) - wanted) ** 2 / wanted;
  }, 0);
}

function expectShares(seen: Record<string, number>, expected: Record<string, number>): void {
  const known = Object.keys(expected).toSorted();
  expect(Object.keys(seen).toSorted()).toEqual(known);
  expect(chiSquare(seen, expected)).toBeLessThanOrEqual(bounds[known.length - 1] ?? 0);
}

const weighted = (weights: Record<string, number>, more: (value: string) => Partial<ResourceRecordSet> = () => ({})) =>
  Object.entries(weights).map(([value, Weight]) =>
    a('w.example.com', value, { SetIdentifier: value, Weight, ...more(value) }),
  );

test.each([
  [{ '192.0.2.1': 10, '192.0.2.2': 20, '192.0.2.3': 70 }],
  [{ '192.0.2.1': 1, '192.0.2.2': 255 }],
  [{ '192.0.2.1': 1, '192.0.2.2': 1, '192.0.2.3': 1, '192.0.2.4': 1 }],
])('Weighted: shares as the weights, %j.', async (weights) => {
  const { account } = await filled(...weighted(weights));
  expectShares(counted(account, { name: 'w.example.com' }), weights);
});

test('Weighted: the unhealthy share goes to the others; zero answers only when nobody else can, and all zeros share.', async () => {
  const { account, id } = await filled();
  const { clock, world } = account;
  const checks: Record<string, string> = {};
  const weights = { '192.0.2.1': 1, '192.0.2.2': 2, '192.0.2.3': 3, '192.0.2.4': 0, '192.0.2.5': 0 };
  for (const value of Object.keys(weights))
    checks[value] = await check(account, { IPAddress: `203.0.113.${value.slice(-1)}` });
  await change(account, id, ...create(...weighted(weights, (value) => ({ HealthCheckId: checks[value] }))));
  await clock.advance(minute);
  const tell = async (last: number) => {
    world.route53.health.tell(`203.0.113.${last}`, false);
    await clock.advance(minute);
  };
  const ask = () => counted(account, { name: 'w.example.com' });
  expectShares(ask(), { '192.0.2.1': 1, '192.0.2.2': 2, '192.0.2.3': 3 });
  await tell(3);
  expectShares(ask(), { '192.0.2.1': 1, '192.0.2.2': 2 });
  await tell(2);
  await tell(1);
  expectShares(ask(), { '192.0.2.4': 1, '192.0.2.5': 1 });
  await tell(4);
  expectShares(ask(), { '192.0.2.5': 1 });
  await tell(5);
  expectShares(ask(), { '192.0.2.1': 1, '192.0.2.2': 2, '192.0.2.3': 3 });
});

test('Multivalue: each of ten is among the eight as often as any other.', async () => {
  const values = Array.from({ length: 10 }, (_, i) => `192.0.2.${i + 1}`);
  const { account } = await filled(
    ...values.map((value) => a('m.example.com', value, { SetIdentifier: value, MultiValueAnswer: true })),
  );
  const seen = counted(account, { name: 'm.example.com' });
  expect(Object.values(seen).reduce((sum, each) => sum + each, 0)).toBe(8 * queries);
  expectShares(seen, Object.fromEntries(values.map((value) => [value, 1])));
});

test('Simple: each of several values is first as often as any other.', async () => {
  const values = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const { account } = await filled(a('s.example.com', values));
  const state = { seed: 3 };
  const seen: Record<string, number> = {};
  for (let i = 0; i < queries; i++) {
    const { answers } = account.world.route53.answer({ name: 's.example.com', type: 'A', client: nowhere }, () =>
      nextRandom(state),
    );
    const [first] = answers;
    if (first) seen[first.value] = (seen[first.value] ?? 0) + 1;
  }
  expectShares(seen, { '192.0.2.1': 1, '192.0.2.2': 1, '192.0.2.3': 1 });
});

test('Failover, latency, geolocation: nothing is left to chance.', async () => {
  const { account, id } = await filled();
  const HealthCheckId = await check(account);
  const secondary = { ...failover('2', 'SECONDARY'), ResourceRecords: [{ Value: '192.0.2.2' }] };
  const near = (Region: 'ap-northeast-2' | 'us-east-1', value: string) =>
    a('l.example.com', value, { SetIdentifier: Region, Region });
  const geo = (CountryCode: string, value: string) =>
    a('g.example.com', value, { SetIdentifier: CountryCode, GeoLocation: { CountryCode } });
  await change(
    account,
    id,
    ...create(
      failover('1', 'PRIMARY', HealthCheckId),
      secondary,
      near('ap-northeast-2', '192.0.2.3'),
      near('us-east-1', '192.0.2.4'),
      geo('KR', '192.0.2.5'),
      geo('*', '192.0.2.6'),
    ),
  );
  await account.clock.advance(minute);
  const seoul = '198.18.1.1';
  expect(counted(account, { name: 'f.example.com' })).toEqual({ '192.0.2.1': queries });
  expect(counted(account, { name: 'l.example.com', client: seoul })).toEqual({ '192.0.2.3': queries });
  expect(counted(account, { name: 'l.example.com' })).toEqual({ '192.0.2.4': queries });
  expect(counted(account, { name: 'g.example.com', client: seoul })).toEqual({ '192.0.2.5': queries });
  expect(counted(account, { name: 'g.example.com' })).toEqual({ '192.0.2.6': queries });
});
