// SPDX-License-Identifier: GPL-3.0-or-later
/** A tunnel that went up or down, a way that was lost or found. Pure. */
import type { SiteVpnStatus } from '../../api/site-vpn.ts';
import type { News } from '../../core/kind.ts';
import { pathNews } from './probe/told.ts';

/** By the outside address, which stays a tunnel's own; one that was never seen before and is down is no news. */
export function news(before: SiteVpnStatus, now: SiteVpnStatus): readonly News[] {
  return [...tunnelNews(before, now), ...pathNews(before, now)];
}

function tunnelNews(before: SiteVpnStatus, now: SiteVpnStatus): readonly News[] {
  const known = new Map((before.tunnels ?? []).map((tunnel) => [tunnel.outsideIP, tunnel.state]));
  return (now.tunnels ?? []).flatMap(({ name, outsideIP, state, message }): News[] => {
    if (state === (known.get(outsideIP) ?? 'Down')) return [];
    const what = `${name} (${outsideIP})`;
    if (state === 'Up') return [{ type: 'Normal', reason: 'TunnelUp', message: `${what} is up` }];
    const why = message === undefined ? '' : `, AWS says: ${message}`;
    return [{ type: 'Warning', reason: 'TunnelDown', message: `${what} is down${why}` }];
  });
}
