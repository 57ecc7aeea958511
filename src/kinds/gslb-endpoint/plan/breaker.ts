// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What writes a GslbEndpoint may fail: a list that was read from somewhere comes back empty, or half of it. So one change takes no more of
 * what is answered away than `safety.maxRemovedPercent`; drained endpoints are not taken away, they were asked to rest. Pure.
 */
import { allowance, isAllowed } from '../../../core/brake.ts';
import type { Hold } from '../../../core/plan.ts';
import type { RecordSet } from '../../../clouds/aws/route53/route53.ts';
import { ownershipOfType, recordTypes, setsOf, valuesOf } from '../name.ts';
import type { Endpoint } from '../wanted-checks.ts';
import { identifierOf } from '../wanted-records.ts';
import { blocked, type InZone } from './part.ts';

interface Share {
  readonly of: number;
  readonly removed: number;
}

/** Ours, of whatever type: another type is no way around. */
function answered({ place }: InZone): readonly RecordSet[] {
  const types = recordTypes.filter((type) => ownershipOfType(place, type) === 'mine');
  return types.flatMap((type) => setsOf(place, type));
}

/** An alias is one answer. */
const answersIn = (set: RecordSet) => Math.max(1, valuesOf(set).length);
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Under other policies than Simple each endpoint has a record set. */
function removedSets({ spec }: InZone, have: readonly RecordSet[]): Share {
  const stays = new Set(spec.endpoints.map(identifierOf));
  return { of: have.length, removed: have.filter(({ setIdentifier = '' }) => !stays.has(setIdentifier)).length };
}

/** Another target is no removal; fewer addresses of one that is answered are. */
function removedFrom(set: RecordSet, { state, target }: Endpoint): number {
  const fewer = 'values' in set.data && state === 'Active' ? target.addresses : undefined;
  return fewer ? Math.max(0, answersIn(set) - fewer.length) : 0;
}

function removedAnswers({ spec }: InZone, have: readonly RecordSet[]): Share {
  const removed = have.map((set) => {
    const endpoint = spec.endpoints.find((one) => identifierOf(one) === set.setIdentifier);
    return endpoint ? removedFrom(set, endpoint) : answersIn(set);
  });
  return { of: sum(have.map(answersIn)), removed: sum(removed) };
}

/** Among the addresses of one answer nobody knows which took the place of which. */
function fewerAnswers({ spec }: InZone, have: readonly RecordSet[]): Share {
  const of = sum(have.map(answersIn));
  const wanted = sum(spec.endpoints.map(({ target }) => target.addresses?.length ?? 1));
  return { of, removed: Math.max(0, of - wanted) };
}

function sharesOf(context: InZone, have: readonly RecordSet[]): readonly Share[] {
  const simple = context.spec.policy === 'Simple' || have.some(({ policy }) => policy.type === 'Simple');
  return simple ? [fewerAnswers(context, have)] : [removedSets(context, have), removedAnswers(context, have)];
}

export function breakerHold(context: InZone): Hold | undefined {
  const { spec, annotations, observed } = context;
  const most = spec.safety.maxRemovedPercent;
  const beyond = sharesOf(context, answered(context)).find((share) => share.removed * 100 > share.of * most);
  if (!beyond || isAllowed(annotations, observed.now)) return undefined;
  const { of, removed } = beyond;
  return blocked(
    'TooManyRemoved',
    `The spec would take ${removed} of the ${of} that are answered away, and safety.maxRemovedPercent is ${most}: nothing is changed. Correct what writes the endpoints; if they are right, annotate this object with ${allowance}: <time, RFC 3339, at most 24 hours ahead>.`,
    [{ kind: 'Annotation', id: allowance }],
  );
}
