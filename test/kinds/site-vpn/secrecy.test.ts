// SPDX-License-Identifier: GPL-3.0-or-later
/** Pre-shared keys are in Secrets and in AWS, and nowhere else: not in status, events, plans, logs, records of calls or metrics. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HttpRequest } from '../../../src/wire/call.ts';
import { putSecret, type Running } from '../../operator/worlds.ts';
import { approve, briskOffices, edit, reasonOf, stopsAt, working } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
/** Bodies to the API server, other than of Secrets. */
let sent: string[];
const onRequest = ({ url, body }: HttpRequest) => {
  if (url.host !== 'kubernetes.test' || url.pathname.includes('/secrets')) return;
  sent.push(`${url.href} ${body === undefined ? '' : Buffer.from(body as Uint8Array).toString()}`);
};

beforeEach(() => {
  world = briskOffices();
  sent = [];
  running = world.operator({ onRequest });
});
afterEach(() => world.end());

const named = {
  tunnels: {
    tunnel1: { presharedKeySecretRef: { name: 'tunnel-1-secret' } },
    tunnel2: { presharedKeySecretRef: { name: 'tunnel-2-secret' } },
  },
};
const put = (at: 1 | 2, presharedKey: string) => putSecret(world, `tunnel-${at}-secret`, { presharedKey });

/** As itself, in base64 and as a URL has it. */
const forms = (key: string) => [key, Buffer.from(key).toString('base64').replace(/=+$/, ''), encodeURIComponent(key)];

async function shown(): Promise<string> {
  const objects = ['sitevpns', 'events', 'configmaps', 'leases'].flatMap((plural) => world.kubernetes.objects(plural));
  const { text: metrics } = await running.metrics.text();
  return [JSON.stringify(objects), running.lines.join(''), JSON.stringify(running.records), metrics, ...sent].join(
    '\n',
  );
}

async function expectNoKey(...keys: readonly string[]): Promise<void> {
  expect(keys.length).toBeGreaterThan(0);
  const all = await shown();
  expect(all).toContain('office');
  for (const form of keys.flatMap(forms)) expect(all.includes(form)).toBe(false);
}

const keys = () => world.network().vpnConnections.flatMap(({ tunnels }) => tunnels.map(({ psk }) => psk));

test("AWS's own keys: made, delivered, and nowhere to be seen.", async () => {
  await working(world);
  expect(keys()).toHaveLength(2);
  for (const key of keys()) expect(world.secret()?.['aws.secrets']).toContain(key);
  await expectNoKey(...keys());
});

test("The user's keys, through a plan, its approval, a rotation and a replacement.", async () => {
  const all = ['First.Secret.One', 'First.Secret.Two', 'Second.Secret.One'];
  await put(1, all[0] ?? '');
  await put(2, all[1] ?? '');
  await world.apply(office({ ...named, managementPolicy: 'Plan' }));
  await world.until(() => reasonOf(world, 'Synced') === 'ApprovalNeeded', 30);
  await expectNoKey(...all);
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 200);
  await edit(world, { managementPolicy: 'Apply' });
  for (const at of [0, 1] as const) world.tunnel(at, { status: 'UP' });
  await world.until(() => world.status().tunnelsUp === '2/2', 120);
  await put(1, all[2] ?? '');
  await world.until(() => keys().includes(all[2] ?? ''), 90);
  await world.until(() => world.secret()?.['aws.secrets']?.includes(all[2] ?? '') ?? false, 60);
  await edit(world, { routing: 'BGP', site: { bgpASN: 65_010 } });
  await stopsAt(world, 'ReplacementNeedsApproval');
  await expectNoKey(...all, ...keys());
});

test('A key that AWS refuses, and calls that fail with the request in the words of the error: the key is not told.', async () => {
  await put(1, 'First.Secret.One');
  await put(2, 'First.Secret.Two');
  world.aws.faults.add({
    kind: 'error',
    service: 'ec2',
    action: 'CreateVpnConnection',
    count: 3,
    code: 'InvalidParameterValue',
    status: 400,
  });
  await world.apply(office(named));
  await world.until(() => world.is('Synced', 'True') || reasonOf(world, 'Stalled') !== undefined, 120);
  await expectNoKey('First.Secret.One', 'First.Secret.Two');
});
