// SPDX-License-Identifier: GPL-3.0-or-later
/** Windows of maintenance: what serves at a site is replaced in them only, site after site; a site that is out is made again at any time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { terminateInstance } from '../../../src/clouds/aws/ec2/machine-requests.ts';
import { windowAt } from '../../../src/core/maintenance.ts';
import { asRoot, region } from './city.ts';
import { tokyo, twoRegions, twoSites, type TwoRegions } from './two-sites.ts';

// the clock begins at 09:00 UTC, 18:00 in Seoul
const seoulTime = { timeZone: 'Asia/Seoul' };
const maintenance = {
  windows: [
    { name: 'first', start: '20:00', durationMinutes: 15, ...seoulTime },
    { name: 'second', start: '22:00', durationMinutes: 60, ...seoulTime },
  ],
};

let world: TwoRegions;
beforeEach(async () => {
  world = await twoRegions();
  world.operator();
  await world.apply(sites('20.117.241.211'));
  await world.until(world.settled, 3600);
});
afterEach(() => world.end());

const sites = (server: string, weight = 50) =>
  twoSites(server, { seoul: { weight }, tokyo: { weight } }, { maintenance, policy: 'Weighted' });

const isOpen = () => windowAt({ ...maintenance, freeze: false }, world.clock.now()).is === 'Open';
const published = () =>
  world.kubernetes
    .objects('configmaps', 'default')
    .some((one) => JSON.stringify((one as { data?: object }).data ?? {}).includes('35.247.86.177'));

test('A changed configuration is published at once and comes to the sites in a window; one that is lost meanwhile is made again before.', async () => {
  const [[old], [other]] = [world.up(region), world.up(tokyo)];
  await world.apply(sites('35.247.86.177'));
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  expect(published()).toBe(true);
  expect(world.status().plan?.steps[0]).toMatchObject({ do: 'LaunchInstance', risk: 'disrupts' });
  expect(world.is('Ready', 'True')).toBe(true);
  expect([world.up(region), world.up(tokyo)]).toEqual([[old], [other]]);
  // the second site loses its instance
  await asRoot(world, terminateInstance(other?.id ?? ''), { region: tokyo });
  await world.until(() => world.up(tokyo).length === 1 && world.isServing(tokyo), 3600);
  expect([isOpen(), world.up(region)]).toEqual([false, [old]]);
  const [made] = world.up(tokyo);
  expect(made?.configuration).not.toBe(other?.configuration);
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  const begun: boolean[] = [];
  await world.until(() => {
    if (world.up(region).length === 2 && begun.length === 0) begun.push(isOpen());
    return world.up(region).length === 1 && world.up(region)[0]?.id !== old?.id && world.settled();
  }, 10_800);
  expect(begun).toEqual([true]);
  expect(world.up(tokyo)).toEqual([made]);
}, 60_000);

test('A site that was begun is finished when the window closes, and the next one waits for the next window; records do not wait.', async () => {
  const old = [...world.up(region), ...world.up(tokyo)].map(({ id }) => id);
  await world.apply(sites('35.247.86.177'));
  await world.until(() => world.up(region).length === 2, 10_800);
  expect(isOpen()).toBe(true);
  // the new instance is not called healthy for as long as the window is open
  const fresh = world.up(region).find(({ id }) => !old.includes(id))?.id ?? '';
  const [group] = world.home().balancing(region).targetGroups;
  await world.until(
    () =>
      world
        .home()
        .balancing(region)
        .targetGroups[0]?.targets.some(({ id }) => id === fresh) ?? false,
    600,
  );
  const tell = (health: 'healthy' | 'unhealthy') =>
    world.home().tellTarget({ region, group: group?.name ?? '', id: fresh, health });
  tell('unhealthy');
  await world.until(() => !isOpen(), 1200);
  tell('healthy');
  await world.until(() => world.up(region).length === 1, 3600);
  expect(world.up(region).map(({ id }) => id)).toEqual([fresh]);
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  expect([isOpen(), world.up(tokyo).map(({ id }) => id)]).toEqual([false, [old[1]]]);
  await world.apply(sites('35.247.86.177', 30));
  await world.until(() => world.aws.route53.records(world.zone).some((one) => one.weight === 30), 600);
  expect([isOpen(), world.up(tokyo).map(({ id }) => id)]).toEqual([false, [old[1]]]);
  const until = new Date(world.clock.now() + 3600_000).toISOString();
  await world.annotate({ 'hybridcloud.dev/allow-disruption-until': until });
  await world.until(() => world.settled() && world.up(tokyo).every(({ id }) => id !== old[1]), 3600);
  expect(isOpen()).toBe(false);
  expect(world.events().filter(({ reason }) => reason === 'WindowOverridden')).toMatchObject([
    { note: expect.stringContaining(`${until} allows: LaunchInstance (instance of site tokyo in ap-northeast-1)`) },
  ]);
}, 60_000);
