// SPDX-License-Identifier: GPL-3.0-or-later
/** Endpoints that became unhealthy or healthy, and who answers instead. Pure. */
import type { GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { News } from '../../core/kind.ts';

type Endpoint = NonNullable<GslbEndpointStatus['endpoints']>[number];

/** A new endpoint that was never seen healthy is no news as long as nothing is known. */
function healthNews(before: ReadonlyMap<string, Endpoint>, now: Endpoint): News[] {
  const was = before.get(now.name)?.health;
  if (now.health === was) return [];
  const at = now.since === undefined ? '' : ` since ${now.since}`;
  if (now.health === 'Unhealthy') {
    const why = now.lastFailure === undefined ? '' : `, checkers say: ${now.lastFailure}`;
    return [{ type: 'Warning', reason: 'EndpointUnhealthy', message: `${now.name} is unhealthy${at}${why}` }];
  }
  return now.health === 'Healthy' && was === 'Unhealthy'
    ? [{ type: 'Normal', reason: 'EndpointHealthy', message: `${now.name} is healthy again${at}` }]
    : [];
}

/** The only one that is answered. */
function only({ serving = [], endpoints = [] }: GslbEndpointStatus): Endpoint | undefined {
  return serving.length === 1 ? endpoints.find(({ name }) => name === serving[0]) : undefined;
}

/** One answers instead of another: the secondary, or the primary again. */
function failoverNews(before: GslbEndpointStatus, now: GslbEndpointStatus): News[] {
  const [was, is] = [only(before), only(now)];
  if (!was || !is || was.name === is.name) return [];
  const left = now.endpoints?.find(({ name }) => name === was.name);
  const since = left?.health === 'Unhealthy' ? left.since : is.since;
  const at = since === undefined ? '' : ` since ${since}`;
  const message = `${is.name} answers instead of ${was.name}${at}`;
  return is.role === 'Primary'
    ? [{ type: 'Normal', reason: 'FailedBack', message }]
    : [{ type: 'Warning', reason: 'FailedOver', message }];
}

function outage(before: GslbEndpointStatus, now: GslbEndpointStatus): News[] {
  const isAll = ({ endpoints = [] }: GslbEndpointStatus) =>
    endpoints.length > 0 && endpoints.every(({ health }) => health === 'Unhealthy');
  if (!isAll(now) || isAll(before)) return [];
  const answered = (now.serving ?? []).join(', ');
  return [
    {
      type: 'Warning',
      reason: 'AllUnhealthy',
      message: `Every endpoint is unhealthy; Route 53 answers as if all were healthy: ${answered}`,
    },
  ];
}

export function news(before: GslbEndpointStatus, now: GslbEndpointStatus): readonly News[] {
  const known = new Map((before.endpoints ?? []).map((one) => [one.name, one]));
  return [
    ...(now.endpoints ?? []).flatMap((one) => healthNews(known, one)),
    ...failoverNews(before, now),
    ...outage(before, now),
  ];
}
