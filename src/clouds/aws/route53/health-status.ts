// SPDX-License-Identifier: GPL-3.0-or-later
/** What the checkers of an endpoint say, and what Route 53 makes of it. */
import type * as Route53 from '@aws-sdk/client-route-53';
import type { EndpointCheck, HealthStatus, RegionHealth } from './health-check.ts';

/** "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it healthy" (Developer Guide). */
const agreeing = 0.18;

/** Each checker's last words, `Success: HTTP Status Code 200, OK` or `Failure: Connection timed out. …`. */
function passes({ StatusReport }: Route53.HealthCheckObservation): boolean {
  return StatusReport?.Status?.startsWith('Success') ?? false;
}

function byRegion(observations: readonly Route53.HealthCheckObservation[]): readonly RegionHealth[] {
  const regions = new Map<string, RegionHealth>();
  for (const one of observations) {
    const region = one.Region ?? '';
    const { healthy = 0, checkers = 0 } = regions.get(region) ?? {};
    regions.set(region, { region, healthy: healthy + Number(passes(one)), checkers: checkers + 1 });
  }
  return [...regions.values()].sort((a, b) => (a.region < b.region ? -1 : 1));
}

/** What most of those that fail say; of as many, the first by the alphabet, so that it stays the same. */
function commonFailure(observations: readonly Route53.HealthCheckObservation[]): string | undefined {
  const counts = new Map<string, number>();
  for (const one of observations) {
    const said = one.StatusReport?.Status?.replace(/^Failure: */, '');
    if (said && !passes(one)) counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))[0]?.[0];
}

/** Of what was seen last; what Route 53 answers by follows later: `HealthVerdicts`. */
function verdict({ inverted, disabled }: EndpointCheck, healthy: number, checkers: number): boolean | undefined {
  // "If you want to stop routing traffic to a resource, change the value of Inverted" (API reference, HealthCheckConfig, "Disabled")
  if (disabled) return !inverted;
  return checkers === 0 ? undefined : healthy / checkers > agreeing !== inverted;
}

export function healthStatusOf(
  id: string,
  settings: EndpointCheck,
  observations: readonly Route53.HealthCheckObservation[],
): HealthStatus {
  const regions = byRegion(observations);
  const checkersHealthy = regions.reduce((sum, { healthy }) => sum + healthy, 0);
  const checked = observations.map(({ StatusReport }) => StatusReport?.CheckedTime?.getTime() ?? 0);
  const checkedAt = Math.max(0, ...checked);
  const lastFailure = commonFailure(observations);
  return {
    id,
    healthy: verdict(settings, checkersHealthy, observations.length),
    checkersHealthy,
    checkers: observations.length,
    regions,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(checkedAt === 0 ? {} : { checkedAt }),
  };
}
