// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What health checks deliver to CloudWatch, a value a minute, in us-east-1 only. Source: Developer Guide, "Monitoring health checks using
 * CloudWatch". Here the last three hours; of what is really probed only the newest value, as nobody keeps the others.
 */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import type { Metric, Point } from '../cloudwatch/storage-metrics.ts';
import { globalRegion } from '../route.ts';
import { seenChecks, stateOf } from './shelf.ts';
import type { HealthCheck } from './state.ts';
import { findingsOf, isHealthy } from './status/status.ts';

const namespace = 'AWS/Route53';
const minute = 60_000;
const kept = 180;

type Value = (call: Call, check: HealthCheck, at: number) => number;

/** 1 healthy, 0 unhealthy; the share of checkers that think so; how many children are healthy. */
const values: Readonly<Record<string, Value>> = {
  HealthCheckStatus: ({ world }, { id }, at) => Number(isHealthy(world, id, at)),
  HealthCheckPercentageHealthy: ({ world }, check, at) => {
    const all = findingsOf(world, check, at);
    return (100 * all.filter(({ healthy }) => healthy).length) / all.length;
  },
  ChildHealthCheckHealthyCount: ({ world }, { config }, at) =>
    (config.children ?? []).filter((child) => isHealthy(world, child, at)).length,
};

function namesFor({ config }: HealthCheck): string[] {
  if (config.type === 'CALCULATED') return ['HealthCheckStatus', 'ChildHealthCheckHealthyCount'];
  return config.type === 'CLOUDWATCH_METRIC'
    ? ['HealthCheckStatus']
    : ['HealthCheckStatus', 'HealthCheckPercentageHealthy'];
}

export function healthPoints(call: Call, { namespace: space, name, dimensions }: Metric): Point[] {
  const { HealthCheckId: id = '', ...others } = dimensions;
  const check = truth(stateOf(call).checks.get(id));
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (space !== namespace || Object.keys(others).length > 0 || !check || !value || !isHere(call, check)) return [];
  if (!namesFor(check).includes(name)) return [];
  return minutes(call, check).map((at) => ({ at, value: value(call, check, at) }));
}

export function healthMetrics(call: Call): Metric[] {
  const own = seenChecks(call).filter((check) => isHere(call, check) && minutes(call, check).length > 0);
  return own.flatMap((check) =>
    namesFor(check).map((name) => ({ namespace, name, dimensions: { HealthCheckId: check.id } })),
  );
}

function isHere({ principal, route }: Call, { account }: HealthCheck): boolean {
  return account === principal.account && route.region === globalRegion;
}

/** Full minutes since it was made, oldest first. */
function minutes({ now, world }: Call, { id, createdAt }: HealthCheck): number[] {
  const last = Math.floor(now / minute) * minute;
  const count = world.probed.has(id) ? 1 : kept;
  const all = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * minute);
  return all.filter((at) => at >= createdAt);
}
