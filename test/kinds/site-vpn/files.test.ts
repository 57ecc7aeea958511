// SPDX-License-Identifier: GPL-3.0-or-later
/** The Secret with the gateway's files: for whichever device, from what AWS has now, and nothing of an earlier device in it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, edit, working, written } from './by-hand.ts';
import type { Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
  running.records.length = 0;
});
afterEach(() => world.end());

const names = () => Object.keys(world.secret() ?? {}).toSorted();

test('Both keys by their addresses, the addresses of both tunnels, and a README that names what to run.', () => {
  const { tunnels = [] } = world.status();
  const { psk = '' } = world.network().vpnConnections[0]?.tunnels[0] ?? {};
  expect(names()).toEqual(expect.arrayContaining(tunnels.map(({ outsideIP }) => `${outsideIP}.psk`)));
  expect(Object.values(world.secret() ?? {})).toContain(psk);
  for (const { outsideIP } of tunnels) expect(world.secret()?.['aws.conf']).toContain(outsideIP);
  expect(world.secret()?.['README.md']).toMatch(/ipsec/);
});

test.each(['StrongSwan', 'OPNsense', 'PfSense', 'Generic'])(
  'Another device, %s: its files, none of the earlier ones, the digest is another, and AWS is not touched.',
  async (type) => {
    const { device } = world.status();
    await edit(world, { device: { type } });
    await world.until(() => world.status().device?.digest !== device?.digest && world.is('Synced', 'True'), 60);
    expect(names()).not.toContain('aws.conf');
    expect(names()).toContain('README.md');
    expect(written(running)).toEqual([]);
    expect(world.is('Ready', 'True')).toBe(true);
  },
);

test('No device any more: the Secret is taken away, and the tunnels stay as they are.', async () => {
  await edit(world, { device: null });
  await world.until(() => world.secret() === undefined && world.is('Synced', 'True'), 60);
  expect(world.status().device).toBeUndefined();
  expect(written(running)).toEqual([]);
});

test('Another prefix of the site: new files, one route more, no tunnel interrupted.', async () => {
  const { device } = world.status();
  await edit(world, { site: { cidrs: ['192.168.0.0/20', '192.168.16.0/20'] } });
  await world.until(() => world.status().device?.digest !== device?.digest && world.is('Synced', 'True'), 60);
  expect(Object.values(world.secret() ?? {}).join('\n')).toContain('192.168.16.0/20');
  expect(written(running)).toEqual(['CreateVpnConnectionRoute']);
  expect(world.network().vpnConnections[0]?.tunnels.map(({ status }) => status)).toEqual(['UP', 'UP']);
});
