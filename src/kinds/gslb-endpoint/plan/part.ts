// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../../api/gslb-endpoint.ts';
import type { Zone } from '../../../clouds/aws/route53/route53.ts';
import type { Blocker, Hold } from '../../../core/plan.ts';
import type { Event } from '../../../core/step.ts';
import type { Place } from '../name.ts';
import type { Observed } from '../observed.ts';
import type { GslbStep } from '../steps.ts';

/** A plan for one part of the whole. Steps are done before a later part is looked at; so is what the hold waits for. */
export interface Part {
  readonly steps: readonly GslbStep[];
  readonly hold?: Hold;
}

export interface Context {
  readonly name: string;
  readonly namespace: string;
  readonly spec: GslbEndpointSpec;
  readonly observed: Observed;
  readonly annotations: Readonly<Record<string, string>>;
  readonly last: GslbEndpointStatus;
  /** See `Desired.withholds`. */
  readonly withholds?: true;
}

/** Once it is known in which zone. */
export interface InZone extends Context {
  readonly zone: Zone;
  readonly fqdn: string;
  readonly place: Place;
}

export function blocked(reason: string, message: string, by: readonly Omit<Blocker, 'why'>[]): Hold {
  return { why: 'Blocked', reason, message, blockedBy: by.map((one) => ({ ...one, why: reason })) };
}

export function waiting(reason: string, message: string, until?: Event): Hold {
  return { why: 'Waiting', reason, message, ...(until ? { until } : {}) };
}

export function done(hold?: Hold): Part {
  return { steps: [], ...(hold ? { hold } : {}) };
}

/** Changes of Route 53 take up to a minute to reach its name servers, health checks a little to be told of. */
export const changePollMs = 5000;
