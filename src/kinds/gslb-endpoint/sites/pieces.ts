// SPDX-License-Identifier: GPL-3.0-or-later
/** What a site stands on: security groups, target group, load balancer, listeners. In this order, as each needs the one before it. Pure. */
import type { Listener, TargetCheck } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { ListenerSettings } from '../../../clouds/aws/elbv2/load-balancer-requests.ts';
import type { Opening, Rule, SecurityGroup } from '../../../clouds/aws/ec2/machine.ts';
import { canonical } from '../../../core/digest.ts';
import { ownershipOf, type Tags } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked, waiting } from '../plan/part.ts';
import { at, rest, type OneSite, type SitePart } from './part.ts';
import { ruleWords } from './rule-words.ts';
import type { SiteStep } from './steps.ts';
import { siteTags, type SiteWish } from './wanted.ts';
import { serves } from './world.ts';

const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);

/** Ten seconds and two answers: a new instance is healthy soon, a dead one is out soon. */
export function checkOf({ healthCheckPath }: SiteWish): TargetCheck {
  return {
    protocol: 'HTTP',
    port: 'traffic-port',
    path: healthCheckPath,
    intervalSeconds: 10,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    matcher: '200',
  };
}

/** TLS 1.2 and 1.3 (ELB User Guide, "Security policies": the recommended one); the API's own default still takes TLS 1.0. */
export const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

function notOurs(kind: string, name: string, region: string): Hold {
  return blocked(
    'NotOurs',
    `There is a ${kind} ${name} in ${region} without the mark of this object; it is not touched. Choose another name for the site's, or delete that one.`,
    [{ kind, id: `${region}/${name}` }],
  );
}

export function isOurs({ owner }: Pick<OneSite, 'owner'>, { tags }: { readonly tags: Tags }): boolean {
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

/** Doors open before something answers behind them, and close when nothing does any more. The groups are ours whole: whatever else they let in goes. */
function ports(one: OneSite, change: 'OpenPort' | 'ClosePort'): SiteStep[] {
  const balancer = groupOf(one, one.wish.groups.balancer);
  if (!balancer) return [];
  return openings(one, balancer).flatMap(([name, wanted]) => {
    const group = groupOf(one, name);
    if (!group) return [];
    const target = (rule: Rule) =>
      `${'port' in rule ? `port ${rule.port}` : `rule ${ruleWords(rule)}`} of security group ${name} in ${one.wish.region}`;
    const on = (rule: Rule) => ({ target: target(rule), ...at(one), id: group.id });
    const among = (all: readonly Rule[], rule: Rule) => all.some((other) => same(rule, other));
    if (change === 'OpenPort')
      return wanted
        .filter((door) => !among(group.openings, door))
        .map((opening): SiteStep => ({ do: 'OpenPort', effect: 'create', ...on(opening), opening }));
    return group.openings
      .filter((open) => !among(wanted, open))
      .map((opening): SiteStep => ({ do: 'ClosePort', effect: 'delete', ...on(opening), opening }));
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
    const made = {
      name: wish.targetGroup,
      vpc,
      port: wish.port,
      check,
      tags,
      once,
      repeatable: true,
      named: true,
    } as const;
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
  // where nobody is answered there is nothing to lose; else it comes to one site after the other
  return { steps: serves(found) ? [] : changedCheck(one) };
}

/** What is asked of the instances: another question may be one that those of now do not answer. */
export function changedCheck(one: OneSite): SiteStep[] {
  const { wish, found } = one;
  const { targetGroup: there } = found;
  const check = checkOf(wish);
  if (!there || same(there.check, check)) return [];
  const target = `target group ${wish.targetGroup} in ${wish.region}`;
  return [{ do: 'ChangeTargetGroup', effect: 'update', target, ...at(one), id: there.arn, check }];
}

/** Of which the load balancer is, and of no others. */
export function balancerGroups({ wish, found }: Pick<OneSite, 'wish' | 'found'>): readonly string[] {
  const group = groupOf({ found }, wish.groups.balancer);
  return group ? [group.id] : [];
}

function loadBalancer(one: OneSite, subnets: readonly string[]): SitePart {
  const { wish, found, owner } = one;
  const there = found.balancer;
  const target = `load balancer ${wish.loadBalancer} in ${wish.region}`;
  const securityGroups = balancerGroups(one);
  if (there && !isOurs(one, there)) return { steps: [], hold: notOurs('LoadBalancer', there.name, wish.region) };
  if (there && same(there.securityGroups, securityGroups)) return rest;
  if (there)
    return {
      steps: [{ do: 'ChangeLoadBalancer', effect: 'update', target, ...at(one), id: there.arn, securityGroups }],
    };
  const tags = siteTags(owner, wish.name);
  const once = `CreateLoadBalancer/${wish.name}`;
  const made = { name: wish.loadBalancer, subnets, securityGroups, tags, once, repeatable: true, named: true } as const;
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
  return certificate === undefined
    ? [http]
    : [{ port: 443, protocol: 'HTTPS', action: forward, certificate, policy: tlsPolicy }, http];
}

function isSo({ arn: _, loadBalancer: __, ...there }: Listener, settings: ListenerSettings): boolean {
  return same(there, settings);
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
