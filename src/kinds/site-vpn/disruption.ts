// SPDX-License-Identifier: GPL-3.0-or-later
/** What interrupts the last way to the site. Pure. */
import { annotations } from '../../api/annotations.ts';
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { isUp } from './tunnels.ts';

/** For messages. */
export const howToAllow = `annotate this object with ${annotations.allowDisruptionUntil}: <time, RFC 3339, at most 24 hours ahead>`;

export function carriesTraffic(connection: VpnConnection): boolean {
  return connection.tunnels.some((tunnel) => isUp(tunnel, connection));
}

/** Of two tunnels the one at that address is all that carries traffic. */
export function isLastUp(connection: VpnConnection, outsideIP: string): boolean {
  const up = connection.tunnels.filter((tunnel) => isUp(tunnel, connection));
  return up.length === 1 && up[0]?.outsideIP === outsideIP;
}
