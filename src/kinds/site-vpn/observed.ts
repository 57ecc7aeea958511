// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec } from '../../api/site-vpn.ts';
import type { Rights } from '../../clouds/aws/iam/rights.ts';
import type { Counted } from '../../clouds/aws/room.ts';
import type { CustomerGateway, RouteTable, Vpc, VpnConnection, VpnGateway } from '../../clouds/aws/ec2/vpn.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { DeviceFound } from './push/found.ts';
import type { SiteRouters } from './openstack/found.ts';
import type { Trial } from './probe/trial.ts';

/** Another SiteVpn of this installation on the same VPC. */
export interface Sibling {
  readonly uid: string;
  /** `SiteVpn/namespace/name`. */
  readonly object: string;
  /** It is being deleted: no user of the gateway any more, but its remains may be there. */
  readonly absent: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** It would make the gateway: managementPolicy Apply, not paused, waits for nobody, and it names none. */
  readonly makes: boolean;
  readonly cidrs: readonly string[];
  readonly routeTables: SiteVpnSpec['routeTables'];
}

/** What a Secret for a pre-shared key says; never the key. `on`: outside addresses of the tunnels of our connection that have it. */
export type KeyFound =
  | { readonly found: 'absent' }
  | { readonly found: 'malformed' }
  | { readonly found: 'here'; readonly on: readonly string[] };

/** The Secret with the gateway's files: that of the spec, else the one that the status remembers. */
export type FilesFound =
  | { readonly found: 'absent' }
  | { readonly found: 'foreign'; readonly secret: string }
  | {
      readonly found: 'ours';
      readonly secret: string;
      /** `digestOfInputs` of the step that wrote it. */
      readonly digest: string;
      /** Milliseconds since the epoch. */
      readonly deliveredAt: number;
      /** The files are as they were written, and the keys in them are the tunnels' keys. */
      readonly intact: boolean;
    };

export interface Observed {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly account: string;
  readonly owner: Owner;
  /** When this object was made: the oldest sibling makes what is shared. */
  readonly createdAt: number;
  readonly siblings: readonly Sibling[];
  /** Those that spec.vpc finds. */
  readonly vpcs: readonly Vpc[];
  /** Attached to the VPC, with the installation's mark for it, or named by spec.gateway.id. */
  readonly gateways: readonly VpnGateway[];
  /** With our mark, of the site's address, or of one of the connections. */
  readonly customerGateways: readonly CustomerGateway[];
  /** With our mark, or on one of the gateways or customer gateways; whoever made them. */
  readonly connections: readonly VpnConnection[];
  /** All of the VPC. */
  readonly tables: readonly RouteTable[];
  /** Of the Secrets that spec.tunnels names. */
  readonly keys: { readonly tunnel1?: KeyFound; readonly tunnel2?: KeyFound };
  readonly files: FilesFound;
  /** Where the spec pushes. */
  readonly push?: DeviceFound;
  /** Where the site is a project of a cloud. */
  readonly siteRouters?: SiteRouters;
  /** Where there is something to be tried, and it was. */
  readonly probe?: Trial;
  /** What the identity may do; only while something is to be made or changed. */
  readonly rights?: Rights;
  /** Only while something is to be made: how much the account has in the region, and may have. */
  readonly room?: {
    readonly gateways?: Counted;
    readonly customerGateways?: Counted;
    readonly connections?: Counted;
  };
}
