// SPDX-License-Identifier: GPL-3.0-or-later
/** A dozen VPNs at rest cost AWS what one costs: shared questions. Nothing is written anywhere. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cloudCalls, glide } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices } from './by-hand.ts';
import { installMany, wellOf } from './many.ts';
import type { Office } from './office.ts';

const count = 12;
let world: Office;
let running: Running;

beforeEach(async () => {
  world = briskOffices();
  installMany(world, count);
  running = world.operator();
  // what was made stands in for a while for what may not show
  await glide(world, 500);
}, 120_000);
afterEach(() => world.end());

test('One DescribeVpnConnections a minute serves all; the rest is asked once per drift interval; nothing is written.', async () => {
  expect(wellOf(world)).toBe(count);
  running.records.length = 0;
  world.kubernetes.calls.length = 0;
  const seconds = 660;
  await glide(world, seconds);
  const asked = new Map<string, number>();
  for (const { call } of cloudCalls(running)) asked.set(call.action, (asked.get(call.action) ?? 0) + 1);
  // one for each interval, and what the jitter of so many objects adds to it
  expect(asked.get('DescribeVpnConnections') ?? 0).toBeLessThanOrEqual((seconds / 60) * 1.4);
  expect(asked.get('DescribeVpnConnections') ?? 0).toBeGreaterThanOrEqual((seconds / 60) * 0.8);
  for (const action of ['DescribeVpcs', 'DescribeVpnGateways', 'DescribeCustomerGateways', 'DescribeRouteTables'])
    expect(asked.get(action) ?? 0).toBeLessThanOrEqual(Math.ceil(seconds / 600) + 2);
  const others = [...asked.keys()].filter((action) => !action.startsWith('Describe') && action !== 'GetCallerIdentity');
  expect(others).toEqual([]);
  const onKubernetes = world.kubernetes.calls.filter(({ resource, verb }) => resource !== 'leases' && verb !== 'watch');
  expect(onKubernetes.filter(({ verb, resource }) => verb !== 'get' || resource !== 'secrets')).toEqual([]);
  // a look at an object compares the files' Secret with what AWS has
  expect(onKubernetes.length).toBeLessThanOrEqual(count * (seconds / 60) * 1.2);
}, 120_000);
