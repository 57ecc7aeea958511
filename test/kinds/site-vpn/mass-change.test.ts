// SPDX-License-Identifier: GPL-3.0-or-later
/** AWS answers, for whatever reason, that there is nothing at all any more. More likely the answer is wrong. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Transport } from '../../../src/wire/call.ts';
import { glide } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, messageOf, written } from './by-hand.ts';
import { installMany, stalledBy, wellOf } from './many.ts';
import type { Office } from './office.ts';

const count = 16;
let world: Office;
let running: Running;
let blind = false;

const sets = {
  DescribeVpnConnections: 'vpnConnectionSet',
  DescribeVpnGateways: 'vpnGatewaySet',
  DescribeCustomerGateways: 'customerGatewaySet',
} as const;

const transport: Transport = async (request) => {
  const body = request.body === undefined ? '' : Buffer.from(request.body as Uint8Array).toString();
  const action = /Action=(\w+)/.exec(body)?.[1] ?? '';
  const set = action in sets ? sets[action as keyof typeof sets] : undefined;
  if (!blind || set === undefined || request.url.host === 'kubernetes.test') return world.transport(request);
  const xml = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><${set}/></${action}Response>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: (async function* () {
      yield new TextEncoder().encode(xml);
    })(),
  };
};

beforeEach(async () => {
  blind = false;
  world = briskOffices();
  installMany(world, count);
  running = world.operator({ transport });
  await glide(world, 420);
  running.records.length = 0;
}, 240_000);
afterEach(() => world.end());

test('All sixteen are gone at once: five may be made again, the others are held, nothing is deleted, and a later right answer ends it.', async () => {
  expect(wellOf(world)).toBe(count);
  const before = world.network().vpnConnections.map(({ id }) => id);
  blind = true;
  await glide(world, 700);
  expect(stalledBy(world, 'MassChangeBrake')).toBeGreaterThanOrEqual(count - 5);
  expect(messageOf(world, 'Synced', 'vpn-15') + messageOf(world, 'Synced', 'vpn-14')).toContain(
    'hybridcloud.dev/allow-mass-change-until',
  );
  expect(written(running).filter((action) => /^(Delete|Detach|Disable|Modify)/.test(action))).toEqual([]);
  expect(world.network().vpnConnections.map(({ id }) => id)).toEqual(before);
  blind = false;
  await glide(world, 1300);
  expect(wellOf(world)).toBe(count);
  expect(world.network().vpnConnections.map(({ id }) => id)).toEqual(before);
  expect(world.network().vpnGateways).toHaveLength(2);
}, 240_000);
