// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a site is not as it is wanted. What is not there has no settings, and is made. Pure. */
import type { Listener, TargetCheck } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { ListenerSettings } from '../../../clouds/aws/elbv2/load-balancer-requests.ts';
import type { Rule } from '../../../clouds/aws/ec2/machine.ts';
import type { Difference } from '../../../core/drift.ts';
import type { Owner, Tags } from '../../../core/owner-mark.ts';
import { balancerGroups, checkOf, groupOf, isOurs, openings, wantedListeners } from './pieces.ts';
import { ruleWords } from './rule-words.ts';
import type { SiteWish } from './wanted.ts';
import { configurationTag, isOf, isUp, type SiteFound, type SitesWorld } from './world.ts';

interface Site {
  readonly wish: SiteWish;
  readonly found: SiteFound;
}

const nothing = 'none';

const listed = (all: readonly Rule[]) => all.map(ruleWords).toSorted().join(', ') || nothing;

function ports(site: Site): Difference[] {
  const balancer = groupOf(site, site.wish.groups.balancer);
  if (!balancer) return [];
  return openings(site, balancer).flatMap(([name, wanted]) => {
    const group = groupOf(site, name);
    return group ? [{ path: `securityGroups.${name}`, want: listed(wanted), have: listed(group.openings) }] : [];
  });
}

function balancer(site: Site): Difference[] {
  const there = site.found.balancer;
  const wanted = balancerGroups(site);
  if (!there || wanted.length === 0) return [];
  const have = there.securityGroups.join(', ') || nothing;
  return [{ path: 'loadBalancer.securityGroups', want: wanted.join(', '), have }];
}

function check(site: Site): Difference[] {
  const { targetGroup } = site.found;
  if (!targetGroup) return [];
  const want = checkOf(site.wish);
  const have = targetGroup.check;
  return [
    { path: 'healthCheckPath', want: want.path, have: have.path },
    ...(Object.keys(want) as (keyof TargetCheck)[])
      .filter((name) => name !== 'path')
      .map((name) => ({ path: `healthCheck.${name}`, want: want[name], have: have[name] })),
  ].map(({ path, want: wanted, have: had }) => ({ path, want: String(wanted), have: String(had) }));
}

function answer({
  protocol,
  action,
  certificate,
  policy,
}: Pick<Listener | ListenerSettings, 'protocol' | 'action' | 'certificate' | 'policy'>) {
  const to = action.type === 'Forward' ? action.targetGroup : action.type;
  return [protocol, to, certificate, policy].filter((part) => part !== undefined).join(' ');
}

function listeners(site: Site): Difference[] {
  const { balancer, targetGroup, listeners: there } = site.found;
  if (!balancer || !targetGroup) return [];
  const wanted = wantedListeners(site, targetGroup.arn);
  const all = [...new Set([...wanted, ...there].map(({ port }) => port))];
  return all.flatMap((port) => {
    const want = wanted.find((one) => one.port === port);
    const have = there.find((one) => one.port === port);
    // one that is not there yet is made
    return have ? [{ path: `listeners.${port}`, want: want ? answer(want) : nothing, have: answer(have) }] : [];
  });
}

/** Of the instance that serves. */
function instance({ wish, found }: Site): Difference[] {
  const serving = found.instances.filter(
    (one) => isUp(one) && found.targets.some(({ id, state }) => id === one.id && state === 'healthy'),
  );
  const [one] = serving;
  if (!one || serving.some((it) => isOf(it, wish.configuration))) return [];
  return [{ path: 'configuration', want: wish.configuration, have: one.tags[configurationTag] ?? nothing }];
}

/** What others have under a wanted name is not compared: it is not ours to change. */
function oursIn({ balancer: b, targetGroup: g, ...rest }: SiteFound, owner: Owner): SiteFound {
  const isMine = (one: { readonly tags: Tags }) => isOurs({ owner }, one);
  return {
    ...rest,
    groups: rest.groups.filter(isMine),
    ...(b && isMine(b) ? { balancer: b } : {}),
    ...(g && isMine(g) ? { targetGroup: g } : {}),
  };
}

export function siteDrift({ sites, owner }: SitesWorld, wishes: readonly SiteWish[]): Difference[] {
  return wishes.flatMap((wish) => {
    const there = sites.find(({ site }) => site === wish.name);
    if (!there) return [];
    const site = { wish, found: oursIn(there, owner) };
    const all = [...ports(site), ...balancer(site), ...check(site), ...listeners(site), ...instance(site)];
    return all.map((one) => ({ ...one, path: `sites.${wish.name}.${one.path}` }));
  });
}
