// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How a target is: what somebody said of it, else what its instance does. Source: ELB User Guide, "Health checks for Application Load Balancer
 * target groups" (target health status, reason codes; a new target needs one passed check); API reference, TargetHealth.
 */
import { truth } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import { addressIn, inside, parseCidr } from '../ec2/cidr.ts';
import { ec2Of } from '../ec2/entities.ts';
import { servesSince } from '../ec2/instance-life.ts';
import { stateAt } from '../ec2/life.ts';
import { opens } from '../ec2/security-group-rules.ts';
import { allTrue, elbOf } from './held.ts';
import type { Listener, LoadBalancer, Target, TargetGroup } from './state.ts';

export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';
  readonly reason?: string;
  readonly description?: string;
}

export interface Place {
  readonly account: string;
  readonly region: string;
  readonly now: number;
}

type Seen = Pick<World, 'state' | 'ec2Times'>;

const notInUse: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};
const draining: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};
const stopped = (state: string): TargetHealth => ({
  state: 'unused',
  reason: 'Target.InvalidState',
  description: `Target is in the ${state} state`,
});
const registering: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};
const checking: TargetHealth = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};
const silent: TargetHealth = { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
const failing: TargetHealth = {
  state: 'unhealthy',
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};

export function healthOf(
  world: Seen,
  place: Place,
  { group, target }: { group: TargetGroup; target: Target },
): TargetHealth {
  const { now } = place;
  if (target.draining !== undefined) return draining;
  const [user] = usersIn(world, place, group.arn);
  if (!user) return notInUse;
  const state = instanceState(world, place, target);
  if (state !== undefined && state !== 'running' && state !== 'pending') return stopped(state);
  const active = activeSince(user.balancer);
  if (active === undefined || now < active) return registering;
  const begun = Math.max(target.registeredAt, active, user.listener.forwardsSince);
  if (now < begun + group.check.intervalSeconds * 1000) return checking;
  return answerOf(world, place, { group, target, balancer: user.balancer });
}

interface User {
  readonly balancer: LoadBalancer;
  readonly listener: Listener;
}

function usersIn(world: Seen, { account, region }: Place, arn: string): User[] {
  const held = elbOf(world.state, account, region);
  return allTrue(held, 'listeners').flatMap((listener) => {
    const balancer = truth(held.loadBalancers.get(listener.loadBalancer));
    return listener.action.type === 'forward' && listener.action.targetGroup === arn && balancer
      ? [{ balancer, listener }]
      : [];
  });
}

export function activeSince({ life }: Pick<LoadBalancer, 'life'>): number | undefined {
  return life.versions.find(({ value }) => value === 'active')?.from;
}

function instanceState(world: Seen, { account, region, now }: Place, { id }: Target): string | undefined {
  if (!id.startsWith('i-')) return undefined;
  const instance = truth(ec2Of(world.state, account, region).instances.get(id));
  return instance ? (stateAt(instance.life, now) ?? 'terminated') : 'terminated';
}

/** An address answers unless somebody says that it does not; an instance once it has booted, if its security groups let the load balancer in. */
function answerOf(
  world: Seen,
  place: Place,
  { group, target, balancer }: { group: TargetGroup; target: Target; balancer: LoadBalancer },
): TargetHealth {
  if (target.told !== undefined) return target.told === 'healthy' ? { state: 'healthy' } : failing;
  if (!target.id.startsWith('i-')) return { state: 'healthy' };
  const held = ec2Of(world.state, place.account, place.region);
  const instance = truth(held.instances.get(target.id));
  const since = instance && servesSince(instance, world.ec2Times);
  if (!instance || since === undefined || place.now < since) return failing;
  const port = group.check.port === 'traffic-port' ? target.port : Number(group.check.port);
  const blocks = balancer.subnets.flatMap((id) => truth(held.subnets.get(id))?.cidr ?? []);
  const allowed = instance.securityGroups.some((id) => {
    const rules = truth(held.securityGroups.get(id))?.ingress ?? [];
    return rules.some(
      (rule) =>
        opens(rule, { protocol: 'tcp', port }) &&
        ('group' in rule.source
          ? balancer.securityGroups.includes(rule.source.group)
          : blocks.every((block) => inside(firstOf(block), 'cidr' in rule.source ? rule.source.cidr : undefined))),
    );
  });
  return allowed ? { state: 'healthy' } : silent;
}

function firstOf(block: string): string {
  const cidr = parseCidr(block);
  return cidr ? `${addressIn(cidr, 4)}/32` : block;
}
