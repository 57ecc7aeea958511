// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';

/**
 * Five requests a second per account, whoever sends them and whatever they ask (Developer Guide, "Quotas", "Route 53 API requests").
 * @throws {AwsError} Throttling
 */
export function throttle({ world, principal }: Call): void {
  const perSecond = world.state.accounts.get(principal.account)?.quotas.route53RequestsPerSecond ?? 5;
  const rate = { burst: Math.max(1, perSecond), perSecond };
  if (!world.limits.take(`${principal.account}/route53`, rate, world.clock.monotonic()))
    throw new AwsError('Throttling', 'Rate exceeded');
}
