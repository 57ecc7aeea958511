// SPDX-License-Identifier: GPL-3.0-or-later
/** What a site stands on: security groups, target group, load balancer, listeners. In this order, as each needs the one before it. Pure. */
import type { HealthCheckPath, Listener } from '../../../clouds/aws/load-balancer.ts';
import type { ListenerSettings } from '../../../clouds/aws/load-balancer-requests.ts';
import type { Opening, SecurityGroup } from '../../../clouds/aws/machine.ts';
import { canonical } from '../../../core/digest.ts';
import { ownershipOf, type Tags } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked, waiting } from '../plan/part.ts';
import { at, rest, type OneSite, type SitePart } from './part.ts';
import type { SiteStep } from './steps.ts';
import { siteTags, type SiteWish } from './wanted.ts';

const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);

/** Ten seconds and two answers: a new instance is healthy soon, a dead one is out soon. */
export function checkOf({ healthCheckPath }: SiteWish): HealthCheckPath {
  return { path: healthCheckPath, intervalSeconds: 10, healthyThreshold: 2, unhealthyThreshold: 2 };
}

function notOurs(kind: string, name: string, region: string): Hold {
  return blocked(
    'NotOurs',
    `There is a ${kind} ${name} in ${region} without the mark of this object; it is not touched. Choose another name for the site's, or delete that one.`,
    [{ kind, id: `${region}/${name}` }],
  );
}

function isOurs({ owner }: OneSite, { tags }: { readonly tags: Tags }): boolean {
  return ownershipOf(tags, owner) === 'mine';
}

export function groupOf({ found }: Pick<OneSite, 'found'>, name: string): SecurityGroup | undefined {
  return found.groups.find((one) => one.name === name);
}

function groups(one: OneSite, vpc: string): SitePart {
  const { wish, owner } = one;
  const all = [
    [wish.groups.balancer, 'HTTP and HTTPS for everybody'],
    [wish.groups.instance, 'HTTP from the load balancer'],
  ] as const;
  const foreign = all.map(([name]) => groupOf(one, name)).find((group) => group && !isOurs(one, group));
  if (foreign) return { steps: [], hold: notOurs('SecurityGroup', foreign.name, wish.region) };
  const missing = all.filter(([name]) => !groupOf(one, name));
  const steps = missing.map(([name, description]): SiteStep => {
    const target = `security group ${name} in ${wish.region}`;
    const once = `CreateSecurityGroup/${wish.name}/${name}`;
    const tags = siteTags(owner, wish.name, { Name: name });
    return {
      do: 'CreateSecurityGroup',
      effect: 'create',
      target,
      ...at(one),
      name,
      description,
      vpc,
      tags,
      once,
      repeatable: true,
    };
  });
  return steps.length > 0 ? { steps } : rest;
}

/** By the group's name: what it lets in. */
export function openings(
  { wish }: Pick<OneSite, 'wish'>,
  balancer: SecurityGroup,
): readonly (readonly [string, readonly Opening[]])[] {
  const from = { cidr: '0.0.0.0/0' };
  const doors = [{ port: 80, from }, ...(wish.tls ? [{ port: 443, from }] : [])];
  return [
    [wish.groups.balancer, doors],
    [wish.groups.instance, [{ port: wish.port, from: { group: balancer.id } }]],
  ];
}

/** Doors open before something answers behind them, and close when nothing does any more. */
function ports(one: OneSite, change: 'OpenPort' | 'ClosePort'): SiteStep[] {
  const balancer = groupOf(one, one.wish.groups.balancer);
  if (!balancer) return [];
  return openings(one, balancer).flatMap(([name, wanted]) => {
    const group = groupOf(one, name);
    if (!group) return [];
    const step = (opening: Opening): SiteStep => ({
      do: change,
      effect: change === 'OpenPort' ? 'create' : 'delete',
      target: `port ${opening.port} of security group ${name} in ${one.wish.region}`,
      ...at(one),
      id: group.id,
      opening,
    });
    const among = (all: readonly Opening[], opening: Opening) => all.some((other) => same(opening, other));
    return change === 'OpenPort'
      ? wanted.filter((door) => !among(group.openings, door)).map(step)
      : group.openings.filter((open) => !among(wanted, open)).map(step);
  });
}

function targetGroup(one: OneSite, vpc: string): SitePart {
  const { wish, found, owner } = one;
  const there = found.targetGroup;
  const check = checkOf(wish);
  const target = `target group ${wish.targetGroup} in ${wish.region}`;
  if (!there) {
    const tags = siteTags(owner, wish.name);
    const once = `CreateTargetGroup/${wish.name}`;
    const made = { name: wish.targetGroup, vpc, port: wish.port, check, tags, once, repeatable: true } as const;
    return { steps: [{ do: 'CreateTargetGroup', effect: 'create', target, ...at(one), ...made }] };
  }
  if (!isOurs(one, there)) return { steps: [], hold: notOurs('TargetGroup', there.name, wish.region) };
  if (there.port !== wish.port)
    return {
      steps: [],
      hold: blocked(
        'TargetGroupFixed',
        `${target} sends to port ${there.port}, which cannot be changed, and HAProxy listens on ${wish.port}: choose another name for targetGroup, or listen on ${there.port}.`,
        [{ kind: 'TargetGroup', id: `${wish.region}/${there.name}` }],
      ),
    };
  if (same(there.check, check)) return rest;
  return { steps: [{ do: 'ChangeTargetGroup', effect: 'update', target, ...at(one), id: there.arn, check }] };
}

function loadBalancer(one: OneSite, subnets: readonly string[]): SitePart {
  const { wish, found, owner } = one;
  const there = found.balancer;
  if (there) return isOurs(one, there) ? rest : { steps: [], hold: notOurs('LoadBalancer', there.name, wish.region) };
  const group = groupOf(one, wish.groups.balancer);
  const target = `load balancer ${wish.loadBalancer} in ${wish.region}`;
  const securityGroups = group ? [group.id] : [];
  const tags = siteTags(owner, wish.name);
  const once = `CreateLoadBalancer/${wish.name}`;
  const made = { name: wish.loadBalancer, subnets, securityGroups, tags, once, repeatable: true } as const;
  return { steps: [{ do: 'CreateLoadBalancer', effect: 'create', target, ...at(one), ...made }] };
}

/** Until there is a certificate all is answered without TLS; one that is being renewed or exchanged stays until the next is issued. */
export function wantedListeners(
  { wish, found }: Pick<OneSite, 'wish' | 'found'>,
  group: string,
): readonly ListenerSettings[] {
  const forward = { type: 'Forward', targetGroup: group } as const;
  const before = found.listeners.find(({ port }) => port === 443)?.certificate;
  const certificate = wish.tls ? (wish.certificate ?? before) : undefined;
  const redirects = certificate !== undefined && wish.http === 'Redirect';
  const http: ListenerSettings = { port: 80, protocol: 'HTTP', action: redirects ? { type: 'ToHTTPS' } : forward };
  return certificate === undefined ? [http] : [{ port: 443, protocol: 'HTTPS', action: forward, certificate }, http];
}

function isSo(there: Listener, { port, protocol, action, certificate }: ListenerSettings): boolean {
  const has = { port: there.port, protocol: there.protocol, action: there.action, certificate: there.certificate };
  return same(has, { port, protocol, action, certificate });
}

/** HTTPS before the redirect that leads there, and the redirect away before HTTPS goes. */
function listeners(one: OneSite): SiteStep[] {
  const { balancer, targetGroup: group, listeners: there } = one.found;
  if (!balancer || !group) return [];
  const target = (port: number) => `listener ${port} of ${balancer.name} in ${one.wish.region}`;
  const wanted = wantedListeners(one, group.arn);
  const changes = wanted.flatMap((settings): SiteStep[] => {
    const before = there.find(({ port }) => port === settings.port);
    const base = { target: target(settings.port), ...at(one), settings };
    if (!before) {
      const once = `CreateListener/${one.wish.name}/${settings.port}`;
      const tags = siteTags(one.owner, one.wish.name);
      return [{ do: 'CreateListener', effect: 'create', ...base, id: balancer.arn, tags, once, repeatable: true }];
    }
    return isSo(before, settings) ? [] : [{ do: 'ChangeListener', effect: 'update', ...base, id: before.arn }];
  });
  const left = there.filter(({ port }) => !wanted.some((settings) => settings.port === port));
  const removed = left.map(({ arn, port }): SiteStep => {
    return { do: 'DeleteListener', effect: 'delete', target: target(port), ...at(one), id: arn };
  });
  return [...changes, ...removed];
}

export function planPieces(one: OneSite): SitePart {
  const { place } = one.found;
  if (place.found === 'none') return { steps: [], hold: place.hold };
  for (const part of [
    groups(one, place.vpc),
    { steps: ports(one, 'OpenPort') },
    targetGroup(one, place.vpc),
    loadBalancer(one, place.subnets),
    { steps: listeners(one) },
    { steps: ports(one, 'ClosePort') },
  ])
    if (part.steps.length > 0 || part.hold) return part;
  return one.found.balancer?.state === 'provisioning' ? { steps: [], hold: provisioning(one) } : rest;
}

function provisioning({ wish, found }: OneSite): Hold {
  const until = { happens: 'LoadBalancerActive', id: found.balancer?.arn ?? '' };
  return {
    ...waiting(
      'LoadBalancerProvisioning',
      `AWS is making the load balancer ${wish.loadBalancer} in ${wish.region}`,
      until,
    ),
    lookAgainAfterMs: 15_000,
  };
}
