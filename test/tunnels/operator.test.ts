// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * From the manifest to traffic and away again: the whole operator, between the simulated Kubernetes and EC2, and real daemons at both ends of the
 * tunnels. AWS's and the operator's time is virtual, the daemons' is not. One world for the whole file; each test goes on where the one before it ended.
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { office, offices, region, type Office } from '../kinds/site-vpn/office.ts';
import { putSecret } from '../operator/worlds.ts';
import { accountID } from '../simulator/aws/client.ts';
import { ec2Client } from '../simulator/aws/ec2/world.ts';
import { reason, tunnelTest } from './needs.ts';
import { makeScene, type Scene } from './scene.ts';
import type { Files } from './site.ts';
import { passes, ping, pinging } from './traffic.ts';
import { until } from './until.ts';

const keys = { 'office-key-1': 'of_tunnel_1.at_first', 'office-key-2': 'of_tunnel_2.at_first' };
const spec = {
  device: { type: 'StrongSwan', binding: 'Policy', secretRef: { name: 'office-gateway' } },
  telemetry: { intervalSeconds: 30 },
  tunnels: {
    tunnel1: { presharedKeySecretRef: { name: 'office-key-1' } },
    tunnel2: { presharedKeySecretRef: { name: 'office-key-2' } },
  },
};

let world: Office;
let scene: Scene;
beforeAll(async () => {
  if (reason !== undefined) return;
  world = offices();
  for (const [name, presharedKey] of Object.entries(keys)) await putSecret(world, name, { presharedKey });
  world.operator();
  await world.apply(office(spec));
  await world.until(() => world.is('Synced', 'True'), 900);
  const account = world.aws.account(accountID);
  scene = await makeScene({ account, region, ec2: ec2Client(world.aws, world.clock, account.rootKey) });
}, 60_000);
afterAll(async () => {
  if (reason !== undefined) return;
  await scene?.[Symbol.asyncDispose]();
  await world.end();
}, 30_000);

/** What the person at the site takes out of the Secret. */
function files(): Files {
  return new Map(Object.entries(world.secret() ?? {}));
}

/** Within some looks of the operator at AWS. */
const looks = 120;

function shown(): Record<string, string> {
  return Object.fromEntries((world.status().tunnels ?? []).map(({ outsideIP, state }) => [outsideIP, state]));
}

/** The addresses of the tunnels that events of this kind were about. */
function told(why: 'TunnelUp' | 'TunnelDown'): readonly string[] {
  const events = world.kubernetes.objects('events', 'default') as readonly { reason?: string; message?: string }[];
  const texts = events.filter(({ reason: its }) => its === why).map(({ message = '' }) => message);
  return texts.map((text) => /\(([\d.]+)\)/.exec(text)?.[1] ?? text).sort();
}

tunnelTest(
  'The files of the Secret bring up both tunnels, and the status says so: since when, Ready, Redundant, an event for each.',
  async () => {
    expect(world.is('Ready', 'False')).toBe(true);
    expect(await scene.site.install(files())).toMatchObject({ connections: 2, secrets: 2 });
    await scene.tunnelsAre('UP', 'UP', 15_000);
    await world.until(() => world.status().tunnelsUp === '2/2', looks);
    expect(world.is('Ready', 'True') && world.is('Redundant', 'True')).toBe(true);
    const { outside } = scene.network;
    expect(shown()).toEqual({ [outside['tunnel-1']]: 'Up', [outside['tunnel-2']]: 'Up' });
    const since = (await scene.telemetry())['tunnel-1'].LastStatusChange?.getTime() ?? 0;
    expect(world.status().tunnels?.[0]?.since).toBe(`${new Date(since).toISOString().slice(0, 19)}Z`);
    expect(told('TunnelUp')).toEqual(Object.values(outside).sort());
    expect(told('TunnelDown')).toEqual([]);
    await passes(scene.network);
  },
  40_000,
);

tunnelTest(
  'A tunnel that AWS closes is Down in the status, with an event; Ready stays, traffic passes, and it comes back.',
  async (stack) => {
    const { aws, network } = scene;
    const end = aws.active ?? 'tunnel-1';
    const pings = stack.use(pinging(network));
    await until(
      async () => pings.count,
      (now) => now > 3,
      5000,
    );
    await aws.close(end);
    await until(scene.tunnels, (now) => now[end] === 'DOWN', 5000);
    await world.until(() => shown()[network.outside[end]] === 'Down', looks);
    expect(world.status().tunnelsUp).toBe('1/2');
    expect(world.is('Ready', 'True') && world.is('Redundant', 'False')).toBe(true);
    expect(told('TunnelDown')).toEqual([network.outside[end]]);
    const { count: sofar } = pings;
    await until(
      async () => pings.count,
      (now) => now > sofar,
      5000,
    );
    await aws.replace(end);
    await scene.tunnelsAre('UP', 'UP', 45_000);
    await world.until(() => world.is('Redundant', 'True'), looks);
    expect(pings.gap).toBeLessThan(5000);
  },
  90_000,
);

tunnelTest(
  'With both tunnels down it is not Ready, and nothing passes; with the gateway on again it is.',
  async () => {
    await scene.site[Symbol.asyncDispose]();
    await scene.tunnelsAre('DOWN', 'DOWN', 10_000);
    await world.until(() => world.is('Ready', 'False'), looks);
    expect(world.status().tunnelsUp).toBe('0/2');
    expect(await ping(scene.network)).toBe(0);
    await scene.site.install(files());
    await scene.tunnelsAre('UP', 'UP', 45_000);
    await world.until(() => world.is('Ready', 'True') && world.is('Redundant', 'True'), looks);
  },
  90_000,
);

tunnelTest(
  'A new key in the Secret of one tunnel takes down that tunnel only; with the new files it comes back, and traffic passes all the time.',
  async (stack) => {
    const pings = stack.use(pinging(scene.network));
    const before = world.secret();
    await putSecret(world, 'office-key-2', { presharedKey: 'of_tunnel_2.afterwards' });
    await world.until(() => world.secret()?.['aws-vpn.conf'] !== before?.['aws-vpn.conf'], 900);
    await world.until(() => world.is('Synced', 'True'), 900);
    await scene.aws.caughtUp();
    const address = world.status().tunnels?.find(({ name }) => name === 'tunnel2')?.outsideIP;
    const end = scene.network.outside['tunnel-1'] === address ? 'tunnel-1' : 'tunnel-2';
    const other = end === 'tunnel-1' ? 'tunnel-2' : 'tunnel-1';
    await until(scene.tunnels, (now) => now[end] === 'DOWN' && now[other] === 'UP', 10_000);
    await passes(scene.network);
    expect(await scene.site.renewKeys(files(), `aws-${end}`)).toBe(true);
    await scene.tunnelsAre('UP', 'UP', 15_000);
    await world.until(() => world.is('Redundant', 'True'), looks);
    await passes(scene.network);
    expect(pings.gap).toBeLessThan(5000);
  },
  90_000,
);

tunnelTest(
  'Deletion takes the tunnels with it: nothing passes any more.',
  async () => {
    await world.remove();
    await world.until(() => world.object() === undefined, 900);
    expect(world.aws.account(accountID).network(region)).toMatchObject({ vpnConnections: [] });
    await until(
      async () => scene.site.charon.associations(),
      (found) => found.every(({ state }) => state !== 'ESTABLISHED'),
      10_000,
    );
    expect(await ping(scene.network)).toBe(0);
  },
  60_000,
);
