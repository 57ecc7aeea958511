// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows. Pure. */
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { Desired, Facts } from '../../core/kind.ts';
import { oneLine } from '../../core/one-line.ts';
import { rfc3339 } from '../../core/time.ts';
import { healthOf, statusOf } from './answers.ts';
import { permissionsVerdict } from '../permissions.ts';
import { toldChange } from './change-state.ts';
import { certificateFacts } from './certificate/facts.ts';
import { certificateWish } from './certificate/wanted.ts';
import { haproxyDesired } from './haproxy/desired.ts';
import { siteFacts } from './sites/facts.ts';
import { sitesWanted } from './sites/of-spec.ts';
import { haproxyFacts } from './haproxy/facts.ts';
import { servingNow } from './serving-now.ts';
import { asFound, failoverSeconds } from './failover-time.ts';
import { ownershipOfType, setsOf } from './name.ts';
import type { Observed } from './observed.ts';
import { contextOf } from './plan/context.ts';
import type { Context } from './plan/part.ts';
import { counts } from './plan/serving.ts';
import { inZone } from './plan/zone.ts';
import { checkOf, type Endpoint } from './wanted-checks.ts';

type Verdict = NonNullable<Facts['conditions']>[number];
type Wish = Desired<GslbEndpointSpec, GslbEndpointStatus>;
type Shown = NonNullable<GslbEndpointStatus['endpoints']>[number];

function checkFacts({ observed }: Context, one: Endpoint, before: Shown | undefined): Partial<Shown> {
  const id = checkOf(observed, one)?.id;
  if (id === undefined) return {};
  const status = statusOf(observed, one);
  const lastFailure = status?.lastFailure ?? before?.lastFailure;
  return {
    healthCheckID: id,
    ...(status && status.checkers > 0 ? { checkersHealthy: `${status.checkersHealthy}/${status.checkers}` } : {}),
    ...(lastFailure === undefined ? {} : { lastFailure: oneLine(lastFailure) }),
    ...(status?.turningSince === undefined ? {} : { turningSince: rfc3339(status.turningSince) }),
  };
}

function endpointFacts(
  context: Context,
  one: Endpoint,
  { serving, takes }: { readonly serving: readonly string[]; readonly takes: number | undefined },
): Shown {
  const { observed, last } = context;
  const before = last.endpoints?.find(({ name }) => name === one.name);
  const health = healthOf(observed, one);
  const since = before?.health === health ? before.since : undefined;
  return {
    name: one.name,
    provider: one.provider,
    ...(one.role === undefined ? {} : { role: one.role }),
    health,
    since: since ?? rfc3339(observed.now),
    serving: serving.includes(one.name),
    ...checkFacts(context, one, before),
    ...(takes === undefined ? {} : { failoverSeconds: takes }),
  };
}

/** Beside Ready, which fewer may be enough for. */
function allHealthy(context: Context): Verdict {
  const type = 'EndpointsHealthy';
  const { spec, observed } = context;
  const bad = spec.endpoints.filter((one) => healthOf(observed, one) === 'Unhealthy').map(({ name }) => name);
  if (bad.length === 0)
    return { type, status: 'True', reason: 'NoneUnhealthy', message: 'No endpoint is known to be unhealthy' };
  const all = bad.length === spec.endpoints.length;
  return {
    type,
    status: 'False',
    reason: all ? 'AllUnhealthy' : 'EndpointsUnhealthy',
    message: all
      ? 'Every endpoint is unhealthy, and Route 53 then answers as if all were healthy: look at the endpoints'
      : `Unhealthy: ${bad.join(', ')}. Look at these endpoints`,
  };
}

/** After a restart nobody knows of a change; where the last one was everywhere, and nothing was under way since, that goes on being so. */
function changeFacts(
  { last, generation }: Pick<Wish, 'last' | 'generation'>,
  observed: Observed,
): Readonly<Record<string, unknown>> {
  const change = toldChange(observed);
  if (change === 'Pending') {
    const id = observed.change === 'Pending' ? observed.changeID : observed.remembered?.id;
    return { changeStatus: 'PENDING', ...(id === undefined ? {} : { changeID: id }) };
  }
  const synced = last.conditions?.some(({ type, status }) => type === 'Synced' && status === 'True') ?? false;
  const calm = synced && last.observedGeneration === generation && last.changeStatus === 'INSYNC';
  return change === 'InSync' || calm ? { changeStatus: 'INSYNC' } : {};
}

/** Changes are known by names: of one that is another's, those of its owner say nothing here. */
function lastChange({ last: { changeStatus } }: Wish): Readonly<Record<string, unknown>> {
  return changeStatus === undefined ? {} : { changeStatus };
}

function zoneFacts(desired: Wish, context: Context, serving: readonly string[]): Readonly<Record<string, unknown>> {
  const placed = inZone(context);
  if (!placed) return {};
  const { observed, fqdn, zone } = placed;
  const ours = ownershipOfType(placed.place, desired.spec.record.type) === 'mine';
  return {
    fqdn,
    zoneID: zone.id,
    serving,
    servingNames: serving.join(', '),
    ...(ours ? changeFacts(desired, observed) : lastChange(desired)),
  };
}

export function facts(desired: Wish, observed: Observed): Facts {
  const { spec } = desired;
  const context = contextOf(desired, observed);
  const placed = inZone(context);
  const { type } = spec.record;
  const ours = placed && ownershipOfType(placed.place, type) === 'mine';
  const serving = ours ? servingNow(spec, observed, setsOf(placed.place, type)) : [];
  const active = spec.endpoints.filter(({ state }) => state === 'Active');
  const haproxy = haproxyFacts(haproxyDesired(desired), observed.haproxy);
  const there = placed ? asFound(spec, observed, placed.fqdn) : spec;
  const takes = new Map(there.endpoints.map((one) => [one.name, failoverSeconds(there, one)]));
  const times = [...takes.values()].flatMap((one) => one ?? []);
  // an empty list and none are one to a person, and two to the API server
  const told = certificateFacts(observed, certificateWish(spec));
  const sites = siteFacts(observed, sitesWanted(desired, observed).wishes, desired.last.begun);
  return {
    fields: {
      ...zoneFacts(desired, context, serving),
      healthy: `${active.filter((one) => counts(context, one)).length}/${active.length}`,
      endpoints: spec.endpoints.map((one) => endpointFacts(context, one, { serving, takes: takes.get(one.name) })),
      ...(times.length > 0 ? { failoverSeconds: Math.max(...times) } : {}),
      ...(observed.checkerRanges.length > 0 ? { checkerRanges: observed.checkerRanges } : {}),
      ...(told.length > 0 ? { certificates: told } : {}),
      ...haproxy.fields,
      ...(sites.length > 0 ? { sites } : {}),
    },
    conditions: [
      allHealthy(context),
      ...(haproxy.conditions ?? []),
      ...(spec.sites ? [permissionsVerdict(desired.last, observed.rights)] : []),
    ],
  };
}
