// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a site is not as it is wanted. What is not there has no settings, and is made. Pure. */
import type { Listener } from '../../../clouds/aws/load-balancer.ts';
import type { ListenerSettings } from '../../../clouds/aws/load-balancer-requests.ts';
import type { Opening } from '../../../clouds/aws/machine.ts';
import type { Difference } from '../../../core/drift.ts';
import { checkOf, groupOf, openings, wantedListeners } from './pieces.ts';
import type { SiteWish } from './wanted.ts';
import { configurationTag, isOf, isUp, type SiteFound } from './world.ts';

interface Site {
  readonly wish: SiteWish;
  readonly found: SiteFound;
}

const nothing = 'none';

const opening = ({ port, from }: Opening) => `${port} from ${'cidr' in from ? from.cidr : from.group}`;
const listed = (all: readonly Opening[]) => all.map(opening).toSorted().join(', ') || nothing;

function ports(site: Site): Difference[] {
  const balancer = groupOf(site, site.wish.groups.balancer);
  if (!balancer) return [];
  return openings(site, balancer).flatMap(([name, wanted]) => {
    const group = groupOf(site, name);
    return group ? [{ path: `securityGroups.${name}`, want: listed(wanted), have: listed(group.openings) }] : [];
  });
}

function check(site: Site): Difference[] {
  const { targetGroup } = site.found;
  if (!targetGroup) return [];
  const want = checkOf(site.wish);
  const have = targetGroup.check;
  return [
    { path: 'healthCheckPath', want: want.path, have: have.path },
    { path: 'healthCheck.intervalSeconds', want: want.intervalSeconds, have: have.intervalSeconds },
    { path: 'healthCheck.healthyThreshold', want: want.healthyThreshold, have: have.healthyThreshold },
    { path: 'healthCheck.unhealthyThreshold', want: want.unhealthyThreshold, have: have.unhealthyThreshold },
  ].map(({ path, want: wanted, have: had }) => ({ path, want: String(wanted), have: String(had) }));
}

function answer({
  protocol,
  action,
  certificate,
}: Pick<Listener | ListenerSettings, 'protocol' | 'action' | 'certificate'>) {
  const to = action.type === 'Forward' ? action.targetGroup : action.type;
  return [protocol, to, ...(certificate === undefined ? [] : [certificate])].join(' ');
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

export function siteDrift(sites: readonly SiteFound[], wishes: readonly SiteWish[]): Difference[] {
  return wishes.flatMap((wish) => {
    const found = sites.find(({ site }) => site === wish.name);
    if (!found) return [];
    const site = { wish, found };
    const all = [...ports(site), ...check(site), ...listeners(site), ...instance(site)];
    return all.map((one) => ({ ...one, path: `sites.${wish.name}.${one.path}` }));
  });
}
