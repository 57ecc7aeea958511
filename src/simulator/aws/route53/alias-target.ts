// SPDX-License-Identifier: GPL-3.0-or-later
/** What aliases to things outside Route 53 need to know of them. The services whose things they are look them up. */

export interface AliasTargetQuestion {
  /** The alias's `HostedZoneId`: that of the load balancers of a region. */
  readonly zoneID: string;
  /** Lower case, with the closing dot, without `dualstack.`. */
  readonly dnsName: string;
  readonly now: number;
}

export interface AliasTargetAnswer {
  /**
   * A load balancer is healthy when each of its target groups with targets has a healthy one, and there is any (Developer Guide, "Values that
   * are common for alias records", "Evaluate target health").
   */
  readonly healthy: boolean;
  /** IPv4 and IPv6. */
  readonly addresses: readonly string[];
}

/** undefined: none of ours. */
export type AliasTargetLookup = (question: AliasTargetQuestion) => AliasTargetAnswer | undefined;
