// SPDX-License-Identifier: GPL-3.0-or-later
/** Health checks: made before the records use them, taken away once no name server knows of a record that does. Pure. */
import type { HealthCheck } from '../../../clouds/aws/route53/health-check.ts';
import type { Hold } from '../../../core/plan.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import type { CheckStep } from '../steps.ts';
import {
  checkOf,
  isOurs,
  referenceOf,
  sameSettings,
  tagsFor,
  wantedSettings,
  type Endpoint,
} from '../wanted-checks.ts';
import { blocked, type Context, type InZone } from './part.ts';

export const checkTarget = (name: string) => `health check of ${name}`;

function hasTags({ tags = {} }: HealthCheck, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}

function stepsFor({ spec, observed, fqdn }: InZone, one: Endpoint): CheckStep[] {
  if (!one.healthCheck) return [];
  const settings = wantedSettings(spec, observed, one);
  // its children come first
  if (!settings) return [];
  const target = checkTarget(one.name);
  const found = checkOf(observed, one);
  if (!found)
    return [
      {
        do: 'CreateHealthCheck',
        effect: 'create',
        target,
        endpoint: one.name,
        reference: referenceOf(observed.owner, one.name, one.healthCheck),
        settings,
        once: `health-check:${one.name}`,
        repeatable: true,
      },
    ];
  const tags = tagsFor(observed.owner, fqdn, one);
  return [
    ...(hasTags(found, tags)
      ? []
      : [{ do: 'TagHealthCheck', effect: 'update', target, check: found.id, tags } as const]),
    ...(sameSettings(found.settings, settings)
      ? []
      : [{ do: 'UpdateHealthCheck', effect: 'update', target, check: found, settings } as const]),
  ];
}

/** Also of drained endpoints: they come back at once. */
export function planChecks(context: InZone): readonly CheckStep[] {
  return context.spec.endpoints.flatMap((one) => stepsFor(context, one));
}

/** Where the spec names the zone by its id the API server does not know the name that is answered, and could not refuse it. */
export function itselfHold({ spec, fqdn }: InZone): Hold | undefined {
  const one = spec.endpoints.find(({ healthCheck }) => healthCheck?.host === fqdn);
  return (
    one &&
    blocked(
      'ChecksItself',
      `healthCheck.host of endpoint ${one.name} is ${fqdn}, the name that this object answers: it would check whatever is answered at the time, and nothing is changed. Give the endpoint a name of its own, e.g. ${one.name}.${fqdn.slice(fqdn.indexOf('.') + 1)}.`,
      [{ kind: 'RecordSet', id: fqdn }],
    )
  );
}

/** AWS would refuse one in the middle of the work (Developer Guide, "Quotas": 200 health checks an account). */
export function roomHold({ observed: { room } }: Context, steps: readonly CheckStep[]): Hold | undefined {
  const more = steps.filter((step) => step.do === 'CreateHealthCheck').length;
  if (!room || more === 0 || room.have + more <= room.most) return undefined;
  return blocked(
    'QuotaReached',
    `${more} health checks are needed, and the account has ${room.have} of at most ${room.most}: nothing was begun. Ask AWS to raise the quota (Service Quotas), or free some.`,
    [{ kind: 'Quota', id: 'MAX_HEALTH_CHECKS_BY_OWNER' }],
  );
}

/** Calculated ones before those that they count: AWS deletes none that is in use by one. */
function inOrder(a: HealthCheck, b: HealthCheck): number {
  const rank = ({ settings }: HealthCheck) => (settings.type === 'Calculated' ? 0 : 1);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}

export function deleteCheck({ id, tags = {} }: HealthCheck): CheckStep {
  const endpoint = tags['hybridcloud.dev/endpoint'];
  const target = endpoint === undefined ? `health check ${id}` : `${checkTarget(endpoint)} (${id})`;
  return { do: 'DeleteHealthCheck', effect: 'delete', target, check: id, routine: true };
}

/** Ours, and not of the spec any more: replaced, or of an endpoint that is gone. */
export function surplusChecks({ spec, observed }: Context): readonly HealthCheck[] {
  const kept = new Set(spec.endpoints.map((one) => checkOf(observed, one)?.id));
  return ourChecks(observed).filter(({ id }) => !kept.has(id));
}

export function ourChecks({ checks, owner }: Context['observed']): readonly HealthCheck[] {
  return checks.filter((one) => isOurs(one, owner)).toSorted(inOrder);
}
