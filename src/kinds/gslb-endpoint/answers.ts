// SPDX-License-Identifier: GPL-3.0-or-later
/** What is known of the health of endpoints, and what Route 53 makes of it. Pure. */
import type { HealthStatus } from '../../clouds/aws/route53/health-check.ts';
import type { RecordSet } from '../../clouds/aws/route53/route53.ts';
import { domainName } from '../../core/domain-name.ts';
import type { Observed } from './observed.ts';
import { checkOf, type Endpoint } from './wanted-checks.ts';

export type Health = 'Healthy' | 'Unhealthy' | 'Unknown' | 'NotChecked';

function told({ statuses }: Observed, id: string): HealthStatus | undefined {
  return statuses.find((one) => one.id === id);
}

const wordFor = (healthy: boolean | undefined): Health =>
  healthy === undefined ? 'Unknown' : healthy ? 'Healthy' : 'Unhealthy';

/** Of a check by its id; a calculated one by its children, as far as they are known. */
function healthOfCheck(observed: Observed, id: string): Health {
  const settings = observed.checks.find((one) => one.id === id)?.settings;
  // "Route 53 considers the status of the health check to always be healthy", and Inverted turns that, too (API reference, HealthCheckConfig, "Disabled")
  if (settings?.disabled) return wordFor(!settings.inverted);
  if (settings?.type !== 'Calculated') return wordFor(told(observed, id)?.healthy);
  const children = settings.children.map((child) => told(observed, child)?.healthy);
  const healthy = children.filter((one) => one === true).length;
  const possible = children.filter((one) => one !== false).length;
  const { healthThreshold: least, inverted } = settings;
  if (healthy >= least) return wordFor(!inverted);
  return possible < least ? wordFor(inverted) : 'Unknown';
}

export function healthOf(observed: Observed, one: Endpoint): Health {
  if (!one.healthCheck) return 'NotChecked';
  const check = checkOf(observed, one);
  return check ? healthOfCheck(observed, check.id) : 'Unknown';
}

export function statusOf(observed: Observed, one: Endpoint): HealthStatus | undefined {
  const id = checkOf(observed, one)?.id;
  return id === undefined ? undefined : told(observed, id);
}

/** As far as a site of this object is behind it: any other load balancer counts as healthy. */
function siteAnswers({ sites }: Observed, dnsName: string): boolean {
  const site = sites.find(({ balancer }) => balancer && domainName(balancer.dnsName) === domainName(dnsName));
  return !site || site.targets.some(({ state }) => state === 'healthy');
}

/**
 * Whether Route 53 takes a record for healthy: it does as long as nothing else is known. What counts is the check that the record has, which
 * while that is exchanged is another than the endpoint's.
 */
export function isTakenForHealthy(observed: Observed, { data, healthCheckID: id }: RecordSet): boolean {
  if (id !== undefined && healthOfCheck(observed, id) === 'Unhealthy') return false;
  return !('alias' in data) || !data.alias.evaluateTargetHealth || siteAnswers(observed, data.alias.name);
}
