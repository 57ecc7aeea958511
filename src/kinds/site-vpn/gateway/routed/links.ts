// SPDX-License-Identifier: GPL-3.0-or-later
import { refusal } from '../refusal.ts';
import type { GatewayModel, GatewayTunnel } from '../model.ts';

/** A tunnel with the names and numbers that it has on the gateway. */
export interface Link {
  readonly tunnel: GatewayTunnel;
  /** aws-tunnel-1 or aws-tunnel-2. */
  readonly name: string;
  readonly interface: string;
  /** 100 for the first tunnel, 200 for the second: the first is preferred while both live. */
  readonly metric: number;
  /** Bytes; an IPv4 and a TCP header over what TCP is clamped to. */
  readonly mtu: number;
}

/** Pings between the inside addresses, and BGP, have to pass: through selectors of the networks alone they would not. */
export function linksOf({ tunnels, selectors }: GatewayModel, family: 'vti' | 'xfrm'): readonly Link[] {
  if (Object.values(selectors).some((selector) => selector !== '0.0.0.0/0'))
    throw refusal(
      'A gateway whose tunnels are interfaces needs traffic selectors of 0.0.0.0/0. Leave connection.localCIDR and connection.remoteCIDR at that: routes decide what goes through.',
    );
  return tunnels.map((tunnel, index) => ({
    tunnel,
    name: `aws-tunnel-${index + 1}`,
    interface: `${family}${index + 1}`,
    metric: (index + 1) * 100,
    mtu: tunnel.mss + 40,
  }));
}
