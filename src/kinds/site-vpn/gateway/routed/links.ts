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

/** Only these networks may talk through the tunnels: nothing passes between the addresses inside, neither pings nor BGP. */
export function isNarrow({ selectors }: Pick<GatewayModel, 'selectors'>): boolean {
  return Object.values(selectors).some((selector) => selector !== '0.0.0.0/0');
}

export function linksOf(model: GatewayModel, family: 'vti' | 'xfrm'): readonly Link[] {
  const { tunnels, routing } = model;
  if (isNarrow(model) && routing === 'BGP')
    throw refusal(
      'BGP is spoken between the addresses inside the tunnels, and traffic selectors of networks let nothing of it through. Leave connection.localCIDR and connection.remoteCIDR at 0.0.0.0/0.',
    );
  return tunnels.map((tunnel, index) => ({
    tunnel,
    name: `aws-tunnel-${index + 1}`,
    interface: `${family}${index + 1}`,
    metric: (index + 1) * 100,
    mtu: tunnel.mss + 40,
  }));
}
