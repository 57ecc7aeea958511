// SPDX-License-Identifier: GPL-3.0-or-later
/** From a manifest to traffic: the whole operator, whose configuration the real HAProxy reads before it is published, and then serves by. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { InstalledHaproxy, type HaproxyCheck } from '../../src/clouds/haproxy/installed-haproxy.ts';
import { city, gslb, type City } from '../kinds/gslb-endpoint/city.ts';
import { haproxyTest } from './needs.ts';
import { ask, cities, fourServers, freePorts, Haproxy, inSpec, tally, type Reply } from './site.ts';

/** HAProxy works in real time, everything else in virtual time. */
async function eventually(world: City, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (holds()) return;
    await world.pass(1);
    await pause(20);
  }
  throw new Error(`it did not come to that: ${JSON.stringify(world.status())}`);
}

function configuration(world: City): string | undefined {
  const map = world.kubernetes
    .objects('configmaps', 'default')
    .find(({ metadata }) => metadata.name === 'gslb-haproxy') as { readonly data?: Record<string, string> } | undefined;
  return map?.data?.['haproxy.cfg'];
}

haproxyTest(
  'What is applied is read by HAProxy, published, installed, and serves; a change is reloaded.',
  async (stack) => {
    const world = await city();
    stack.defer(() => world.end());
    const servers = await fourServers(stack);
    const [port = 0] = await freePorts(1);
    const haproxy = {
      configMapName: 'gslb-haproxy',
      platform: 'Container',
      listen: [{ port, address: '127.0.0.1' }],
      servers: inSpec(servers),
    };
    world.operator({ haproxy: new InstalledHaproxy({ now: () => Date.now() }) });
    await world.apply(gslb({ haproxy }));
    await eventually(world, () => world.because('HaproxyPublished') === 'Accepted' && world.is('Synced', 'True'));
    expect(world.status().haproxy).toMatchObject({ check: 'Accepted', checkedBy: expect.stringMatching(/^\d+\.\d+/) });

    const site = stack.use(new Haproxy());
    site.install(configuration(world) ?? '');
    await site.start(port);
    const replies: Reply[] = [];
    for (let count = 0; count < 40; count += 1) replies.push(await ask(port));
    expect(tally(replies)).toEqual(Object.fromEntries(cities.map((name) => [name, 10])));

    const drained = inSpec(servers).map((one, index) => (index === 0 ? { ...one, state: 'Drain' } : one));
    await world.apply(gslb({ haproxy: { ...haproxy, servers: drained } }));
    await eventually(world, () => configuration(world)?.includes('weight 0') === true);
    site.install(configuration(world) ?? '');
    await site.reload();
    const after: Reply[] = [];
    for (let count = 0; count < 30; count += 1) after.push(await ask(port));
    expect(tally(after)).toEqual({ london: 10, oregon: 10, hongkong: 10 });
  },
  60_000,
);

haproxyTest(
  'What HAProxy refuses is not published: the last good one stays, its own line is told, and the name goes on.',
  async (stack) => {
    const world = await city();
    stack.defer(() => world.end());
    const real = new InstalledHaproxy({ now: () => Date.now() });
    // as an HAProxy would that does not know a keyword of ours
    const haproxy: HaproxyCheck = {
      check: (write, more) => real.check((path) => write(path).replace('balance source', 'balance sourced'), more),
    };
    world.operator({ haproxy });
    await world.apply(gslb({ haproxy: { configMapName: 'gslb-haproxy' } }));
    await eventually(world, () => world.because('HaproxyPublished') === 'Accepted');
    const good = configuration(world);
    await world.apply(gslb({ haproxy: { configMapName: 'gslb-haproxy', balance: 'source' } }));
    await eventually(world, () => world.because('HaproxyPublished') === 'HaproxyRefused');
    expect(configuration(world)).toBe(good);
    const { message } = world.status().conditions?.find(({ type }) => type === 'HaproxyPublished') ?? {};
    expect(message).toMatch(
      /the one that was published before stays: parsing \[haproxy[.]cfg:\d+\] : balance only supports .* options[.] Change/,
    );
    expect(message).not.toContain('/tmp');
    await world.apply(gslb({ haproxy: { configMapName: 'gslb-haproxy', balance: 'first' } }));
    await eventually(world, () => configuration(world)?.includes('balance first') === true);
  },
  60_000,
);
