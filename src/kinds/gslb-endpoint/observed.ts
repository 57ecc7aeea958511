// SPDX-License-Identifier: GPL-3.0-or-later
import type { HealthCheck, HealthStatus } from '../../clouds/aws/route53/health-check.ts';
import type { HealthCheckCount, RecordSet, ZoneFound } from '../../clouds/aws/route53/route53.ts';
import type { Rights } from '../../clouds/aws/iam/rights.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { ChangeState, RememberedChange } from './change-state.ts';
import type { InRegion } from './certificate/world.ts';
import type { HaproxyFound } from './haproxy/found.ts';
import type { SiteFound } from './sites/world.ts';

/** A load balancer of the spec, by name and region. */
export interface Balancer {
  readonly name: string;
  readonly region: string;
  /** Where an alias to it points: its DNS name, and the zone that AWS has for it. Absent: there is none of that name. */
  readonly at?: { readonly dnsName: string; readonly zone: string };
}

export interface Observed {
  /** Milliseconds since the epoch: of the operator's clock, as the cloud tells no time with most of what is looked at. */
  readonly now: number;
  readonly account: string;
  readonly owner: Owner;
  readonly zone: ZoneFound;
  /** Whether the namespace may have this name; the message says what the administrator has to do. */
  readonly permission: { readonly allowed: true } | { readonly allowed: false; readonly message: string };
  /** All record sets of the name and of the names at which owner marks for it may be; whosever. */
  readonly records: readonly RecordSet[];
  readonly change: ChangeState;
  /** Of the change that this process sent, while it is pending. */
  readonly changeID?: string;
  /** Only where this process sent none. */
  readonly remembered?: RememberedChange;
  /** Those that this object made, and whosever its records or its calculated checks use. */
  readonly checks: readonly HealthCheck[];
  readonly statuses: readonly HealthStatus[];
  readonly balancers: readonly Balancer[];
  /** Asked before health checks are made; absent: not asked, or not told. */
  readonly room?: HealthCheckCount;
  readonly checkerRanges: readonly string[];
  /** In each region where one is wanted, or was made. */
  readonly certificates: readonly InRegion[];
  /** Those of the spec, and those that the status remembers. */
  readonly sites: readonly SiteFound[];
  /** Asked while sites are being made. */
  readonly rights?: Rights;
  /** Absent: none is wanted, and none was published. */
  readonly haproxy?: HaproxyFound;
}
