// SPDX-License-Identifier: GPL-3.0-or-later
/** EC2 shows late what was made, loses answers and throttles: there is never a second gateway or connection. */
import { afterEach, expect, test } from '@jest/globals';
import type { FaultRule } from '../../../src/simulator/kernel/faults.ts';
import type { Running } from '../../operator/worlds.ts';
import { glide } from '../../operator/bad-days/hands.ts';
import { briskOffices, edit, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
afterEach(() => world.end());

const creates = () =>
  written(running).filter((action) => /^Create(VpnGateway|CustomerGateway|VpnConnection)$/.test(action));
const all = () => {
  const { vpnConnections, customerGateways, vpnGateways } = world.network();
  return [vpnConnections.length, customerGateways.length, vpnGateways.length];
};
const one = ['CreateCustomerGateway', 'CreateVpnConnection', 'CreateVpnGateway'];

/** Made, two SiteVpns of one VPC; the most of everything that there ever was. */
async function made(rules: readonly FaultRule[] = []): Promise<number[]> {
  world.aws.faults.add(...rules);
  running = world.operator();
  await world.apply(office());
  let most = [0, 0, 0];
  await world.until(() => {
    most = all().map((count, at) => Math.max(count, most[at] ?? 0));
    return world.is('Synced', 'True');
  }, 2400);
  return most;
}

test.each([2000, 20_000, 120_000])(
  'Seen %d ms late: one of each is made, and taken away again.',
  async (lagMs) => {
    world = briskOffices({ aws: { lagMs: (service) => (service === 'ec2' ? lagMs : 0) } });
    expect(await made()).toEqual([1, 1, 1]);
    expect(creates().toSorted()).toEqual(one);
    await world.remove();
    await world.until(() => world.object() === undefined, 2400);
    await glide(world, 10);
    expect(all()).toEqual([0, 0, 0]);
  },
  60_000,
);

test('Started again in the middle of it, with EC2 late: what the one before made is found, not made again.', async () => {
  world = briskOffices({ aws: { lagMs: 30_000 } });
  running = world.operator();
  await world.apply(office());
  for (const action of one) {
    await world.until(() => creates().includes(action) || written(running).includes(action), 900);
    await running.operator.stop();
    const before = running.records;
    running = world.operator();
    running.records.push(...before);
  }
  await world.until(() => world.is('Synced', 'True'), 2400);
  expect(all()).toEqual([1, 1, 1]);
}, 60_000);

test.each(one)(
  'Started again some seconds after %s, before EC2 shows what it made: there is no second one, and deletion leaves none behind.',
  async (action) => {
    world = briskOffices({ aws: { lagMs: (service) => (service === 'ec2' ? 60_000 : 0) } });
    running = world.operator();
    await world.apply(office());
    await world.until(() => creates().includes(action), 900);
    // the process that made it has looked again, and goes on with what it remembers
    await glide(world, 20);
    await running.operator.stop();
    running = world.operator();
    let most = [0, 0, 0];
    await world.until(() => {
      most = all().map((count, at) => Math.max(count, most[at] ?? 0));
      return world.is('Synced', 'True');
    }, 2400);
    expect(most).toEqual([1, 1, 1]);
    await world.remove();
    await running.operator.stop();
    running = world.operator();
    await world.until(() => world.object() === undefined, 2400);
    await glide(world, 60);
    expect(all()).toEqual([0, 0, 0]);
  },
  60_000,
);

test.each(one)(
  'The answer to %s is lost: it is found by its mark, once.',
  async (action) => {
    world = briskOffices();
    expect(await made([{ kind: 'answerLost', service: 'ec2', action, count: 1 }])).toEqual([1, 1, 1]);
  },
  60_000,
);

test('AWS throttles half of all calls for minutes: it takes longer, ends well, and no tunnel was interrupted in passing.', async () => {
  world = briskOffices();
  expect(await made([{ kind: 'throttle', service: 'ec2', probability: 0.5, count: 60 }])).toEqual([1, 1, 1]);
  for (const at of [0, 1] as const) world.tunnel(at, { status: 'UP' });
  await world.until(() => world.status().tunnelsUp === '2/2', 300);
  world.aws.faults.add({ kind: 'throttle', service: 'ec2', count: 20 });
  await edit(world, { site: { cidrs: ['192.168.64.0/20'] } });
  await world.until(() => world.network().vpnConnections[0]?.routes[0]?.destination === '192.168.64.0/20', 900);
  await world.until(() => world.is('Synced', 'True') && world.is('Ready', 'True'), 600);
  expect(world.network().vpnConnections[0]?.tunnels.map(({ status }) => status)).toEqual(['UP', 'UP']);
}, 60_000);
