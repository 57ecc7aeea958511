// SPDX-License-Identifier: GPL-3.0-or-later
/** Which routes are missing at the router of the site's cloud, and which are left over. Everybody else's stay. Pure. */
import type { ExtraRoute } from '../../../clouds/openstack/routers.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked, done, type Context, type Part } from '../plan/part.ts';
import type { RouterHere, SiteRouters } from './found.ts';
import type { RouterStep } from './steps.ts';

type Answer = Extract<SiteRouters, { found: 'answer' }>;

export function sameRoute(a: ExtraRoute, b: ExtraRoute): boolean {
  return a.destination === b.destination && a.nextHop === b.nextHop;
}

/** At the router that the spec names: one for each prefix of the VPC. */
export function wantedRoutes({ spec, observed }: Context): readonly ExtraRoute[] {
  const { openstack } = spec;
  if (openstack?.routes !== 'Present') return [];
  const cidrs = observed.vpcs[0]?.cidrs ?? [];
  return cidrs.toSorted().map((destination) => ({ destination, nextHop: openstack.nextHop }));
}

/** What this object made at a router, by what its status remembers. */
export function rememberedAt({ last }: Context, router: string): readonly ExtraRoute[] {
  return (last.siteRouters ?? []).find(({ id }) => id === router)?.routes ?? [];
}

/** `routes to 10.26.0.0/16 at router 214aa188-…`. */
function titleOf(routes: readonly { readonly destination: string }[], router: string): string {
  const [first, ...more] = routes.map(({ destination }) => destination);
  const rest = more.length > 2 ? ` and ${more.length} more` : more.map((one) => `, ${one}`).join('');
  return `${more.length === 0 ? 'route' : 'routes'} to ${first}${rest} at router ${router}`;
}

/** A status has room for a step of this many (`begun`). */
const together = 10;

function add(router: string, routes: readonly ExtraRoute[]): RouterStep[] {
  const steps: RouterStep[] = [];
  for (let from = 0; from < routes.length; from += together) {
    const some = routes.slice(from, from + together);
    const first = `${some[0]?.destination ?? ''} ${some[0]?.nextHop ?? ''}`;
    const [target, once] = [titleOf(some, router), `AddRouterRoutes/${router}/${first}`];
    steps.push({ do: 'AddRouterRoutes', effect: 'create', target, router, routes: some, once, repeatable: true });
  }
  return steps;
}

/** What is ours there and not wanted any more. */
function remove(context: Context, { id, routes }: RouterHere, wanted: readonly ExtraRoute[]): RouterStep[] {
  const ours = rememberedAt(context, id);
  const left = routes
    .filter((one) => ours.some((mine) => sameRoute(mine, one)) && !wanted.some((keep) => sameRoute(keep, one)))
    .map(({ written, nextHop }) => ({ destination: written, nextHop }));
  if (left.length === 0) return [];
  const target = titleOf(left, id);
  return [{ do: 'RemoveRouterRoutes', effect: 'delete', target, router: id, routes: left, risk: 'disrupts' }];
}

function removals(context: Context, { routers }: Answer, named?: string): RouterStep[] {
  return routers.flatMap((one) => remove(context, one, one.id === named ? wantedRoutes(context) : []));
}

/** Of one destination Neutron takes several next hops, and then packets go by both. */
function takenHold(context: Context, { id, routes }: RouterHere, wanted: readonly ExtraRoute[]): Hold | undefined {
  const ours = rememberedAt(context, id);
  const theirs = routes.find(
    (one) =>
      wanted.some(({ destination, nextHop }) => destination === one.destination && nextHop !== one.nextHop) &&
      !ours.some((mine) => sameRoute(mine, one)),
  );
  return (
    theirs &&
    blocked(
      'RouterRouteTaken',
      `Router ${id} has a route of somebody else for ${theirs.written}, by ${theirs.nextHop}; it was not changed. Take it away, or correct openstack.nextHop.`,
      [{ kind: 'Router', id }],
    )
  );
}

function nameHold({ named }: Answer): Hold | undefined {
  if (named.found === 'absent')
    return blocked(
      'RouterNotFound',
      'The cloud shows no such router to this application credential: correct openstack.router, or give the credential the roles member and reader in the project of the router.',
      [{ kind: 'Router', id: 'spec.openstack.router' }],
    );
  if (named.found === 'here') return undefined;
  return blocked(
    'RouterAmbiguous',
    `Several routers have that name: set openstack.router.id to one of ${named.ids.join(', ')}.`,
    named.ids.map((id) => ({ kind: 'Router', id })),
  );
}

/** First the new way, then the old one away. */
export function planRouters(context: Context): Part {
  const { siteRouters } = context.observed;
  if (!siteRouters) return done();
  if (siteRouters.found === 'unknown') return done(siteRouters.hold);
  const wanted = wantedRoutes(context);
  const { named, routers } = siteRouters;
  const at = named.found === 'here' ? routers.find(({ id }) => id === named.id) : undefined;
  if (wanted.length === 0 || !at) {
    const hold = wanted.length === 0 ? undefined : nameHold(siteRouters);
    return { steps: removals(context, siteRouters, at?.id), ...(hold ? { hold } : {}) };
  }
  const taken = takenHold(context, at, wanted);
  if (taken) return done(taken);
  const missing = wanted.filter((one) => !at.routes.some((route) => sameRoute(route, one)));
  return { steps: [...add(at.id, missing), ...removals(context, siteRouters, at.id)] };
}

const goneForGood =
  'If that cloud is gone for good, set openstack.routes: Absent, then take openstack out of the spec.';

/** Deletion: nobody is to be sent to a gateway whose tunnels are about to go. `undefined`: nothing of ours is there. */
export function absentRouters(context: Context): Part | undefined {
  const { siteRouters } = context.observed;
  if (!siteRouters) return undefined;
  if (siteRouters.found === 'answer') {
    const steps = removals(context, siteRouters);
    return steps.length > 0 ? { steps } : undefined;
  }
  if ((context.last.siteRouters ?? []).length === 0) return undefined;
  const { hold } = siteRouters;
  return done(hold.why === 'Blocked' ? { ...hold, message: `${hold.message} ${goneForGood}` } : hold);
}
