// SPDX-License-Identifier: GPL-3.0-or-later
/** How old answers may be. Pure. */
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { AgeLimit } from '../../clouds/aws/users.ts';
import type { Desired } from '../../core/kind.ts';
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';

export interface Ages {
  /** Of what changes only when somebody changes it. */
  readonly settings: AgeLimit;
  /** Of what checkers say. */
  readonly telemetry: AgeLimit;
}

/** What is waited for shows in the change, or in what checkers say. */
const ofRoute53 = new Set(['ChangePending', 'HealthCheckSettling']);

function isQuiet(desired: Desired<GslbEndpointSpec, GslbEndpointStatus>): boolean {
  if (desired.absent || hurries(desired)) return false;
  const synced = desired.last.conditions?.find(({ type }) => type === 'Synced');
  return synced?.status === 'True' || ofRoute53.has(synced?.reason ?? '');
}

export function agesOf(desired: Desired<GslbEndpointSpec, GslbEndpointStatus>, now: number): Ages {
  const asked = sinceAsked(desired, now);
  const quiet = isQuiet(desired);
  const limit = (restMs: number) => ({ maxAgeMs: Math.min(quiet ? restingAge * restMs : busyAgeMs, asked) });
  return { settings: limit(desired.driftIntervalMs), telemetry: limit(desired.spec.telemetry.intervalSeconds * 1000) };
}
