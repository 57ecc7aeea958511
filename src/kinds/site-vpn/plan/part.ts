// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { Vpc } from '../../../clouds/aws/ec2/vpn.ts';
import type { Blocker, Hold } from '../../../core/plan.ts';
import type { Event } from '../../../core/step.ts';
import type { Observed } from '../observed.ts';
import type { SiteVpnStep } from '../steps.ts';

/** A plan for one part of the whole. Steps are done before a later part is looked at; so is what the hold waits for. */
export interface Part {
  readonly steps: readonly SiteVpnStep[];
  readonly hold?: Hold;
}

export interface Context {
  readonly spec: SiteVpnSpec;
  readonly observed: Observed;
  /** Of this object. */
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly last: SiteVpnStatus;
  /** See `Desired.withholds`. */
  readonly withholds?: true;
}

export interface InVpc extends Context {
  readonly vpc: Vpc;
}

export function blocked(reason: string, message: string, by: readonly Omit<Blocker, 'why'>[]): Hold {
  return { why: 'Blocked', reason, message, blockedBy: by.map((one) => ({ ...one, why: reason })) };
}

/** For as long as is waited for AWS, or somebody else, to move; how soon is looked again, `paced` says. */
export function waiting(reason: string, message: string, until?: Event): Hold {
  return { why: 'Waiting', reason, message, ...(until ? { until } : {}) };
}

export function done(hold?: Hold): Part {
  return { steps: [], ...(hold ? { hold } : {}) };
}
