// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * From the manifest to traffic and away again: the whole operator, between the simulated Kubernetes and EC2, and real daemons at both ends of the
 * tunnels. AWS's and the operator's time is virtual, the daemons' is not. One world for the whole file; each test goes on where the one before it ended.
 */
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Dial } from '../../src/wire/call.ts';
import { office, offices, region, type Office } from '../kinds/site-vpn/office.ts';
import { putSecret } from '../operator/worlds.ts';
import { accountID } from '../simulator/aws/client.ts';
import { ec2Client } from '../simulator/aws/ec2/world.ts';
import { reason, tunnelTest } from './needs.ts';
import { vpc, type Network } from './network.ts';
import { makeScene, type Scene } from './scene.ts';
import type { Files } from './site.ts';
import { dial, passes, ping, pinging } from './traffic.ts';
import { back, dead, until } from './until.ts';

const keys = { 'office-key-1': 'of_tunnel_1.at_first', 'office-key-2': 'of_tunnel_2.at_first' };
const spec = {
  device: { type: 'StrongSwan', binding: 'Policy', secretRef: { name: 'office-gateway' } },
  telemetry: { intervalSeconds: 30 },
  // nothing listens there: the host itself refuses, if the packet comes that far and the answer back
  probe: { host: vpc.hostIP, port: 22, intervalSeconds: 60 },
  tunnels: {
    tunnel1: { presharedKeySecretRef: { name: 'office-key-1' } },
    tunnel2: { presharedKeySecretRef: { name: 'office-key-2' } },
  },
};

let world: Office;
let scene: Scene;
let network: Network | undefined;
/** The operator's last try of the VPC's host: it runs behind the site. */
let tried: Promise<unknown> = Promise.resolve();

const tryFromOffice: Dial = (to) => {
  const trying = network ? dial(network, to) : Promise.reject(new Error('there is no network yet'));
  tried = trying.catch(() => undefined);
  return trying;
};

beforeAll(async () => {
  if (reason !== undefined) return;
  world = offices();
  for (const [name, presharedKey] of Object.entries(keys)) await putSecret(world, name, { presharedKey });
  world.operator({ dial: tryFromOffice });
  await world.apply(office(spec));
  await world.until(() => world.is('Synced', 'True'), 900);
  const account = world.aws.account(accountID);
  scene = await makeScene({ account, region, ec2: ec2Client(world.aws, world.clock, account.rootKey) });
  network = scene.network;
}, 60_000);
afterAll(async () => {
  if (reason !== undefined) return;
  network = undefined;
  await tried;
  await scene?.[Symbol.asyncDispose]();
  await world.end();
}, 30_000);

/** What the person at the site takes out of the Secret. */
function files(): Files {
  return new Map(Object.entries(world.secret() ?? {}));
}

/** Lets the operator's time pass until it is so, some looks at AWS; but not while it tries the host, which takes real time. */
async function shows(holds: () => boolean, seconds = 120): Promise<void> {
  for (let passed = 0; !holds(); passed++) {
    if (passed > seconds) throw new Error(`${holds.toString()}: ${JSON.stringify(world.status())}`);
    await tried;
    await world.pass(1);
  }
}

function path(): string | undefined {
  return world.status().conditions?.find(({ type }) => type === 'DataPathReachable')?.reason;
}

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
  'The files of the Secret bring up both tunnels, and the status says so: since when, Ready, Redundant, an event for each, and that a host in the VPC answers.',
  async () => {
    expect(world.is('Ready', 'False')).toBe(true);
    expect(path()).not.toBe('ConnectionRefused');
    expect(await scene.site.install(files())).toMatchObject({ connections: 2, secrets: 2 });
    await scene.tunnelsAre('UP', 'UP', 15_000);
    await shows(() => world.status().tunnelsUp === '2/2');
    expect(world.is('Ready', 'True') && world.is('Redundant', 'True')).toBe(true);
    const { outside } = scene.network;
    expect(shown()).toEqual({ [outside['tunnel-1']]: 'Up', [outside['tunnel-2']]: 'Up' });
    const since = (await scene.telemetry())['tunnel-1'].LastStatusChange?.getTime() ?? 0;
    expect(world.status().tunnels?.[0]?.since).toBe(`${new Date(since).toISOString().slice(0, 19)}Z`);
    expect(told('TunnelUp')).toEqual(Object.values(outside).sort());
    expect(told('TunnelDown')).toEqual([]);
    await passes(scene.network);
    await shows(() => path() === 'ConnectionRefused');
  },
  120_000,
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
    await shows(() => shown()[network.outside[end]] === 'Down');
    expect(world.status().tunnelsUp).toBe('1/2');
    expect(world.is('Ready', 'True') && world.is('Redundant', 'False')).toBe(true);
    expect(told('TunnelDown')).toEqual([network.outside[end]]);
    const { count: sofar } = pings;
    await until(
      async () => pings.count,
      (now) => now > sofar,
      dead,
    );
    await aws.replace(end);
    await scene.tunnelsAre('UP', 'UP', back);
    await shows(() => world.is('Redundant', 'True'));
    expect(pings.gap).toBeLessThan(dead);
  },
  300_000,
);

tunnelTest(
  'With both tunnels down it is not Ready, and nothing passes; with the gateway on again it is.',
  async () => {
    await scene.site[Symbol.asyncDispose]();
    await scene.tunnelsAre('DOWN', 'DOWN', dead);
    await shows(() => world.is('Ready', 'False'));
    expect(world.status().tunnelsUp).toBe('0/2');
    await shows(() => path() === 'NoAnswer');
    expect(await ping(scene.network)).toBe(0);
    await scene.site.install(files());
    await scene.tunnelsAre('UP', 'UP', back);
    await shows(() => world.is('Ready', 'True') && world.is('Redundant', 'True'));
    await shows(() => path() === 'ConnectionRefused');
  },
  300_000,
);

tunnelTest(
  'A new key in the Secret of one tunnel takes down that tunnel only; with the new files it comes back, and traffic goes on.',
  async (stack) => {
    const pings = stack.use(pinging(scene.network));
    const before = world.secret();
    await putSecret(world, 'office-key-2', { presharedKey: 'of_tunnel_2.afterwards' });
    await shows(() => world.secret()?.['aws-vpn.conf'] !== before?.['aws-vpn.conf'], 900);
    await shows(() => world.is('Synced', 'True'), 900);
    await scene.aws.caughtUp();
    const address = world.status().tunnels?.find(({ name }) => name === 'tunnel2')?.outsideIP;
    const end = scene.network.outside['tunnel-1'] === address ? 'tunnel-1' : 'tunnel-2';
    const other = end === 'tunnel-1' ? 'tunnel-2' : 'tunnel-1';
    await until(scene.tunnels, (now) => now[end] === 'DOWN' && now[other] === 'UP', dead);
    await passes(scene.network);
    await scene.site.renewKeys(files(), `aws-${end}`);
    await scene.tunnelsAre('UP', 'UP', back);
    await shows(() => world.is('Redundant', 'True'));
    await passes(scene.network);
    expect(pings.gap).toBeLessThan(dead);
  },
  300_000,
);

tunnelTest(
  'Deletion takes the tunnels with it: nothing passes any more.',
  async () => {
    await world.remove();
    await shows(() => world.object() === undefined, 900);
    expect(world.aws.account(accountID).network(region)).toMatchObject({ vpnConnections: [] });
    expect(await ping(scene.network)).toBe(0);
    // one that AWS did not know any more is found dead
    await until(
      async () => scene.site.charon.associations(),
      (found) => found.every(({ state }) => state !== 'ESTABLISHED'),
      dead,
    );
  },
  120_000,
);
