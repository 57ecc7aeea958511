// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { AgeLimit } from '../../../clouds/aws/iam/users.ts';
import type { RouterFound, Routers } from '../../../clouds/openstack/routers.ts';
import { Failure } from '../../../core/failure.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Hold } from '../../../core/plan.ts';
import type { Clouds } from '../connect.ts';
import type { Observed } from '../observed.ts';
import { blocked, waiting } from '../plan/part.ts';
import { routersOf } from './cloud.ts';
import type { RouterHere, SiteRouters } from './found.ts';

type Wish = Pick<Desired<SiteVpnSpec, SiteVpnStatus>, 'absent' | 'last'>;

function here(router: RouterFound): RouterHere[] {
  return router.found === 'here' ? [{ id: router.id, routes: router.routes }] : [];
}

interface Asked {
  readonly router: NonNullable<SiteVpnSpec['openstack']>['router'];
  readonly last: SiteVpnStatus;
  readonly maxAgeMs: number;
}

async function look(routers: Routers, { router, last, maxAgeMs }: Asked) {
  const wanted = router.id === undefined ? { name: router.name ?? '' } : { id: router.id };
  const named = await routers.find(wanted, maxAgeMs);
  const others = (last.siteRouters ?? []).filter(({ id }) => named.found !== 'here' || id !== named.id);
  const before = await Promise.all(others.map(({ id }) => routers.find({ id }, maxAgeMs)));
  return { found: 'answer', named, routers: [named, ...before].flatMap(here) } satisfies SiteRouters;
}

/** A cloud that does not answer is no reason to leave the tunnels alone. */
function holdFor({ class: kind, reason, message, retryAfterMs }: Failure): Hold {
  if (kind !== 'Transient') return blocked(reason, message, [{ kind: 'OpenStack', id: 'spec.openstack' }]);
  const hold = waiting(reason, message);
  return retryAfterMs === undefined ? hold : { ...hold, lookAgainAfterMs: Math.max(1000, retryAfterMs) };
}

/** What is left where it is (Retain) is not looked at. */
export async function observeRouters(
  clouds: Clouds,
  { absent, last }: Wish,
  { maxAgeMs }: AgeLimit,
): Promise<Pick<Observed, 'siteRouters'>> {
  const { openstack, deletionPolicy } = clouds.spec;
  if (!openstack || (absent && deletionPolicy === 'Retain')) return {};
  try {
    const routers = await routersOf(clouds);
    return { siteRouters: await look(routers, { router: openstack.router, last, maxAgeMs }) };
  } catch (error) {
    if (error instanceof Failure) return { siteRouters: { found: 'unknown', hold: holdFor(error) } };
    throw error;
  }
}
