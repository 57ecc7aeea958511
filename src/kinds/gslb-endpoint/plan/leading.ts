// SPDX-License-Identifier: GPL-3.0-or-later
/** Sites that are out of the spec, and to which the name still leads: they stay until it leads elsewhere. Pure. */
import { domainName } from '../../../core/domain-name.ts';
import { toldChange } from '../change-state.ts';
import type { SitePart } from '../sites/part.ts';
import type { SiteFound } from '../sites/world.ts';
import { blocked, type Context } from './part.ts';
import { inZone } from './zone.ts';

/** AWS's console writes aliases to load balancers with this before the name, for both kinds of addresses. */
const dualstack = /^dualstack[.]/;

const bare = (name: string) => domainName(name).replace(dualstack, '');

/** By the records that are there; and while a change is on its way, name servers may answer by those before it. */
export function answered(context: Context): (found: SiteFound) => boolean {
  const { zone, records } = context.observed;
  if (zone.found === 'several') return () => true;
  const fqdn = inZone(context)?.fqdn;
  const leadTo = new Set(
    records.flatMap(({ name, data }) => (name === fqdn && 'alias' in data ? [bare(data.alias.name)] : [])),
  );
  const changing = toldChange(context.observed) === 'Pending';
  return ({ balancer }) => balancer !== undefined && (changing || leadTo.has(bare(balancer.dnsName)));
}

/** An endpoint goes on naming the load balancer: for a person, as nothing else will end it. */
export function leaving(context: Context, part: SitePart): SitePart {
  const { spec, observed } = context;
  const wanted = new Set((spec.sites ?? []).map(({ name }) => name));
  const named = observed.sites.flatMap(({ site, region, balancer }) => {
    const endpoint = spec.endpoints.find(
      ({ state, target: { loadBalancer: to } }) =>
        state === 'Active' && balancer && to?.name === balancer.name && to.region === region,
    );
    return balancer && endpoint && !wanted.has(site)
      ? [{ site, endpoint: endpoint.name, balancer: balancer.name }]
      : [];
  })[0];
  if (!named || part.hold) return part;
  const { site, endpoint, balancer } = named;
  const hold = blocked(
    'SiteStillNamed',
    `Site ${site} is out of the spec, and endpoint ${endpoint} still names its load balancer ${balancer}: nothing of it is taken away. Take the endpoint out of the spec, too, or put the site in again.`,
    [{ kind: 'Site', id: site }],
  );
  return { ...part, hold };
}
