// SPDX-License-Identifier: GPL-3.0-or-later
/** What Route 53 remembers, as plain data. Times are milliseconds since the epoch. */
import type { Versioned } from '../../kernel/versioned.ts';
import type { Tag } from '../tag.ts';

export interface HostedZone {
  /** `Z…`, without `/hostedzone/`. */
  readonly id: string;
  readonly account: string;
  /** Canonical: see `names.ts`. */
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string | undefined;
  readonly createdAt: number;
  readonly nameServers: readonly string[];
  readonly tags: readonly Tag[];
}

export interface AliasTarget {
  readonly zoneID: string;
  readonly dnsName: string;
  readonly evaluate: boolean;
}

export interface GeoLocation {
  readonly continent?: string;
  /** `*` is the default location. */
  readonly country?: string;
  readonly subdivision?: string;
}

export interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string;
  readonly weight?: number;
  readonly region?: string;
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  readonly geo?: GeoLocation;
  readonly multivalue?: boolean;
  /** Seconds; absent for an alias. */
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: AliasTarget;
  readonly healthCheckID?: string;
}

export interface Change {
  readonly id: string;
  readonly account: string;
  readonly at: number;
  readonly insyncAt: number;
  readonly comment: string | undefined;
}

export const endpointTypes = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'] as const;
export const checkTypes = [...endpointTypes, 'CALCULATED', 'CLOUDWATCH_METRIC'] as const;

export interface CheckConfig {
  readonly type: (typeof checkTypes)[number];
  readonly ip?: string;
  readonly port?: number;
  readonly path?: string;
  readonly domain?: string;
  readonly search?: string;
  /** Seconds. */
  readonly interval?: number;
  readonly threshold?: number;
  readonly measureLatency?: boolean;
  readonly inverted: boolean;
  readonly disabled: boolean;
  readonly sni?: boolean;
  readonly regions?: readonly string[];
  readonly children?: readonly string[];
  readonly healthThreshold?: number;
  readonly alarm?: { readonly region: string; readonly name: string };
  readonly insufficient?: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
}

export interface HealthCheck {
  readonly id: string;
  readonly account: string;
  readonly callerReference: string;
  readonly createdAt: number;
  readonly version: number;
  readonly config: CheckConfig;
  /** As it was asked for: a repeated creation is compared with it. */
  readonly asked: string;
  readonly tags: readonly Tag[];
  /** Since when, and from which status on, its observations count: its creation, or its last change. */
  readonly start: { readonly at: number; readonly healthy: boolean };
}

/** What was said of an endpoint or an alarm, oldest first. */
export interface Told {
  readonly from: number;
  readonly healthy: boolean;
  readonly reason: string;
}

export interface ToldAlarm {
  readonly from: number;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

export interface Route53State {
  zones: Map<string, Versioned<HostedZone>>;
  /** By zone, then by `name type identifier`. The truth is what the API lists, what is visible is what DNS answers. */
  records: Map<string, Map<string, Versioned<RecordSet>>>;
  /** When each zone is done with its latest batch. */
  busyUntil: Map<string, number>;
  changes: Map<string, Change>;
  checks: Map<string, Versioned<HealthCheck>>;
  /** Check by `account/reference`, those of deleted checks too. */
  references: Map<string, string>;
  /** The last status of deleted checks that records may still name. */
  lastStatus: Map<string, boolean>;
  told: Map<string, Told[]>;
  alarms: Map<string, ToldAlarm[]>;
}

export function emptyRoute53(): Route53State {
  return {
    zones: new Map(),
    records: new Map(),
    busyUntil: new Map(),
    changes: new Map(),
    checks: new Map(),
    references: new Map(),
    lastStatus: new Map(),
    told: new Map(),
    alarms: new Map(),
  };
}
