// SPDX-License-Identifier: GPL-3.0-or-later
/** What routers look like once a step is done; the same object when they already do. Pure. */
import type { ExtraRoute } from '../../../clouds/openstack/routers.ts';
import type { Observed } from '../observed.ts';
import type { RouterHere } from './found.ts';
import type { RouterStep } from './steps.ts';

function changed({ id, routes }: RouterHere, step: RouterStep): RouterHere['routes'] {
  if (id !== step.router) return routes;
  const isIn = (list: readonly ExtraRoute[], one: ExtraRoute) =>
    list.some(({ destination, nextHop }) => destination === one.destination && nextHop === one.nextHop);
  if (step.do === 'AddRouterRoutes') {
    const more = step.routes.filter((one) => !isIn(routes, one));
    return more.length === 0 ? routes : [...routes, ...more.map((one) => ({ ...one, written: one.destination }))];
  }
  const left = routes.filter((one) => !isIn(step.routes, { destination: one.written, nextHop: one.nextHop }));
  return left.length === routes.length ? routes : left;
}

export function afterRouter(world: Observed, step: RouterStep): Observed {
  const { siteRouters } = world;
  // nobody knows: nothing shows
  if (siteRouters?.found === 'unknown') return { ...world };
  if (!siteRouters) return world;
  const routers = siteRouters.routers.map((router) => {
    const routes = changed(router, step);
    return routes === router.routes ? router : { ...router, routes };
  });
  const same = routers.every((router, index) => router === siteRouters.routers[index]);
  return same ? world : { ...world, siteRouters: { ...siteRouters, routers } };
}
