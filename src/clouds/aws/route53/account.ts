// SPDX-License-Identifier: GPL-3.0-or-later
/** What Route 53 says of the account, and of itself. */
import type * as Route53 from '@aws-sdk/client-route-53';
import { Failure } from '../../../core/failure.ts';
import { read } from '../request.ts';
import type { HealthCheckCount } from './route53.ts';
import type { AwsSession } from '../session.ts';

/** One answer serves everything that is made in the account within a minute. */
const countAgeMs = 60_000;
/** AWS adds ranges some times a year. */
const rangesAgeMs = 24 * 3_600_000;

/**
 * Asked before something is made, never at rest. `undefined` where that cannot be known: it is asked to spare a person half a change, and
 * is no reason to make none.
 */
export async function roomForHealthChecks(session: AwsSession): Promise<HealthCheckCount | undefined> {
  try {
    return await session.looks.get('route53/health-check-count', countAgeMs, async () => {
      // no scope: the answer is for every object of the account
      const { Limit, Count } = await session.send<Route53.GetAccountLimitCommandOutput>(
        read('route53', 'GetAccountLimit', { Type: 'MAX_HEALTH_CHECKS_BY_OWNER' }),
      );
      return Limit?.Value === undefined || Count === undefined ? undefined : { have: Count, most: Limit.Value };
    });
  } catch (error) {
    if (error instanceof Failure && error.class !== 'Fenced') return undefined;
    throw error;
  }
}

/** Blocks that checkers ask from, for firewalls in front of what they check; sorted. */
export async function checkerRanges(session: AwsSession): Promise<readonly string[]> {
  return session.looks.get('route53/checker-ranges', rangesAgeMs, async () => {
    const { CheckerIpRanges = [] } = await session.send<Route53.GetCheckerIpRangesCommandOutput>(
      read('route53', 'GetCheckerIpRanges', {}),
    );
    return [...CheckerIpRanges].sort();
  });
}

/**
 * Where a session for Route 53 is: it has no regions, and objects with one identity share what it answers wherever else they are at work
 * (AWS General Reference, "Route 53 endpoints").
 */
export function route53Region(region: string): string {
  if (region.startsWith('cn-')) return 'cn-northwest-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}
