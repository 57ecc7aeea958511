// SPDX-License-Identifier: GPL-3.0-or-later
/** Two sites on the simulated AWS: made, changed without a moment in which one is out, taken away. */
import { expect, test } from '@jest/globals';
import { createLoadBalancer } from '../../../../src/clouds/aws/elbv2/load-balancer-requests.ts';
import { closePort, terminateInstance } from '../../../../src/clouds/aws/ec2/machine-requests.ts';
import type { AwsOptions } from '../../../../src/simulator/aws/index.ts';
import { siteActions, type SiteClouds } from '../../../../src/kinds/gslb-endpoint/sites/act.ts';
import { siteFacts } from '../../../../src/kinds/gslb-endpoint/sites/facts.ts';
import { observeSites } from '../../../../src/kinds/gslb-endpoint/sites/observe.ts';
import type { SiteStep } from '../../../../src/kinds/gslb-endpoint/sites/steps.ts';
import type { SitesWorld } from '../../../../src/kinds/gslb-endpoint/sites/world.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { sitesWorld } from '../../../clouds/aws/sites-world.ts';
import { owner, pure, seoul, sites, tokyo, wanted as wantedOf, wishes, type Wanted } from './pieces.ts';

const ids = { [seoul]: 'vpc-0a26000000000001a', [tokyo]: 'vpc-0a26000000000001b' } as const;

function stage(options: Partial<AwsOptions> = {}) {
  const world = sitesWorld(options);
  for (const region of [seoul, tokyo] as const)
    world.home.makeVpc({
      region,
      id: ids[region],
      cidr: '10.27.0.0/16',
      subnets: ['a', 'c', 'c'].map((zone, n) => ({ cidr: `10.27.${n}.0/24`, zone: `${region}${zone}` })),
      // the third one is private
      routeTables: [{ subnets: [0, 1], routes: [{ destination: '0.0.0.0/0', target: 'igw-0a26000000000004a' }] }],
    });
  const sessions = { [seoul]: world.session(seoul), [tokyo]: world.session(tokyo) } as const;
  const clouds: SiteClouds = {
    scope: world.scope,
    owner,
    inRegion: async (region) => sessions[region as typeof seoul],
  };
  const look = async (wanted: Wanted): Promise<SitesWorld> => {
    const seen = sites.map(({ name, region, loadBalancer, targetGroup }) => {
      const wish = wanted.going ? undefined : wanted.wishes.find((one) => one.name === name);
      const remembered = { loadBalancer, targetGroup };
      const stays = wanted.going === 'Retain' ? { stays: true as const } : {};
      return { name, region, vpc: { id: ids[region as typeof seoul] }, ...(wish ? { wish } : remembered), ...stays };
    });
    return { now: world.clock.now(), owner, sites: await observeSites(clouds, seen, { maxAgeMs: 0 }) };
  };
  const act = (step: SiteStep) =>
    (siteActions[step.do] as (clouds: SiteClouds, step: SiteStep) => Promise<void>)(clouds, step);
  return { ...world, look, act };
}

type Stage = ReturnType<typeof stage>;

const running = (at: Stage, region: string) =>
  at.home.machines(region).instances.filter(({ state }) => state === 'pending' || state === 'running');
const serving = (at: Stage, region: string) =>
  at.home
    .balancing(region)
    .targetGroups.some(({ targets }) => targets.some(({ health }) => health.state === 'healthy'));

interface Watch {
  /** Called after everything that is done, and every wait. */
  readonly each?: () => void;
  /** After so many looks it does not settle. */
  readonly rounds?: number;
}

/** @returns false for what passes, and is tried again. */
async function isDone(at: Stage, step: SiteStep): Promise<boolean> {
  try {
    await at.act(step);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.class === 'Transient') return false;
    throw error;
  }
}

/** The steps that could be done, up to the first that could not. */
async function doAll(at: Stage, steps: readonly SiteStep[], each: () => void): Promise<string[]> {
  const done: string[] = [];
  for (const step of steps) {
    if (!(await isDone(at, step))) break;
    done.push(`${step.do} ${step.site}`);
    each();
  }
  return done;
}

/** What was done on the way, to rest. */
async function settle(
  at: Stage,
  wish: Wanted,
  { each = () => undefined, rounds = 120 }: Watch = {},
): Promise<string[]> {
  const done: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const { steps, hold } = pure.plan(wish, await at.look(wish));
    done.push(...(await doAll(at, steps, each)));
    if (steps.length === 0 && !hold) return done;
    if (hold?.why === 'Blocked') return [...done, hold.reason];
    // more patient than the operator: there is a lot to wait for
    await at.clock.advance(hold ? 30_000 : 5000);
    each();
  }
  throw new Error(`it does not settle: ${done.slice(-5).join(', ')}`);
}

const wanted = (configuration: string): Wanted => wantedOf({ configuration });

test('Both sites are made, the second from an image of the first; a new configuration comes to one after the other, and neither is ever out.', async () => {
  const at = stage();
  const made = await settle(at, wanted('one'));
  const order = ['LaunchInstance seoul', 'CreateImage seoul', 'CopyImage tokyo', 'LaunchInstance tokyo'];
  expect(made.filter((one) => order.includes(one))).toEqual(order);
  expect(await settle(at, wanted('one'))).toEqual([]);
  for (const region of [seoul, tokyo]) {
    expect(serving(at, region)).toBe(true);
    expect(at.home.balancing(region).loadBalancers[0]?.subnets).toHaveLength(2);
  }
  expect(at.home.machines(tokyo).instances[0]?.imageID).toBe(at.home.machines(tokyo).images[0]?.id);
  expect(siteFacts(await at.look(wanted('one')), wishes())).toMatchObject([
    { name: 'seoul', phase: 'Serving' },
    { name: 'tokyo', phase: 'Serving' },
  ]);
  const before = running(at, seoul).map(({ id }) => id);
  const out: string[] = [];
  const each = () => out.push(...[seoul, tokyo].filter((region) => !serving(at, region)));
  const changed = await settle(at, wanted('two'), { each });
  expect(out).toEqual([]);
  expect(changed).toEqual([
    'LaunchInstance seoul',
    'RegisterTarget seoul',
    'DeregisterTarget seoul',
    'TerminateInstance seoul',
    'CreateImage seoul',
    'CopyImage tokyo',
    'LaunchInstance tokyo',
    'RegisterTarget tokyo',
    'DeregisterTarget tokyo',
    'TerminateInstance tokyo',
    'DeregisterImage seoul',
    'DeregisterImage tokyo',
    'DeleteSnapshot seoul',
    'DeleteSnapshot tokyo',
  ]);
  expect(running(at, seoul).map(({ id }) => id)).not.toEqual(before);
  for (const region of [seoul, tokyo]) {
    const { images, snapshots } = at.home.machines(region);
    expect([running(at, region), images, snapshots].map((list) => list.length)).toEqual([1, 1, 1]);
  }
}, 30_000);

test('A configuration that does not come up stops at the first site: the old one serves, the second is not touched.', async () => {
  const at = stage();
  await settle(at, wanted('one'));
  const group = () => running(at, seoul).map(({ id }) => id);
  const before = group();
  const sick = () => {
    for (const id of group().filter((one) => !before.includes(one)))
      if (at.home.balancing(seoul).targetGroups[0]?.targets.some((target) => target.id === id))
        at.home.tellTarget({ region: seoul, group: 'TG-Seoul', id, health: 'unhealthy' });
  };
  const calls = at.aws.calls.length;
  await expect(settle(at, wanted('broken'), { each: sick, rounds: 30 })).rejects.toThrow('does not settle');
  expect(group()).toEqual(expect.arrayContaining(before));
  expect(serving(at, seoul)).toBe(true);
  const writes = at.aws.calls.slice(calls).filter(({ effect, region }) => effect === 'write' && region === tokyo);
  expect(writes).toEqual([]);
  // back to what worked: the broken one goes
  expect(await settle(at, wanted('one'))).toEqual(['DeregisterTarget seoul', 'TerminateInstance seoul']);
  expect(group()).toEqual(before);
}, 30_000);

test('An instance that somebody terminated is made again; a rule that somebody took away is back.', async () => {
  const at = stage();
  await settle(at, wanted('one'));
  const [instance] = at.home.machines(tokyo).instances;
  await at.session(tokyo).send(terminateInstance(instance?.id ?? ''));
  const group = at.home.machines(tokyo).securityGroups.find(({ name }) => name === 'tokyo-alb');
  await at.session(tokyo).send(closePort(group?.id ?? '', { port: 80, from: { cidr: '0.0.0.0/0' } }));
  await at.clock.advance(1000);
  expect(await settle(at, wanted('one'))).toEqual(['OpenPort tokyo', 'LaunchInstance tokyo', 'RegisterTarget tokyo']);
  expect(serving(at, tokyo)).toBe(true);
}, 30_000);

test('A site that leaves the spec goes when the other is done; deletion leaves nothing of ours.', async () => {
  const at = stage();
  await settle(at, wanted('one'));
  const gone = await settle(at, { wishes: wishes({ only: 1 }) });
  expect(new Set(gone.map((one) => one.split(' ')[1]))).toEqual(new Set(['tokyo']));
  expect(serving(at, seoul)).toBe(true);
  await settle(at, { wishes: [], going: 'Delete' });
  for (const region of [seoul, tokyo]) {
    const { instances, images, snapshots, securityGroups } = at.home.machines(region);
    expect([instances, images, snapshots]).toEqual([[], [], []]);
    expect(securityGroups.map(({ name }) => name)).toEqual(['default', 'default']);
    const { loadBalancers, targetGroups } = at.home.balancing(region);
    expect([loadBalancers, targetGroups]).toEqual([[], []]);
  }
}, 30_000);

test('With Retain all of it stays and serves, without a mark.', async () => {
  const at = stage();
  await settle(at, { wishes: wishes({ only: 1 }) });
  await settle(at, { wishes: [], going: 'Retain' });
  expect(serving(at, seoul)).toBe(true);
  const { instances, volumes, securityGroups } = at.home.machines(seoul);
  const { loadBalancers, targetGroups, listeners } = at.home.balancing(seoul);
  expect([instances, volumes, listeners, loadBalancers, targetGroups].map((list) => list.length)).toEqual([
    1, 1, 1, 1, 1,
  ]);
  const all = [...instances, ...volumes, ...securityGroups, ...loadBalancers, ...targetGroups, ...listeners];
  const keys = new Set(all.flatMap(({ tags }) => Object.keys(tags)));
  expect(keys).toEqual(new Set(['Name']));
}, 30_000);

test('What was made shows late, and is made once; one with the name of somebody else is left alone.', async () => {
  const at = stage({ lagMs: () => 20_000 });
  await settle(at, { wishes: wishes({ only: 1 }) });
  expect([running(at, seoul).length, at.home.machines(seoul).images.length]).toEqual([1, 0]);
  expect(at.home.balancing(seoul).loadBalancers).toHaveLength(1);
  const other = stage();
  const subnets = other.vpcs[seoul]?.subnets ?? [];
  await other.session(seoul).send(createLoadBalancer({ name: 'seoul-alb', subnets, securityGroups: [], tags: {} }));
  expect((await settle(other, wanted('one'))).at(-1)).toBe('NotOurs');
  expect(other.home.machines(seoul).instances).toEqual([]);
}, 30_000);
