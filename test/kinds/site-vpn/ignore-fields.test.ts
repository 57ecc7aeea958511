// SPDX-License-Identifier: GPL-3.0-or-later
/** What `spec.ignoreFields` leaves to others: neither written nor told, and written back as it was where it goes with the rest. */
import { expect, test } from '@jest/globals';
import { ignorable } from '../../../src/api/site-vpn/ignored.ts';
import { drift } from '../../../src/kinds/site-vpn/drift.ts';
import { connection, desired, mark, stepsOf, tunnel, wayOf, whole, type Observed } from './pieces.ts';

const ips = ['13.124.202.55', '54.180.47.146'] as const;
const tuned = (change: object): Observed => {
  const options = { ...tunnel(ips[0]).options, ...change };
  return { ...whole, connections: [connection({ tunnels: ips.map((ip) => tunnel(ip, 'UP', { options })) })] };
};
const theirs = { ...mark, Name: 'net-kr-0042' };

/** How somebody else has it. */
const others: Readonly<Record<(typeof ignorable)[number], Observed>> = {
  'connection.name': { ...whole, connections: [connection({ tags: theirs })] },
  'site.name': { ...whole, customerGateways: whole.customerGateways.map((one) => ({ ...one, tags: theirs })) },
  'tunnels.dpdAction': tuned({ dpdTimeoutAction: 'clear' }),
  'tunnels.dpdTimeoutSeconds': tuned({ dpdTimeoutSeconds: 90 }),
};

test.each(ignorable)('%s is written and told, but for where it is left to others.', (path) => {
  const world = others[path];
  expect(stepsOf(desired(), world)).not.toEqual([]);
  expect(drift(desired(), world)).not.toEqual([]);
  const wish = desired({ ignoreFields: [path] });
  expect(stepsOf(wish, world)).toEqual([]);
  expect(drift(wish, world)).toEqual([]);
  // another one does not cover it
  const [other = path] = ignorable.filter((one) => one !== path);
  expect(stepsOf(desired({ ignoreFields: [other] }), world)).toEqual(stepsOf(desired(), world));
});

test('A tunnel that needs other options is given them with what was set there; the mark comes back without the name.', () => {
  const wish = desired({ ignoreFields: [...ignorable], 'tunnels.phase1.dhGroups': [20] });
  expect(stepsOf(wish, tuned({ dpdTimeoutSeconds: 90 }))).toMatchObject([
    { do: 'ModifyTunnel', options: { dpdTimeoutSeconds: 90, phase1: { dhGroups: [20] } } },
  ]);
  const tags = Object.fromEntries(Object.entries(theirs).filter(([key]) => key !== 'hybridcloud.dev/object'));
  const [step] = stepsOf(wish, { ...whole, connections: [connection({ tags })] });
  expect(step).toMatchObject({ do: 'TagVpnConnection', tags: { 'hybridcloud.dev/object': expect.any(String) } });
  expect(step).not.toHaveProperty('tags.Name');
});

test('What is made begins as the spec says, and rests there.', () => {
  const wish = desired({ ignoreFields: [...ignorable], 'connection.name': 'MY-VPN' });
  const { end, hold } = wayOf(wish, { ...whole, connections: [] });
  expect(hold).toBeUndefined();
  expect(end.connections).toMatchObject([{ tags: { Name: 'MY-VPN' } }]);
  expect(stepsOf(wish, end)).toEqual([]);
});
