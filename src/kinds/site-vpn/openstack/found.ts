// SPDX-License-Identifier: GPL-3.0-or-later
import type { FoundRoute } from '../../../clouds/openstack/routers.ts';
import type { Hold } from '../../../core/plan.ts';

export interface RouterHere {
  readonly id: string;
  readonly routes: readonly FoundRoute[];
}

/** The router that the spec names. */
type Named =
  | { readonly found: 'here'; readonly id: string; readonly name: string }
  | { readonly found: 'absent' }
  | { readonly found: 'ambiguous'; readonly ids: readonly string[] };

export type SiteRouters =
  | {
      readonly found: 'answer';
      readonly named: Named;
      /** The one that is named, and those that the status remembers; each as far as it is there. */
      readonly routers: readonly RouterHere[];
    }
  /** The cloud does not answer, or refuses: everything else goes on. */
  | { readonly found: 'unknown'; readonly hold: Hold };
