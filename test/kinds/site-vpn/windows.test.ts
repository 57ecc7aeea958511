// SPDX-License-Identifier: GPL-3.0-or-later
/** Windows of maintenance: tunnels that work are changed in them only, one after the other; all else goes on. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { windowAt } from '../../../src/core/maintenance.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, edit, inEC2, lookNow, messageOf, reasonOf, working, written } from './by-hand.ts';
import type { Office } from './office.ts';
import { connection, desired, table, tunnel, whole, type Desired, type Observed } from './pieces.ts';

const stronger = { tunnels: { phase1: { dhGroups: [20] } } };
const [first, second] = ['13.124.202.55', '54.180.47.146'] as const;
const tunnels = (one: 'UP' | 'DOWN', other: 'UP' | 'DOWN') => [
  connection({ tunnels: [tunnel(first, one), tunnel(second, other)] }),
];

/** What is planned outside of a window, and what the engine holds back of the whole plan. */
const quiet = (wish: Desired, world: Observed) =>
  plan({ ...wish, withholds: true }, world).steps.map(({ do: verb, target }) => `${verb} ${target}`);

describe('Outside of a window', () => {
  const options = { 'tunnels.phase1.dhGroups': [20] };

  test.each<readonly [string, Desired, Observed, readonly string[]]>([
    ['tunnels that carry traffic stay as they are', desired(options), whole, []],
    [
      'a tunnel that is down is changed',
      desired(options),
      { ...whole, connections: tunnels('UP', 'DOWN') },
      ['ModifyTunnel tunnel2 of VPN connection office'],
    ],
    [
      'of two that are down one is changed after the other',
      desired(options),
      { ...whole, connections: tunnels('DOWN', 'DOWN') },
      ['ModifyTunnel tunnel1 of VPN connection office'],
    ],
    ['selectors of a VPN that works stay', desired({ 'connection.localCIDR': '192.168.0.0/16' }), whole, []],
    [
      'selectors of a VPN that is down are set',
      desired({ 'connection.localCIDR': '192.168.0.0/16' }),
      { ...whole, connections: tunnels('DOWN', 'DOWN') },
      ['SetTrafficSelectors VPN connection office'],
    ],
    [
      'a route that is lost is made again, past selectors and tunnels that wait',
      desired({ ...options, 'connection.localCIDR': '192.168.0.0/16' }),
      { ...whole, tables: [table('rtb-1')] },
      ['EnablePropagation route propagation in route table rtb-1'],
    ],
    [
      'a new prefix is led here, and an old one stays',
      desired({ 'site.cidrs': ['192.168.16.0/20'] }),
      whole,
      ['CreateStaticRoute static route 192.168.16.0/20 of VPN connection office'],
    ],
  ])('%s.', (_, wish, world, expected) => {
    expect(quiet(wish, world)).toEqual(expected);
    expect(plan({ ...wish, withholds: true }, world).steps.some(({ risk }) => risk === 'disrupts')).toBe(false);
  });

  test('selectors are a step of the plan, as spec.maintenance says when; without it that is for a person to allow.', () => {
    const wish = { 'connection.localCIDR': '192.168.0.0/16' };
    const maintenance = { windows: [{ name: 'nights', start: '02:00', durationMinutes: 60 }] };
    expect(plan(desired({ ...wish, maintenance }), whole).steps).toMatchObject([
      { do: 'SetTrafficSelectors', risk: 'disrupts' },
    ]);
    expect(plan(desired(wish), whole)).toMatchObject({ steps: [], hold: { reason: 'DisruptionNotAllowed' } });
  });
});

describe('The whole operator', () => {
  // the clock begins at 09:00 UTC, 10:00 in Berlin
  const berlin = { durationMinutes: 15, timeZone: 'Europe/Berlin' };
  const maintenance = {
    windows: [
      { name: 'first', start: '10:40', ...berlin },
      { name: 'second', start: '11:20', ...berlin },
    ],
  };
  let world: Office;
  let running: Running;
  beforeEach(async () => {
    world = briskOffices();
    running = world.operator();
    // it is made at once: there is nothing to interrupt
    await working(world, { maintenance });
    running.records.length = 0;
  });
  afterEach(() => world.end());

  const modified = () => written(running).filter((action) => action === 'ModifyVpnTunnelOptions').length;
  const isOpen = () => windowAt({ ...maintenance, freeze: false }, world.clock.now()).is === 'Open';

  test('Two tunnels, two windows: what is not begun when the first closes waits for the second; a lost route does not.', async () => {
    await edit(world, stronger);
    await world.until(() => reasonOf(world, 'Synced') === 'OutsideWindow', 60);
    expect(messageOf(world, 'Synced')).toContain(
      'waits for the maintenance window first, which opens 2026-01-05T09:40:00Z (10:40 on 2026-01-05, Europe/Berlin)',
    );
    expect(world.is('Ready', 'True')).toBe(true);
    expect(world.status().plan?.steps).toMatchObject([{ do: 'ModifyTunnel', risk: 'disrupts' }, {}, {}, {}]);
    const [vpn] = world.network().vpnConnections;
    await inEC2(world, 'DeleteVpnConnectionRoute', {
      VpnConnectionId: vpn?.id,
      DestinationCidrBlock: '192.168.0.0/20',
    });
    await lookNow(world);
    await world.until(() => written(running).includes('CreateVpnConnectionRoute'), 120);
    expect([modified(), isOpen()]).toEqual([0, false]);
    const changes: boolean[] = [];
    const watch = (enough: () => boolean, seconds: number) =>
      world.until(() => {
        while (changes.length < modified()) changes.push(isOpen());
        return enough();
      }, seconds);
    await watch(() => changes.length === 1, 3600);
    // the other end does not come back for as long as the window is open
    world.tunnel(0, { status: 'DOWN' });
    await watch(() => !isOpen(), 1200);
    world.tunnel(0, { status: 'UP' });
    await watch(() => reasonOf(world, 'Synced') === 'OutsideWindow', 1200);
    expect(messageOf(world, 'Synced')).toContain('maintenance window second, which opens 2026-01-05T10:20:00Z');
    await watch(() => changes.length === 2 && world.is('Synced', 'True'), 3600);
    expect(changes).toEqual([true, true]);
    expect(world.events().some(({ reason }) => reason === 'WindowOverridden')).toBe(false);
  }, 60_000);

  test('An override has them changed at once, and says so in events; what was down did not wait for it.', async () => {
    world.tunnel(1, { status: 'DOWN' });
    await world.until(() => world.status().tunnelsUp === '1/2', 120);
    await edit(world, stronger);
    await world.until(() => modified() === 1, 120);
    expect(isOpen()).toBe(false);
    world.tunnel(1, { status: 'UP' });
    await world.until(() => world.status().tunnelsUp === '2/2', 600);
    await world.until(() => reasonOf(world, 'Synced') === 'OutsideWindow', 120);
    expect([modified(), world.events().filter(({ reason }) => reason === 'WindowOverridden')]).toEqual([1, []]);
    const until = new Date(world.clock.now() + 600_000).toISOString();
    await world.annotate({ 'hybridcloud.dev/allow-disruption-until': until });
    await world.until(() => modified() === 2, 60);
    expect(isOpen()).toBe(false);
    await world.until(() => world.events().some(({ reason }) => reason === 'WindowOverridden'), 60);
    expect(world.events()).toContainEqual({
      reason: 'WindowOverridden',
      note: `Outside of the maintenance windows, as hybridcloud.dev/allow-disruption-until=${until} allows: ModifyTunnel (tunnel1 of VPN connection MY-VPN)`,
    });
    await world.until(() => world.is('Synced', 'True'), 300);
  }, 60_000);

  test('Selectors take both tunnels down, and that is done in a window without another word; a deletion waits for none.', async () => {
    await edit(world, { connection: { localCIDR: '192.168.0.0/16' } });
    await world.until(() => reasonOf(world, 'Synced') === 'OutsideWindow', 60);
    expect(written(running)).toEqual([]);
    await world.until(() => written(running).includes('ModifyVpnConnectionOptions'), 3600);
    expect(isOpen()).toBe(true);
    await edit(world, { maintenance: { windows: [], freeze: true } });
    await world.remove();
    await world.until(() => world.object() === undefined, 600);
  }, 60_000);
});
