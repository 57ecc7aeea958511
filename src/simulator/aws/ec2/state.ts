// SPDX-License-Identifier: GPL-3.0-or-later
/** What one region of an account holds. Values are never changed in place: every write makes a new one, so that the past stays visible. */
import type { Versioned } from '../../kernel/versioned.ts';
import type { Tag } from '../tag.ts';
import type { Life } from './life.ts';

export type GatewayState = 'pending' | 'available' | 'deleting' | 'deleted';
export type ConnectionState = GatewayState | 'modifying';
export type AttachmentState = 'attaching' | 'attached' | 'detaching' | 'detached';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  readonly tags: readonly Tag[];
}

export interface Subnet {
  readonly id: string;
  readonly vpcID: string;
  readonly cidr: string;
  readonly zone: string;
  readonly tags: readonly Tag[];
}

export interface Route {
  readonly destination: string;
  /** `local`, or the id of a gateway, an interface, a connection. */
  readonly target: string;
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

export interface RouteTable {
  readonly id: string;
  readonly vpcID: string;
  readonly main: boolean;
  readonly tags: readonly Tag[];
  /** Id of the association by the subnet's id; the main table's own is under `main`. */
  readonly associations: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  /** Virtual private gateways whose routes are propagated to it. */
  readonly propagating: readonly string[];
  /** Of the request that made it, and what that request said. */
  readonly clientToken?: { readonly token: string; readonly said: string };
}

export interface Attachment {
  readonly vpcID: string;
  readonly life: Life<AttachmentState>;
}

export interface VpnGateway {
  readonly id: string;
  readonly asn: number;
  readonly zone?: string;
  readonly tags: readonly Tag[];
  readonly life: Life<GatewayState>;
  /** The newest one; a gateway has one at a time. */
  readonly attachment?: Attachment;
}

export interface CustomerGateway {
  readonly id: string;
  readonly ip: string;
  readonly asn: string;
  readonly deviceName?: string;
  readonly tags: readonly Tag[];
  readonly life: Life<GatewayState>;
}

/** Values by the name of their element in replies; lists where AWS has lists. Only what somebody set. */
export type TunnelSettings = Readonly<Record<string, string | readonly string[]>>;

export interface Tunnel {
  readonly outsideIP: string;
  readonly insideCidr: string;
  readonly psk: string;
  readonly settings: TunnelSettings;
  /** Which of inside CIDR and key the caller chose. */
  readonly chosen: readonly ('tunnelInsideCidr' | 'preSharedKey')[];
}

export interface StaticRoute {
  readonly destination: string;
  readonly life: Life<'pending' | 'available' | 'deleting'>;
}

export interface VpnConnection {
  readonly id: string;
  readonly createdAt: number;
  readonly customerGatewayID: string;
  readonly vpnGatewayID: string;
  readonly staticRoutesOnly: boolean;
  readonly localCidr: string;
  readonly remoteCidr: string;
  readonly tunnels: readonly [Tunnel, Tunnel];
  readonly routes: readonly StaticRoute[];
  readonly tags: readonly Tag[];
  readonly life: Life<ConnectionState>;
  /** The order of tunnels in the XML and in the telemetry is AWS's own. */
  readonly reversed: { readonly xml: boolean; readonly telemetry: boolean };
}

export interface Telemetry {
  readonly status: 'UP' | 'DOWN';
  /** As AWS words it unless set. */
  readonly message?: string;
  /** The static routes, or the prefixes, unless set. */
  readonly acceptedRoutes?: number;
  /** Learned by BGP over this tunnel. */
  readonly prefixes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What is known of a tunnel besides its options. */
export interface TunnelRecord {
  /** What somebody said last of how it is. */
  readonly reported?: Telemetry;
  /** AWS's newest replacement of its end: nobody answers from the one moment to the other. */
  readonly outage?: { readonly from: number; readonly until: number };
}

export interface Rule {
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string;
  /** -1 where ports mean nothing. */
  readonly from: number;
  readonly to: number;
  readonly source: { readonly cidr: string } | { readonly cidr6: string } | { readonly group: string };
  readonly description?: string;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcID: string;
  readonly name: string;
  readonly description: string;
  readonly ingress: readonly Rule[];
  readonly tags: readonly Tag[];
}

/** A request's token, and what that request said. */
export interface Token {
  readonly token: string;
  readonly said: string;
}

export interface Instance {
  readonly id: string;
  readonly imageID: string;
  readonly type: string;
  readonly vpcID: string;
  readonly subnetID: string;
  readonly privateIP: string;
  readonly publicIP?: string;
  readonly securityGroups: readonly string[];
  /** Base64, as it was sent. */
  readonly userData: string;
  readonly launchedAt: number;
  /** By CreateImage without NoReboot. */
  readonly rebootedAt?: number;
  readonly clientToken?: Token;
  readonly life: Life<InstanceState>;
  readonly tags: readonly Tag[];
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated';

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Account. */
  readonly owner: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly snapshotID: string;
  readonly createdAt: number;
  readonly clientToken?: Token;
  readonly life: Life<'pending' | 'available' | 'deregistered'>;
  readonly tags: readonly Tag[];
}

/** The one that an instance starts from; it goes with it. */
export interface Volume {
  readonly id: string;
  readonly instanceID: string;
  readonly createdAt: number;
  readonly life: Life<'in-use'>;
  readonly tags: readonly Tag[];
}

export interface Snapshot {
  readonly id: string;
  readonly description: string;
  readonly createdAt: number;
  readonly life: Life<'pending' | 'completed'>;
  readonly tags: readonly Tag[];
}

/** A device at a site that dials by itself, and takes up every change of its tunnels. */
export interface Device {
  readonly ip: string;
  /** Milliseconds from when it can dial until its tunnel is up. */
  readonly dialsForMs: number;
  /** What it advertises by BGP. */
  readonly prefixes: readonly string[];
  readonly since: number;
}

export interface Ec2State {
  readonly vpcs: Map<string, Versioned<Vpc>>;
  readonly subnets: Map<string, Versioned<Subnet>>;
  readonly routeTables: Map<string, Versioned<RouteTable>>;
  readonly vpnGateways: Map<string, Versioned<VpnGateway>>;
  readonly customerGateways: Map<string, Versioned<CustomerGateway>>;
  readonly vpnConnections: Map<string, Versioned<VpnConnection>>;
  readonly securityGroups: Map<string, Versioned<SecurityGroup>>;
  readonly instances: Map<string, Versioned<Instance>>;
  readonly volumes: Map<string, Versioned<Volume>>;
  readonly images: Map<string, Versioned<Image>>;
  readonly snapshots: Map<string, Versioned<Snapshot>>;
  /** By `connection/outside address`. */
  readonly telemetry: Map<string, TunnelRecord>;
  /** By public address. */
  readonly devices: Map<string, Device>;
}

export function emptyEc2(): Ec2State {
  return {
    vpcs: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    vpnGateways: new Map(),
    customerGateways: new Map(),
    vpnConnections: new Map(),
    securityGroups: new Map(),
    instances: new Map(),
    volumes: new Map(),
    images: new Map(),
    snapshots: new Map(),
    telemetry: new Map(),
    devices: new Map(),
  };
}
