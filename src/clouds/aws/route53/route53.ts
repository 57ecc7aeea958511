// SPDX-License-Identifier: GPL-3.0-or-later
/** Route 53 in our words: zones, records, changes. (health-check.ts has the health checks.) Names are as `domainName` gives them. */

export interface Zone {
  /** Without `/hostedzone/` before it. */
  readonly id: string;
  readonly name: string;
  /** Private zones answer inside VPCs only. */
  readonly private: boolean;
  /** How many record sets there are in it, where the answer had it. */
  readonly records?: number;
  /** The AWS service that made it, and that alone may change it. */
  readonly madeBy?: string;
}

/** By a name there may be none, one, or several. `of`: those that could be meant, the public ones if there are any, sorted by id. */
export type ZoneFound =
  | { readonly found: 'one'; readonly zone: Zone }
  | { readonly found: 'none'; readonly of: readonly Zone[] }
  | { readonly found: 'several'; readonly of: readonly Zone[] };

/** One of them; `{ country: '*' }` is the default location, for whoever is nowhere else. */
export interface Location {
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC`, `SA`; never with a country. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** A state of the United States (or of Ukraine), with its country. */
  readonly subdivision?: string;
}

/** What tells apart the record sets of one name and type. Those of one name and type have one policy among them. */
export type RoutingPolicy =
  | { readonly type: 'Simple' }
  | { readonly type: 'Failover'; readonly role: 'Primary' | 'Secondary' }
  /** 0 to 255. */
  | { readonly type: 'Weighted'; readonly weight: number }
  | { readonly type: 'Latency'; readonly region: string }
  | { readonly type: 'Geolocation'; readonly location: Location }
  | { readonly type: 'Multivalue' }
  /** Geoproximity, CIDR, or one that is newer than this; kept as AWS gave it, so that it can be deleted. */
  | { readonly type: 'Other'; readonly given: Readonly<Record<string, unknown>> };

export interface AliasTarget {
  readonly name: string;
  /** Of the zone that the target's name is in: of a load balancer its canonical one. */
  readonly zone: string;
  readonly evaluateTargetHealth: boolean;
}

/** What a record set answers. */
export type RecordData =
  /** `values` as they are written in Route 53 (TXT in quotes), sorted. `ttl` in seconds. */
  { readonly ttl: number; readonly values: readonly string[] } | { readonly alias: AliasTarget };

export interface RecordSet {
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`, `TXT`, … */
  readonly type: string;
  /** Tells it from others of the same name and type; absent for `Simple`. */
  readonly setIdentifier?: string;
  readonly policy: RoutingPolicy;
  readonly data: RecordData;
  readonly healthCheckID?: string;
  /** Made by a traffic policy: not to be changed as a record. */
  readonly trafficPolicyInstanceID?: string;
}

/**
 * One change of a batch. A `DELETE` needs the record set exactly as it is, and fails the whole batch when it is not: a compare before the
 * set. `CREATE` fails it when there is one; `UPSERT` overwrites whatever is there, foreign or not, and counts twice towards AWS's limits.
 */
export interface RecordChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly record: RecordSet;
}

/** What became of a batch: `PENDING` until all of Route 53's name servers have it, usually within a minute, then `INSYNC`. */
export interface ChangeStatus {
  /** Without `/change/` before it. */
  readonly id: string;
  readonly status: 'PENDING' | 'INSYNC';
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly submittedAt: number;
}

/** What Route 53 itself answers to a question (TestDNSAnswer). */
export interface DNSAnswer {
  /** `NOERROR`, `NXDOMAIN`, … */
  readonly code: string;
  readonly values: readonly string[];
  readonly nameServer: string;
}

/** How many there are in the account, and how many there may be. */
export interface HealthCheckCount {
  readonly have: number;
  readonly most: number;
}
