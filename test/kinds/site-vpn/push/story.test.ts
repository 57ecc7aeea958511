// SPDX-License-Identifier: GPL-3.0-or-later
/** From the manifest to a firewall that is configured and applied, and away again, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { house, url, type House } from './house.ts';

let world: House;
afterEach(() => world.end());

async function settled(version: '25.7' | '26.7' = '26.7'): Promise<void> {
  world = house({ version });
  world.start();
  await world.made();
  await world.until(() => world.is('Synced', 'True'), 900);
}

const kinds = ['key', 'connection', 'local', 'remote', 'child', 'vti', 'gateway', 'route'] as const;
const counts = () => Object.fromEntries(kinds.map((kind) => [kind, world.firewall.records(kind).size]));

test.each(['26.7', '25.7'] as const)(
  'The firewall gets both tunnels, their keys, interfaces, gateways and routes, and all is in effect (%s).',
  async (version) => {
    await settled(version);
    expect(counts()).toEqual({ key: 2, connection: 2, local: 2, remote: 2, child: 2, vti: 2, gateway: 2, route: 2 });
    expect(world.firewall.applied.ipsec).toMatchObject({
      connection: { size: 2 },
      child: { size: 2 },
      key: { size: 2 },
    });
    expect([...world.firewall.applied.routes.keys()]).toEqual(['10.26.0.0/16']);
    expect(world.firewall.reconfigured).toEqual({ ipsec: 1, routes: 1 });
    expect(world.status()).toMatchObject({ device: { push: { url, state: 'Applied' } } });
    expect(world.is('DevicePushed', 'True')).toBe(true);
  },
);
