// SPDX-License-Identifier: GPL-3.0-or-later
/** How old answers may be. Pure. */
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { AgeLimit } from '../../clouds/aws/iam/users.ts';
import type { Desired } from '../../core/kind.ts';
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';

export interface Ages {
  /** Of what changes only when somebody changes it. */
  readonly settings: AgeLimit;
  /** Of what sites are made of. */
  readonly sites: AgeLimit;
  /** Of what checkers say. */
  readonly telemetry: AgeLimit;
}

/** What is waited for shows in the change, or in what checkers say. */
const ofRoute53 = new Set(['ChangePending', 'HealthCheckSettling']);

/** And this at the sites: minutes, in which name, checks and certificates stay as they are. */
const ofSites = new Set([
  'ImagePending',
  'InstanceStarting',
  'InstanceUnhealthy',
  'LoadBalancerProvisioning',
  'TargetDraining',
]);

type Wish = Desired<GslbEndpointSpec, GslbEndpointStatus>;

function isQuiet(desired: Wish, waits: (reason: string) => boolean): boolean {
  if (desired.absent || hurries(desired)) return false;
  const synced = desired.last.conditions?.find(({ type }) => type === 'Synced');
  return synced?.status === 'True' || waits(synced?.reason ?? '');
}

export function agesOf(desired: Wish, now: number): Ages {
  const asked = sinceAsked(desired, now);
  const limit = (restMs: number, quiet: boolean) => ({
    maxAgeMs: Math.min(quiet ? restingAge * restMs : busyAgeMs, asked),
  });
  const { driftIntervalMs, spec } = desired;
  const quiet = isQuiet(desired, (reason) => ofRoute53.has(reason) || ofSites.has(reason));
  return {
    settings: limit(driftIntervalMs, quiet),
    sites: limit(
      driftIntervalMs,
      isQuiet(desired, (reason) => ofRoute53.has(reason)),
    ),
    telemetry: limit(spec.telemetry.intervalSeconds * 1000, quiet),
  };
}
