// SPDX-License-Identifier: GPL-3.0-or-later
/** Windows of maintenance: what serves at a site is replaced in them only, site after site; a site that is out is made again at any time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { terminateInstance } from '../../../src/clouds/aws/ec2/machine-requests.ts';
import { windowAt } from '../../../src/core/maintenance.ts';
import { quickEc2Times } from '../../../src/simulator/aws/ec2/times.ts';
import { quickElbTimes } from '../../../src/simulator/aws/elbv2/times.ts';
import { asRoot, city, gslb, region, type City } from './city.ts';

const tokyo = 'ap-northeast-1';
const home = () => world.aws.account('123456789012');
// the clock begins at 09:00 UTC, 18:00 in Seoul
const seoulTime = { timeZone: 'Asia/Seoul' };
const maintenance = {
  windows: [
    { name: 'first', start: '20:00', durationMinutes: 15, ...seoulTime },
    { name: 'second', start: '22:00', durationMinutes: 60, ...seoulTime },
  ],
};

let world: City;
beforeEach(async () => {
  world = await city({ aws: { ec2Times: quickEc2Times, elbTimes: quickElbTimes } });
  for (const where of [region, tokyo])
    home().makeVpc({
      region: where,
      cidr: '172.31.0.0/16',
      isDefault: true,
      subnets: ['a', 'c'].map((zone, at) => ({ cidr: `172.31.${at * 16}.0/20`, zone: `${where}${zone}` })),
      routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
    });
  world.operator();
  await world.apply(twoSites('20.117.241.211'));
  await world.until(settled, 3600);
});
afterEach(() => world.end());

const twoSites = (server: string, weight = 50) =>
  gslb({
    record: { name: 'gslb' },
    maintenance,
    policy: 'Weighted',
    endpoints: [
      ['seoul', region],
      ['tokyo', tokyo],
    ].map(([name, where]) => ({
      name,
      weight,
      target: { type: 'LoadBalancer', loadBalancer: { name: `${name}-alb`, region: where }, targetHealth: 'Evaluate' },
    })),
    haproxy: { configMapName: 'gslb-haproxy', servers: [{ name: 'web', address: server, port: 80 }] },
    sites: [
      { name: 'seoul', region, loadBalancer: 'seoul-alb' },
      { name: 'tokyo', region: tokyo, loadBalancer: 'tokyo-alb' },
    ],
  });

const isOpen = () => windowAt({ ...maintenance, freeze: false }, world.clock.now()).is === 'Open';
const settled = () =>
  world.is('Ready', 'True') &&
  world.is('Synced', 'True') &&
  (world.status().sites ?? []).filter(({ phase }) => phase === 'Serving').length === 2;
const up = (where: string) =>
  home()
    .machines(where)
    .instances.filter(({ state }) => state === 'running' || state === 'pending')
    .map(({ id, tags }) => ({ id, configuration: tags['hybridcloud.dev/configuration'] }));
const isServing = (where: string) =>
  home()
    .balancing(where)
    .targetGroups.some(({ targets }) => targets.some(({ health }) => health.state === 'healthy'));
const published = () =>
  world.kubernetes
    .objects('configmaps', 'default')
    .some((one) => JSON.stringify((one as { data?: object }).data ?? {}).includes('35.247.86.177'));

test('A changed configuration is published at once and comes to the sites in a window; one that is lost meanwhile is made again before.', async () => {
  const [[old], [other]] = [up(region), up(tokyo)];
  await world.apply(twoSites('35.247.86.177'));
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  expect(published()).toBe(true);
  expect(world.status().plan?.steps[0]).toMatchObject({ do: 'LaunchInstance', risk: 'disrupts' });
  expect(world.is('Ready', 'True')).toBe(true);
  expect([up(region), up(tokyo)]).toEqual([[old], [other]]);
  // the second site loses its instance
  await asRoot(world, terminateInstance(other?.id ?? ''), { region: tokyo });
  await world.until(() => up(tokyo).length === 1 && isServing(tokyo), 3600);
  expect([isOpen(), up(region)]).toEqual([false, [old]]);
  const [made] = up(tokyo);
  expect(made?.configuration).not.toBe(other?.configuration);
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  const begun: boolean[] = [];
  await world.until(() => {
    if (up(region).length === 2 && begun.length === 0) begun.push(isOpen());
    return up(region).length === 1 && up(region)[0]?.id !== old?.id && settled();
  }, 10_800);
  expect(begun).toEqual([true]);
  expect(up(tokyo)).toEqual([made]);
}, 60_000);

test('A site that was begun is finished when the window closes, and the next one waits for the next window; records do not wait.', async () => {
  const old = [...up(region), ...up(tokyo)].map(({ id }) => id);
  await world.apply(twoSites('35.247.86.177'));
  await world.until(() => up(region).length === 2, 10_800);
  expect(isOpen()).toBe(true);
  // the new instance is not called healthy for as long as the window is open
  const fresh = up(region).find(({ id }) => !old.includes(id))?.id ?? '';
  const [group] = home().balancing(region).targetGroups;
  await world.until(
    () =>
      home()
        .balancing(region)
        .targetGroups[0]?.targets.some(({ id }) => id === fresh) ?? false,
    600,
  );
  const tell = (health: 'healthy' | 'unhealthy') =>
    home().tellTarget({ region, group: group?.name ?? '', id: fresh, health });
  tell('unhealthy');
  await world.until(() => !isOpen(), 1200);
  tell('healthy');
  await world.until(() => up(region).length === 1, 3600);
  expect(up(region).map(({ id }) => id)).toEqual([fresh]);
  await world.until(() => world.because('Synced') === 'OutsideWindow', 600);
  expect([isOpen(), up(tokyo).map(({ id }) => id)]).toEqual([false, [old[1]]]);
  await world.apply(twoSites('35.247.86.177', 30));
  await world.until(() => world.aws.route53.records(world.zone).some((one) => one.weight === 30), 600);
  expect([isOpen(), up(tokyo).map(({ id }) => id)]).toEqual([false, [old[1]]]);
  const until = new Date(world.clock.now() + 3600_000).toISOString();
  await world.annotate({ 'hybridcloud.dev/allow-disruption-until': until });
  await world.until(() => settled() && up(tokyo).every(({ id }) => id !== old[1]), 3600);
  expect(isOpen()).toBe(false);
  expect(world.events().filter(({ reason }) => reason === 'WindowOverridden')).toMatchObject([
    { note: expect.stringContaining(`${until} allows: LaunchInstance (instance of site tokyo in ap-northeast-1)`) },
  ]);
}, 60_000);
