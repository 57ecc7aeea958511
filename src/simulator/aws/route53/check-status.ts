// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { must, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput } from './body.ts';
import { on, onAll } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { checkNamed } from './shelf.ts';
import { checkerRanges } from './status/checkers.ts';
import type { Finding, Look } from './status/findings.ts';
import { findingsOf } from './status/status.ts';

export const checkStatusOperations: Route53Operations = {
  GetHealthCheckStatus: {
    effect: 'read',
    method: 'GET',
    path: '/healthcheck/{HealthCheckId}/status',
    authorize: on('route53:GetHealthCheckStatus', 'healthcheck', 'HealthCheckId'),
    run: (call, input) => observations(call, input, ({ latest }) => latest),
  },
  GetHealthCheckLastFailureReason: {
    effect: 'read',
    method: 'GET',
    path: '/healthcheck/{HealthCheckId}/lastfailurereason',
    authorize: on('route53:GetHealthCheckLastFailureReason', 'healthcheck', 'HealthCheckId'),
    run: (call, input) => observations(call, input, ({ lastFailure }) => lastFailure),
  },
  GetCheckerIpRanges: {
    effect: 'read',
    method: 'GET',
    path: '/checkeripranges',
    authorize: onAll('route53:GetCheckerIpRanges'),
    run: () => ({ xml: { CheckerIpRanges: { member: checkerRanges } } }),
  },
};

/** API_GetHealthCheckStatus: not for calculated checks, nobody looks for them. */
function observations(
  call: Call,
  input: Fields,
  of: (finding: Finding) => Look | undefined,
): { xml: Record<string, Xml> } {
  const check = checkNamed(call, must(input, 'HealthCheckId'));
  if (check.config.type === 'CALCULATED')
    throw invalidInput(`The health check ${check.id} is a calculated health check: it has no observations`);
  const all = check.config.type === 'CLOUDWATCH_METRIC' ? [] : findingsOf(call.world, check, call.now);
  const seen = all.flatMap((finding) => {
    const look = of(finding);
    if (!look) return [];
    const report = { Status: look.report, CheckedTime: new Date(look.at).toISOString() };
    return [{ Region: finding.region, IPAddress: finding.ip, StatusReport: report }];
  });
  return { xml: { HealthCheckObservations: { HealthCheckObservation: seen } } };
}
