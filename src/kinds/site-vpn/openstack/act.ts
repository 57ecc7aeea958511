// SPDX-License-Identifier: GPL-3.0-or-later
import type { Actions } from '../../../core/kind.ts';
import type { Clouds } from '../connect.ts';
import { routersOf } from './cloud.ts';
import type { RouterStep } from './steps.ts';

export const routerActions: Actions<RouterStep, Clouds> = {
  AddRouterRoutes: async (clouds, { router, routes }) => (await routersOf(clouds)).add(router, routes),
  // by destination and next hop: a route that leads elsewhere by now is another one, and stays
  RemoveRouterRoutes: async (clouds, { router, routes }) => (await routersOf(clouds)).remove(router, routes),
};
