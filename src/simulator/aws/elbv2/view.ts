// SPDX-License-Identifier: GPL-3.0-or-later
/** The truth about a region's load balancers, for tests: no lag, no permissions. */
import { truth, write } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import { stateAt } from '../ec2/life.ts';
import { healthOf, type TargetHealth } from './health.ts';
import { allTrue, elbOf } from './held.ts';
import type { Listener, LoadBalancer, Target, TargetGroup } from './state.ts';

type Tags = { readonly tags: Readonly<Record<string, string>> };

export interface BalancingView {
  readonly loadBalancers: readonly (Omit<LoadBalancer, 'tags' | 'life'> & Tags & { readonly state: string })[];
  readonly targetGroups: readonly (Omit<TargetGroup, 'tags' | 'targets'> &
    Tags & { readonly targets: readonly (Target & { readonly health: TargetHealth })[] })[];
  readonly listeners: readonly (Omit<Listener, 'tags'> & Tags)[];
}

interface Place {
  readonly account: string;
  readonly region: string;
}

const tagged = <T extends { readonly tags: LoadBalancer['tags'] }>({ tags, ...thing }: T) => ({
  ...thing,
  tags: Object.fromEntries(tags),
});

export function balancingView(world: World, place: Place): BalancingView {
  const now = world.clock.now();
  const held = elbOf(world.state, place.account, place.region);
  return {
    loadBalancers: allTrue(held, 'loadBalancers').map(({ life, ...balancer }) => ({
      ...tagged(balancer),
      state: stateAt(life, now) ?? '',
    })),
    targetGroups: allTrue(held, 'targetGroups').map((group) => ({
      ...tagged(group),
      targets: group.targets
        .filter(({ draining }) => draining === undefined || draining.until > now)
        .map((target) => ({ ...target, health: healthOf(world, { ...place, now }, { group, target }) })),
    })),
    listeners: allTrue(held, 'listeners').map(tagged),
  };
}

export interface ToldTarget {
  readonly region: string;
  /** Name of the target group. */
  readonly group: string;
  /** An instance's id, or an address. */
  readonly id: string;
  /** `undefined`: as its instance does. */
  readonly health: 'healthy' | 'unhealthy' | undefined;
}

/** Says how a target is, whatever its instance does. @throws {TypeError} when there is none */
export function tellTarget({ state, clock }: World, account: string, { region, group, id, health }: ToldTarget): void {
  const held = elbOf(state, account, region);
  const found = allTrue(held, 'targetGroups').find(({ name }) => name === group);
  const slot = found && held.targetGroups.get(found.arn);
  if (!found || !slot?.versions.length || !found.targets.some((target) => target.id === id))
    throw new TypeError(`There is no target ${id} in a group ${group}.`);
  const targets = found.targets.map((target) => {
    const { told: _, ...rest } = target;
    if (target.id !== id) return target;
    return health === undefined ? rest : { ...rest, told: health };
  });
  write(slot, { ...(truth(slot) ?? found), targets }, { now: clock.now(), lag: 0 });
}
