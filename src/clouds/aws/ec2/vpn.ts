// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A site-to-site VPN on AWS's side, in our words. Nothing here can hold a secret: pre-shared keys and the customer gateway
 * configuration, which has them, are never part of what is observed (vpn-configuration.ts reads them when they are delivered).
 */
import type { Tags } from '../../../core/owner-mark.ts';

/**
 * Of virtual private gateways, customer gateways, connections and static routes alike; looks leave out what is `deleted`. Only connections
 * are `modifying` (AWS CLI reference, modify-vpn-tunnel-options, example; the API's own list of states does not have it).
 */
export type VpnState = 'pending' | 'available' | 'modifying' | 'deleting' | 'deleted';

export interface Vpc {
  readonly id: string;
  /** Account that owns it: another than ours for a shared VPC, whose gateways and routes only its owner can change. */
  readonly account: string;
  readonly state: string;
  /** IPv4 blocks in use, the primary one first. */
  readonly cidrs: readonly string[];
  readonly tags: Tags;
}

export interface Route {
  /** An IPv4 or IPv6 block, or the id of a prefix list. */
  readonly destination: string;
  /** Id of what it leads to, `vgw-…`, or `local`; absent where AWS names none (a blackhole whose target is gone). */
  readonly target?: string;
  /** `CreateRouteTable` (the VPC's own), `CreateRoute` (made by somebody), `EnableVgwRoutePropagation` (learnt from a gateway). */
  readonly origin: string;
  /** `active`, or `blackhole`: what it leads to is gone or not attached. */
  readonly state: string;
}

export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  /** The VPC's main one: that of all subnets without one of their own. */
  readonly main: boolean;
  /** Ids of the subnets that use it expressly, sorted. */
  readonly subnets: readonly string[];
  readonly routes: readonly Route[];
  /** Ids of the virtual private gateways whose routes are propagated into it, sorted. */
  readonly propagating: readonly string[];
  readonly tags: Tags;
}

export interface Attachment {
  readonly vpc: string;
  readonly state: 'attaching' | 'attached' | 'detaching' | 'detached';
}

export interface VpnGateway {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  readonly state: VpnState;
  /** ASN of AWS's side; it cannot be changed. */
  readonly amazonASN: number;
  /** To VPCs; those that are over (`detached`) are left out. AWS allows one. */
  readonly attachments: readonly Attachment[];
  readonly tags: Tags;
}

export interface CustomerGateway {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  readonly state: VpnState;
  /** The site's public address; absent for a gateway with a certificate and no fixed address. */
  readonly ip?: string;
  readonly asn: number;
  /** What tells gateways of the same address and ASN apart: without one of our own, AWS answers a create with somebody else's. */
  readonly deviceName?: string;
  /** ARN of a certificate instead of pre-shared keys. */
  readonly certificate?: string;
  readonly tags: Tags;
}

export interface StaticRoute {
  readonly cidr: string;
  readonly state: VpnState;
}

export interface Phase {
  /** `AES128`, `AES256`, `AES128-GCM-16`, `AES256-GCM-16`. */
  readonly encryption: readonly string[];
  /** `SHA1`, `SHA2-256`, `SHA2-384`, `SHA2-512`. */
  readonly integrity: readonly string[];
  /** 2, 5 (phase 2 only), 14 to 24. */
  readonly dhGroups: readonly number[];
  readonly lifetimeSeconds: number;
}

/**
 * What AWS's side of a tunnel allows and does. In what is read, an option that AWS does not name has AWS's default (`awsDefaults`).
 * Values are AWS's own spelling; one that is new to us is kept as it is, and it is for whoever renders or compares to refuse it.
 */
export interface TunnelOptions {
  /** `ikev1`, `ikev2`. */
  readonly ikeVersions: readonly string[];
  readonly phase1: Phase;
  readonly phase2: Phase;
  readonly rekeyMarginSeconds: number;
  readonly rekeyFuzzPercent: number;
  readonly replayWindowPackets: number;
  readonly dpdTimeoutSeconds: number;
  /** `clear` (end the session), `none`, `restart` (AWS begins anew). */
  readonly dpdTimeoutAction: string;
  /** `add` (the site has to begin), `start` (AWS begins; IKEv2 only). */
  readonly startupAction: string;
}

/** What AWS knows of a tunnel's life, up to some minutes late. */
export interface Telemetry {
  readonly status: 'UP' | 'DOWN';
  /** Milliseconds since the epoch: when IKE, IPsec or BGP last changed; absent before the first time. */
  readonly since?: number;
  /** AWS's words: `IPSEC IS DOWN`, `3 BGP ROUTES`; may be empty. */
  readonly message: string;
  /** Over BGP; with static routing it says nothing. */
  readonly acceptedRoutes: number;
}

export interface Tunnel {
  /** AWS's public address. It is the tunnel's name: modifications are addressed to it. */
  readonly outsideIP: string;
  /** A /30: AWS has its first host address, the site the second. Absent where AWS chose it and does not say (then the configuration has it). */
  readonly insideCIDR?: string;
  readonly options: TunnelOptions;
  readonly telemetry: Telemetry;
}

export interface VpnConnection {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  /** Anything but `available` also while a modification is under way: nothing else can be changed then. */
  readonly state: VpnState;
  readonly customerGateway: string;
  /** Id of the virtual private gateway; absent for one on a transit gateway or none. */
  readonly gateway?: string;
  /** True: static routes; false: BGP. It cannot be changed. */
  readonly staticRoutesOnly: boolean;
  /** The site's side as the traffic selector has it (AWS calls the customer's side local); `0.0.0.0/0` by default. */
  readonly localCIDR: string;
  /** AWS's side. */
  readonly remoteCIDR: string;
  /** ARN of the Secrets Manager secret that holds the keys; then the configuration does not show them. */
  readonly presharedKeyARN?: string;
  /** Sorted by destination; those that are deleted are left out. */
  readonly routes: readonly StaticRoute[];
  /** Two, sorted by address; none in the first moments, before AWS has chosen addresses. AWS's own order is no contract. */
  readonly tunnels: readonly Tunnel[];
  readonly tags: Tags;
}

const algorithms = {
  encryption: ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'],
  integrity: ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'],
};
const strongGroups = [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];

/**
 * What an option is that was never set (Site-to-Site VPN User Guide, "Tunnel options": every algorithm is allowed by default). For the
 * DPD time-out the guide says 40 seconds and the API reference 30; whoever depends on it has to set it.
 */
export const awsDefaults: TunnelOptions = {
  ikeVersions: ['ikev1', 'ikev2'],
  phase1: { ...algorithms, dhGroups: [2, ...strongGroups], lifetimeSeconds: 28_800 },
  phase2: { ...algorithms, dhGroups: [2, 5, ...strongGroups], lifetimeSeconds: 3600 },
  rekeyMarginSeconds: 270,
  rekeyFuzzPercent: 100,
  replayWindowPackets: 1024,
  dpdTimeoutSeconds: 40,
  dpdTimeoutAction: 'clear',
  startupAction: 'add',
};
