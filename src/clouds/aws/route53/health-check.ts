// SPDX-License-Identifier: GPL-3.0-or-later
/** Route 53's health checks in our words. */
import type { Tags } from '../../../core/owner-mark.ts';

/** Of all kinds of checks. */
interface Any {
  /** What is healthy counts as unhealthy, and the other way round. */
  readonly inverted: boolean;
  /** Nothing is checked, and Route 53 takes it for healthy. */
  readonly disabled: boolean;
}

/**
 * Checkers in several regions ask an endpoint. What cannot be changed later (API reference, UpdateHealthCheck), so that another check has to
 * take its place: `type`, whether there is a `searchString`, `intervalSeconds`, `measureLatency`, and whether there is an `ip`.
 */
export interface EndpointCheck extends Any {
  readonly type: 'HTTP' | 'HTTPS' | 'TCP';
  /** Has to be public. Without one the host's name is looked up at each check, IPv4 only. */
  readonly ip?: string;
  readonly port: number;
  /** Name in the Host header and, with `sni`, in the TLS handshake; what is looked up where there is no `ip`. */
  readonly host?: string;
  /** HTTP and HTTPS: path and query; `/` by default. */
  readonly path?: string;
  /** HTTP and HTTPS: must be in the first 5,120 bytes of the answer. */
  readonly searchString?: string;
  readonly intervalSeconds: 10 | 30;
  /** 1 to 10. */
  readonly failureThreshold: number;
  readonly measureLatency: boolean;
  /** HTTPS only. */
  readonly sni: boolean;
  /** Of the checkers, sorted; empty for all. At least three otherwise. */
  readonly regions: readonly string[];
}

/** Healthy while so many of its children are: for what no checker can reach. Its status cannot be asked for: it follows from theirs. */
export interface CalculatedCheck extends Any {
  readonly type: 'Calculated';
  /** Ids of checks, sorted; up to 256. */
  readonly children: readonly string[];
  /** 0: always healthy; more than there are children: never. */
  readonly healthThreshold: number;
}

/** Healthy while a CloudWatch alarm is not in state ALARM. */
export interface AlarmCheck extends Any {
  readonly type: 'CloudWatchAlarm';
  readonly alarm: { readonly region: string; readonly name: string };
  readonly insufficientData: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
}

/** Application Recovery Controller's, or one that is newer than this: looked at, never made or changed. */
export interface OtherCheck extends Any {
  readonly type: 'Other';
  /** AWS's own word. */
  readonly name: string;
}

export type CheckSettings = EndpointCheck | CalculatedCheck | AlarmCheck | OtherCheck;

export interface HealthCheck {
  readonly id: string;
  /** What it was made with; never another one's, not even after a deletion. Says whose it is before it has tags (health-check-reference.ts). */
  readonly reference: string;
  /** Rises by one with each update. */
  readonly version: number;
  readonly settings: CheckSettings;
  /** The AWS service that made it, and that alone may change it. */
  readonly madeBy?: string;
  /** Up to an hour old, but asked anew before anything is deleted; absent: not asked for, since its reference is not one of ours. */
  readonly tags?: Tags;
}

/** What the checkers of one region say. */
export interface RegionHealth {
  readonly region: string;
  readonly healthy: number;
  readonly checkers: number;
}

/** How an endpoint is by what its checkers said last. */
export interface HealthStatus {
  readonly id: string;
  /** As Route 53 takes it, inversion and all; `undefined` where no checker has said anything yet (a new check counts as healthy until then). */
  readonly healthy: boolean | undefined;
  /** Checkers whose last check passed. */
  readonly checkersHealthy: number;
  readonly checkers: number;
  /** Sorted by name. */
  readonly regions: readonly RegionHealth[];
  /** What most of the failing checkers say, in AWS's words; absent when none fails. */
  readonly lastFailure?: string;
  /** Milliseconds since the epoch: the newest of the checks. */
  readonly checkedAt?: number;
  /** Milliseconds since the epoch, in whole seconds: since when checkers say otherwise than `healthy`, which follows when they have said so often enough. */
  readonly turningSince?: number;
}

/** What was told of a check by a process that is not there any more. */
export type HealthTold = Pick<HealthStatus, 'turningSince'> & { readonly healthy: boolean };
