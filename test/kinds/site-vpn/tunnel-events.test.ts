// SPDX-License-Identifier: GPL-3.0-or-later
/** Telemetry: Ready and the status follow it, and one event tells that a tunnel went up or down, also over a restart of the operator. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, glide } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, edit, messageOf, reasonOf, working } from './by-hand.ts';
import type { Office } from './office.ts';

interface StoredEvent {
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
}

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
});
afterEach(() => world.end());

/** Equal ones are one event in Kubernetes, with a count. */
const told = () =>
  (world.kubernetes.objects('events', 'default') as unknown as StoredEvent[])
    .filter(({ reason }) => /^Tunnel(Up|Down)$/.test(reason))
    .flatMap(({ reason, message, count = 1 }) => Array<string>(count).fill(`${reason} ${message.split(' ')[0]}`))
    .toSorted();
const both = ['TunnelUp tunnel1', 'TunnelUp tunnel2'];

test('Down and up again: Ready stays while one is up, falls with both, and comes back; each change is told once.', async () => {
  expect(told()).toEqual(both);
  world.tunnel(0, { status: 'DOWN' });
  await world.until(() => world.status().tunnelsUp === '1/2', 120);
  expect(world.is('Ready', 'True')).toBe(true);
  expect(world.is('Redundant', 'False')).toBe(true);
  world.tunnel(1, { status: 'DOWN' });
  await world.until(() => world.is('Ready', 'False'), 120);
  expect(reasonOf(world, 'Ready')).toBe('TunnelsDown');
  expect(messageOf(world, 'Ready')).toMatch(
    /^0 of 2 tunnels carry traffic.*Install the files of Secret office-gateway/,
  );
  const since = world.status().tunnels?.map((tunnel) => tunnel.since);
  await glide(world, 300);
  expect(world.status().tunnels?.map((tunnel) => tunnel.since)).toEqual(since);
  world.tunnel(0, { status: 'UP' });
  await world.until(() => world.is('Ready', 'True'), 120);
  await glide(world, 300);
  // the second time that tunnel1 came up is a count on the first, which Kubernetes is told of some minutes later
  expect(told()).toEqual(['TunnelDown tunnel1', 'TunnelDown tunnel2', ...both]);
});

test('An operator that is started again tells nothing twice, and what happened meanwhile once.', async () => {
  await running.operator.stop();
  world.tunnel(1, { status: 'DOWN' });
  await glide(world, 120);
  running = world.operator();
  await world.until(() => world.status().tunnelsUp === '1/2', 60);
  await glide(world, 300);
  await running.operator.stop();
  running = world.operator();
  await glide(world, 120);
  expect(told()).toEqual(['TunnelDown tunnel2', ...both]);
});

test("readiness.tunnelsUp: 2 wants both, and AWS's words are passed on as one line.", async () => {
  await edit(world, { readiness: { tunnelsUp: 2 } });
  const { vpnConnectionID = '', tunnels = [] } = world.status();
  const message = 'IKE: no proposal\u2028 chosen\r\nReady: "True"\u0007';
  account(world)
    .tunnel(vpnConnectionID, tunnels[0]?.outsideIP ?? '')
    .set({ status: 'DOWN', message });
  await world.until(() => world.is('Ready', 'False'), 120);
  expect(messageOf(world, 'Ready')).toContain('IKE: no proposal');
  expect(JSON.stringify(world.status()) + JSON.stringify(world.events())).not.toMatch(/\u2028|\\u0007|\\n|\\r/);
});
