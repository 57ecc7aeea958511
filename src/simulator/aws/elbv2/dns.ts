// SPDX-License-Identifier: GPL-3.0-or-later
/** What Route 53 may ask of a load balancer's name, wherever it stands. */
import { truth } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import { activeSince, healthOf } from './health.ts';
import { allTrue, elbOf } from './held.ts';
import type { LoadBalancer } from './state.ts';

export interface BalancerInDns {
  /** One for each zone. */
  readonly addresses: readonly string[];
  /**
   * Route 53 Developer Guide, "Evaluate target health": every target group that has targets needs a healthy one, and one without any is unhealthy.
   */
  readonly healthy: boolean;
}

/** @param name Any case, with or without the dot at the end and `dualstack.` before it. @returns undefined when no load balancer has this name */
export function balancerInDns(
  world: Pick<World, 'state' | 'ec2Times'>,
  name: string,
  now: number,
): BalancerInDns | undefined {
  const wanted = name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
  for (const key of world.state.elb?.keys() ?? []) {
    const [account = '', region = ''] = key.split('/');
    const place = { account, region, now };
    const held = elbOf(world.state, account, region);
    const balancer = allTrue(held, 'loadBalancers').find(({ dnsName }) => dnsName.toLowerCase() === wanted);
    if (!balancer) continue;
    const groups = allTrue(held, 'listeners').flatMap(({ loadBalancer, action }) =>
      loadBalancer === balancer.arn && action.type === 'forward' ? [action.targetGroup] : [],
    );
    const states = [...new Set(groups)]
      .flatMap((arn) => truth(held.targetGroups.get(arn)) ?? [])
      .map((group) => group.targets.map((target) => healthOf(world, place, { group, target }).state));
    const serving = states.length > 0 && states.every((group) => group.includes('healthy'));
    return { addresses: balancer.addresses, healthy: serving && isActive(balancer, now) };
  }
  return undefined;
}

function isActive(balancer: LoadBalancer, now: number): boolean {
  const since = activeSince(balancer);
  return since !== undefined && since <= now;
}
