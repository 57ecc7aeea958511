// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status remembers of routers, and what differs there. Pure. */
import type { SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { Difference } from '../../../core/drift.ts';
import type { ExtraRoute } from '../../../clouds/openstack/routers.ts';
import type { Context } from '../plan/part.ts';
import { planRouters, rememberedAt, sameRoute, wantedRoutes } from './plan.ts';

type Remembered = NonNullable<SiteVpnStatus['siteRouters']>;

/** A request that was announced may take effect any time yet: what it makes must not be forgotten. */
function isOpen({ last }: Context): boolean {
  return (last.begun ?? []).some(({ key }) => key.startsWith('AddRouterRoutes/'));
}

/** Routes that are added next: the status is written before the first of them is sent. */
function upcoming(context: Context, absent: boolean): ReadonlyMap<string, readonly ExtraRoute[]> {
  if (absent || context.spec.managementPolicy !== 'Apply') return new Map();
  const steps = planRouters(context).steps.flatMap((step) => (step.do === 'AddRouterRoutes' ? [step] : []));
  const routers = [...new Set(steps.map(({ router }) => router))];
  return new Map(
    routers.map((id) => [id, steps.filter(({ router }) => router === id).flatMap(({ routes }) => routes)]),
  );
}

/** For `status.siteRouters`: what was made by this object and is there, and what it is about to make. */
export function routerFacts(context: Context, absent: boolean): { readonly siteRouters?: Remembered } {
  const { observed, last } = context;
  const { siteRouters } = observed;
  if (!siteRouters) return {};
  const before = last.siteRouters ?? [];
  if (siteRouters.found === 'unknown') return before.length === 0 ? {} : { siteRouters: before };
  const next = upcoming(context, absent);
  const ids = [...new Set([...before.map(({ id }) => id), ...next.keys()])].toSorted();
  const all = ids.flatMap((id) => {
    const there = siteRouters.routers.find((one) => one.id === id)?.routes;
    const kept = rememberedAt(context, id).filter(
      (one) => isOpen(context) || there?.some((route) => sameRoute(route, one)),
    );
    const more = (next.get(id) ?? []).filter((one) => !kept.some((known) => sameRoute(known, one)));
    const routes = [...kept, ...more].map(({ destination, nextHop }) => ({ destination, nextHop }));
    return routes.length === 0 ? [] : [{ id, routes: routes.toSorted(byDestination) }];
  });
  return { siteRouters: all };
}

function byDestination(a: ExtraRoute, b: ExtraRoute): number {
  return `${a.destination} ${a.nextHop}` < `${b.destination} ${b.nextHop}` ? -1 : 1;
}

function list(routes: readonly ExtraRoute[]): string {
  return routes.map(({ destination, nextHop }) => `${destination} by ${nextHop}`).join(', ') || 'none';
}

export function routerDrift(context: Context): readonly Difference[] {
  const { siteRouters } = context.observed;
  if (siteRouters?.found !== 'answer' || siteRouters.named.found !== 'here') return [];
  const { id } = siteRouters.named;
  const wanted = wantedRoutes(context);
  const there = siteRouters.routers.find((one) => one.id === id)?.routes ?? [];
  const have = wanted.filter((one) => there.some((route) => sameRoute(route, one)));
  return [{ path: 'openstack.routes', want: list(wanted), have: list(have) }];
}
