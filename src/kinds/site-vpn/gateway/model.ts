// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A VPN connection as the site's gateway sees it. Algorithms are AWS's own names (EC2 API, ModifyVpnTunnelOptionsSpecification), one of each:
 * AWS evaluates proposals from its lowest configured value, whatever order the gateway offers, so the gateway offers exactly one.
 */
export type IkeVersion = 'ikev1' | 'ikev2';

export interface Phase {
  /** AES128, AES256, AES128-GCM-16 or AES256-GCM-16. */
  readonly encryption: string;
  /** SHA1, SHA2-256, SHA2-384 or SHA2-512; with GCM, the pseudo-random function of phase 1. */
  readonly integrity: string;
  /** IANA number: 2, 5 (phase 2 only), 14 to 24. */
  readonly dhGroup: number;
  readonly lifetimeSeconds: number;
}

export interface GatewayTunnel {
  /** AWS's public address of this tunnel: its identity, too. */
  readonly outsideIP: string;
  /** A /30 in 169.254.0.0/16. */
  readonly insideCIDR: string;
  readonly customerInsideIP: string;
  readonly awsInsideIP: string;
  /** Secret. 8 to 64 of letters, digits, period and underscore, not beginning with 0. */
  readonly presharedKey: string;
  readonly ikeVersion: IkeVersion;
  readonly phase1: Phase;
  readonly phase2: Phase;
  /** A question every intervalSeconds; the peer is dead when it was silent for timeoutSeconds. */
  readonly dpd: { readonly intervalSeconds: number; readonly timeoutSeconds: number };
  /** Bytes: what TCP is clamped to in the tunnel. */
  readonly mss: number;
  /** With routing BGP: AWS's ASN, and the hold time. */
  readonly bgp?: { readonly asn: number; readonly holdSeconds: number };
}

export interface GatewayModel {
  readonly connectionID: string;
  readonly site: {
    /** The address that AWS sees: the customer gateway's. */
    readonly publicIP: string;
    /** The address on the gateway itself, where that is behind NAT and not the one of the default route. */
    readonly localIP?: string;
    readonly cidrs: readonly string[];
    /** With routing BGP. */
    readonly asn?: number;
  };
  readonly vpc: { readonly cidrs: readonly string[] };
  /** What AWS takes for traffic selectors (its LocalIpv4NetworkCidr is the site's), 0.0.0.0/0 unless it was narrowed. */
  readonly selectors: { readonly site: string; readonly vpc: string };
  readonly routing: 'Static' | 'BGP';
  readonly tunnels: readonly [GatewayTunnel, GatewayTunnel];
}

/** strongSwan on Linux binds a tunnel to an interface by if_id (XFRM) or by mark (VTI); Policy has no interface, and one tunnel at a time. */
export type GatewayDevice =
  | { readonly type: 'Libreswan' | 'OPNsense' | 'PfSense' | 'Openswan' | 'Generic' }
  | { readonly type: 'StrongSwan'; readonly binding: 'XFRM' | 'VTI' | 'Policy' };

export interface GatewayFile {
  /** A valid key of a Kubernetes Secret. */
  readonly name: string;
  readonly content: string;
}

export interface RenderedGateway {
  /** In the order in which they are to be read; the README is first. Secret: they hold the pre-shared keys. */
  readonly files: readonly GatewayFile[];
  /** Equal exactly when the files are; 16 hex digits. */
  readonly digest: string;
}
