// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What writes a GslbEndpoint may fail: a list that was read from somewhere comes back empty, or half of it. So one change takes no more of
 * what is answered away than `safety.maxRemovedPercent`; drained endpoints are not taken away, they were asked to rest. Pure.
 */
import { allowance, isAllowed } from '../../../core/brake.ts';
import type { Hold } from '../../../core/plan.ts';
import { ownershipOfType, setsOf, valuesOf } from '../name.ts';
import { identifierOf } from '../wanted-records.ts';
import { blocked, type InZone } from './part.ts';

interface Share {
  readonly of: number;
  readonly removed: number;
}

/** Under other policies than Simple each endpoint has a record set; there a change of a set is no removal. */
function removedSets({ spec, place }: InZone): Share {
  const stays = new Set(spec.endpoints.map(identifierOf));
  const have = setsOf(place, spec.record.type).map((one) => one.setIdentifier ?? '');
  return { of: have.length, removed: have.filter((one) => !stays.has(one)).length };
}

/** Among the addresses of one answer nobody knows which took the place of which. */
function fewerAnswers({ spec, place }: InZone): Share {
  const of = setsOf(place, spec.record.type).reduce((sum, one) => sum + Math.max(1, valuesOf(one).length), 0);
  const wanted = spec.endpoints.reduce((sum, { target }) => sum + (target.addresses?.length ?? 1), 0);
  return { of, removed: Math.max(0, of - wanted) };
}

export function breakerHold(context: InZone): Hold | undefined {
  const { spec, place, annotations, observed } = context;
  const sets = setsOf(place, spec.record.type);
  if (ownershipOfType(place, spec.record.type) !== 'mine' || sets.length === 0) return undefined;
  const simple = spec.policy === 'Simple' || sets.some(({ policy }) => policy.type === 'Simple');
  const { of, removed } = simple ? fewerAnswers(context) : removedSets(context);
  const most = spec.safety.maxRemovedPercent;
  if (removed * 100 <= of * most || isAllowed(annotations, observed.now)) return undefined;
  return blocked(
    'TooManyRemoved',
    `The spec would take ${removed} of the ${of} that are answered away, and safety.maxRemovedPercent is ${most}: nothing is changed. Correct what writes the endpoints; if they are right, annotate this object with ${allowance}: <time, RFC 3339, at most 24 hours ahead>.`,
    [{ kind: 'Annotation', id: allowance }],
  );
}
