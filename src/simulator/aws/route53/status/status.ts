// SPDX-License-Identifier: GPL-3.0-or-later
/** Sources: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy"; API_HealthCheckConfig. */
import { truth } from '../../../kernel/versioned.ts';
import type { Route53State } from '../state.ts';
import type { HealthCheck } from '../state.ts';
import { findings, toldOf, type Finding } from './findings.ts';

/** What the status is made of. */
export interface HealthWorld {
  readonly state: { readonly route53: Route53State };
  /** What real probes have found, by check. */
  readonly probed: ReadonlyMap<string, readonly Finding[]>;
}

/** More than 18 % of the checkers must think so. */
const enough = 0.18;

export function findingsOf(world: HealthWorld, check: HealthCheck, now: number): readonly Finding[] {
  const { route53 } = world.state;
  const told = toldOf(route53, check) !== undefined;
  return (told ? undefined : world.probed.get(check.id)) ?? findings(route53, check, now);
}

/** As DNS sees it. A check that was deleted keeps its last status; one that never was counts as healthy. */
export function isHealthy(world: HealthWorld, id: string, now: number): boolean {
  const { checks, lastStatus } = world.state.route53;
  const check = truth(checks.get(id));
  if (!check) return lastStatus.get(id) ?? true;
  const { inverted, disabled } = check.config;
  return (disabled || observed(world, check, now)) !== inverted;
}

function observed(world: HealthWorld, check: HealthCheck, now: number): boolean {
  const { type, children = [], healthThreshold = 0 } = check.config;
  if (type === 'CALCULATED') return children.filter((child) => isHealthy(world, child, now)).length >= healthThreshold;
  if (type === 'CLOUDWATCH_METRIC') return alarmHealthy(world.state.route53, check, now);
  return endpointHealthy(world, check, now);
}

/** What was found out last: many queries come in one millisecond, and ask the same. */
const known = new WeakMap<
  HealthCheck,
  { readonly now: number; readonly basis: unknown; readonly size: number; readonly healthy: boolean }
>();

function endpointHealthy(world: HealthWorld, check: HealthCheck, now: number): boolean {
  const basis = toldOf(world.state.route53, check) ?? world.probed.get(check.id);
  const size = basis?.length ?? 0;
  const last = known.get(check);
  if (last?.now === now && last.basis === basis && last.size === size) return last.healthy;
  const all = findingsOf(world, check, now);
  const healthy = all.filter((finding) => finding.healthy).length > enough * all.length;
  known.set(check, { now, basis, size, healthy });
  return healthy;
}

/** Without any last known status a check counts as healthy (API_HealthCheckConfig, "InsufficientDataHealthStatus"). */
function alarmHealthy({ alarms }: Route53State, { config }: HealthCheck, now: number): boolean {
  const { alarm, insufficient } = config;
  const told = (alarms.get(`${alarm?.region ?? ''}/${alarm?.name ?? ''}`) ?? []).filter(({ from }) => from <= now);
  const current = told.at(-1)?.state ?? 'INSUFFICIENT_DATA';
  if (current !== 'INSUFFICIENT_DATA') return current === 'OK';
  if (insufficient !== 'LastKnownStatus') return insufficient !== 'Unhealthy';
  return told.findLast(({ state }) => state !== 'INSUFFICIENT_DATA')?.state !== 'ALARM';
}
