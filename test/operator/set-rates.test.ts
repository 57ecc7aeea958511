// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Many objects of one account at once: AWS is asked no faster than was set, and what one list answers is asked once. 300 are six times what the
 * budgets let through at once; `OBJECTS=1000 npm test -- test/operator/set-rates` takes four minutes.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awsLimits } from '../../src/wire/budget.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { target, worlds, type Running, type Worlds } from './worlds.ts';

const count = Number(process.env['OBJECTS'] ?? 300);
const driftSeconds = 600;
let world: Worlds;
let operator: Running;
/** Of the making. */
let making: readonly CallRecord[];
/** Of the drift interval after it, and its jitter. */
let resting: readonly CallRecord[];

const names = Array.from({ length: count }, (_, index) => `t${index}`);

function ready(): number {
  const all = world.kubernetes.objects('backuptargets', 'default') as unknown as readonly {
    status?: { conditions?: readonly { type: string; status: string }[] };
  }[];
  const is = ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True';
  return all.filter(({ status }) => status?.conditions?.some(is)).length;
}

beforeAll(async () => {
  world = worlds();
  operator = world.operator();
  const spec = { validation: { intervalSeconds: 3600 } };
  world.kubernetes.install(names.map((name) => target(spec, name)));
  let asked = 0;
  // asking about so many costs more than what they do in a second
  await world.until(() => ++asked % 10 === 0 && ready() === count, 1200);
  making = [...operator.records];
  operator.records.length = 0;
  await world.pass(1.15 * driftSeconds);
  resting = [...operator.records];
}, 600_000);

afterAll(() => world.end());

/** Actions for which more calls were sent than a token bucket of the set size would have let through. */
function tooFast(records: readonly CallRecord[]): string[] {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const found = new Set<string>();
  for (const { call, startedAt, durationMs } of records.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const limit = awsLimits(call);
    if (!limit) continue;
    // a record tells when its call came to the wire: it went out once it had waited in line
    const at = startedAt + durationMs;
    const name = `${call.service}:${call.action}`;
    const bucket = buckets.get(name) ?? { tokens: limit.burst, at };
    const tokens = Math.min(limit.burst, bucket.tokens + ((at - bucket.at) / 1000) * limit.perSecond) - 1;
    if (tokens < -1) found.add(name);
    buckets.set(name, { tokens, at });
  }
  return [...found];
}

const sent = (records: readonly CallRecord[], action: string) =>
  records.filter(({ call }) => call.action === action).length;

test('All of them get Ready, and no action is called faster than its set rate.', () => {
  expect(ready()).toBe(count);
  expect(sent(making, 'CreateBucket')).toBe(count);
  expect(tooFast(making)).toEqual([]);
});

test('At rest no action is called faster than its set rate, and none is throttled.', () => {
  expect(tooFast(resting)).toEqual([]);
  expect([...making, ...resting].filter(({ result }) => result === 429 || result === 503)).toEqual([]);
});

test('At rest the account is listed once for all of them and each drift interval.', () => {
  for (const action of ['ListBuckets', 'GetAccountAuthorizationDetails'])
    expect(sent(resting, action)).toBeLessThanOrEqual(3);
  expect(sent(resting, 'ListBuckets')).toBeGreaterThan(0);
});
