// SPDX-License-Identifier: GPL-3.0-or-later
import type { ExtraRoute } from '../../../clouds/openstack/routers.ts';
import type { Step } from '../../../core/step.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
  /** Id of the router. */
  readonly router: string;
}

export type RouterStep =
  /** Announced: what the status does not remember is nobody's to take away. Neutron makes a route that is there no second time. */
  | (Of<'AddRouterRoutes'> & {
      readonly routes: readonly ExtraRoute[];
      readonly once: string;
      readonly repeatable: true;
    })
  /** Destinations as they are written at the router. */
  | (Of<'RemoveRouterRoutes'> & { readonly routes: readonly ExtraRoute[] });
