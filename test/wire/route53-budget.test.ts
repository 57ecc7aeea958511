// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { awsLimits, Budgets } from '../../src/wire/budget.ts';
import type { Call } from '../../src/wire/call.ts';

const call = (action: string, given: Partial<Call> = {}): Call => ({
  service: 'route53',
  action,
  effect: 'read',
  parameters: [],
  budget: '123456789012',
  timeoutMs: 1000,
  ...given,
});

/** How many of these calls are let through in a second, from the moment on at which the bucket is empty. */
async function inOneSecond(calls: readonly Call[]) {
  const clock = new VirtualClock();
  const budgets = new Budgets(clock, awsLimits);
  for (let at = 0; at < 4; at += 1) await budgets.take(call('GetHostedZone'));
  let passed = 0;
  for (const one of calls)
    void budgets.take(one).then(() => {
      passed += 1;
    });
  await clock.advance(1000);
  return passed;
}

test('All actions of Route 53 share five requests a second, reads and writes alike.', async () => {
  const actions = ['ListHealthChecks', 'ChangeResourceRecordSets', 'GetHealthCheckStatus', 'CreateHealthCheck'];
  const calls = Array.from({ length: 20 }, (_, at) =>
    call(actions[at % 4] ?? '', { effect: at % 2 === 0 ? 'read' : 'write' }),
  );
  expect(await inOneSecond(calls)).toBe(5);
});

test('Another account, and another service of the same account, have their own.', async () => {
  const others = Array.from({ length: 4 }, () => [
    call('ListHealthChecks', { budget: '210987654321' }),
    call('DescribeLoadBalancers', { service: 'elbv2', budget: '123456789012/us-east-1' }),
  ]);
  expect(await inOneSecond(others.flat())).toBe(8);
});

test('Asked to slow down by one action, all of them wait for a moment, those of other accounts do not.', async () => {
  const clock = new VirtualClock();
  const budgets = new Budgets(clock, awsLimits);
  budgets.throttled(call('ListHealthChecks'), { message: 'Rate exceeded' });
  expect(budgets.held(call('CreateHealthCheck'))).toMatchObject({ message: 'Rate exceeded' });
  expect(budgets.held(call('CreateHealthCheck', { budget: '210987654321' }))).toBeUndefined();
  await clock.advance(1500);
  expect(budgets.held(call('CreateHealthCheck'))).toBeUndefined();
});
