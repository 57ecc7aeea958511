// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether the name works now. Pure. */
import type { Hold } from '../../../core/plan.ts';
import { oneLine } from '../../../core/one-line.ts';
import { healthOf, statusOf } from '../answers.ts';
import { toldChange } from '../change-state.ts';
import { servingNow } from '../serving-now.ts';
import { ownershipOfType, setsOf } from '../name.ts';
import type { Endpoint } from '../wanted-checks.ts';
import { waiting, type Context, type InZone } from './part.ts';
import { inZone } from './zone.ts';

const active = ({ spec }: Context) => spec.endpoints.filter(({ state }) => state === 'Active');

/** Healthy, not checked, or of a check that nobody but Route 53 can know of: an alarm's. */
export function counts({ observed }: Context, one: Endpoint): boolean {
  const health = healthOf(observed, one);
  const hidden = one.healthCheck?.type === 'CloudWatchAlarm' || one.healthCheck?.type === 'Calculated';
  return health === 'Healthy' || health === 'NotChecked' || (health === 'Unknown' && hidden);
}

function trouble({ observed }: Context, one: Endpoint): string {
  const status = statusOf(observed, one);
  if (healthOf(observed, one) !== 'Unhealthy') return `${one.name}: no checker has said anything yet`;
  const why = status?.lastFailure === undefined ? '' : `, most of them say: ${oneLine(status.lastFailure)}`;
  return `${one.name} is unhealthy${why}`;
}

/** By GetChange or, after a restart, by having been answered before. */
function isAnswered({ observed, last }: InZone): boolean {
  const ready = last.conditions?.find(({ type }) => type === 'Ready');
  return toldChange(observed) !== 'Pending' || ready?.status === 'True';
}

export function serving(context: Context): true | Hold {
  const placed = inZone(context);
  const sets = placed ? setsOf(placed.place, context.spec.record.type) : [];
  if (!placed || sets.length === 0 || ownershipOfType(placed.place, context.spec.record.type) !== 'mine')
    return waiting('NoRecords', 'The name has no records of this object yet');
  if (!isAnswered(placed)) return waiting('ChangePending', 'Route 53 is taking the records to its name servers');
  return health(context, servingNow(context.spec, context.observed, sets));
}

function health(context: Context, answered: readonly string[]): true | Hold {
  const all = active(context);
  const good = all.filter((one) => counts(context, one));
  const { healthyEndpoints: least } = context.spec.readiness;
  if (good.length >= least) return true;
  const bad = all.filter((one) => !counts(context, one));
  const reasons = bad.map((one) => trouble(context, one)).join('; ');
  const told = bad.filter((one) => healthOf(context.observed, one) === 'Unhealthy');
  if (told.length === all.length)
    return waiting(
      'AllUnhealthy',
      `Every endpoint is unhealthy, and Route 53 then answers as if all were healthy: ${answered.join(', ')}. ${reasons}. Look at the endpoints, and whether their firewalls let status.checkerRanges in.`,
    );
  return waiting(
    told.length > 0 ? 'EndpointsUnhealthy' : 'HealthUnknown',
    `${good.length} of ${all.length} endpoints are healthy, and readiness.healthyEndpoints is ${least}: ${reasons}. Look at the endpoints, and whether their firewalls let status.checkerRanges in.`,
  );
}
