// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Deletion: first what is answered, then, once no name server knows of it any more, the health checks, and last the owner record, which as
 * long as it is there lets a look after a crash find out how far things are. Pure.
 */
import { markIn } from '../marks.ts';
import { ownershipOfType, ownMark, recordTypes, setsOf } from '../name.ts';
import type { GslbStep } from '../steps.ts';
import { checkTarget, deleteCheck, ourChecks } from './checks.ts';
import { done, type Context, type InZone, type Part } from './part.ts';
import { confirmRecords, removal } from './records.ts';
import { settling } from './settling.ts';
import { ambiguous, inZone } from './zone.ts';

function hasMade({ observed, last }: Context): boolean {
  return ourChecks(observed).length > 0 || last.changeStatus !== undefined;
}

const only = (step: GslbStep | undefined): Part | undefined => step && { steps: [step] };

export function planAbsent(context: Context): Part {
  const placed = inZone(context);
  const unknown = ambiguous(context);
  // what was made may be in any of them, and records go before what they use
  if (unknown && hasMade(context)) return done(unknown);
  return context.spec.deletionPolicy === 'Retain' ? release(context, placed) : takeAway(context, placed);
}

function marksOf({ place }: InZone) {
  return recordTypes.flatMap((type) => ownMark(place, type) ?? []);
}

function setsOfOurs({ place }: InZone) {
  return recordTypes.filter((type) => ownershipOfType(place, type) === 'mine').flatMap((type) => setsOf(place, type));
}

/** What has no mark yet stays as well, and is nobody's. */
function release({ observed }: Context, placed: InZone | undefined): Part {
  const records = placed && removal(placed, 'ReleaseRecords', marksOf(placed));
  const checks = ourChecks(observed).flatMap(({ id, tags = {} }): GslbStep[] => {
    const mark = markIn(tags);
    const target = checkTarget(tags['hybridcloud.dev/endpoint'] ?? id);
    return Object.keys(mark).length === 0
      ? []
      : [{ do: 'ReleaseHealthCheck', effect: 'update', target, check: id, tags: mark }];
  });
  return { steps: [...(records ? [records] : []), ...checks] };
}

function takeAway(context: Context, placed: InZone | undefined): Part {
  const checks = ourChecks(context.observed);
  if (!placed) return { steps: checks.map(deleteCheck) };
  const sets = setsOfOurs(placed);
  const marks = marksOf(placed);
  if (sets.length > 0)
    return only(removal(placed, 'DeleteRecords', checks.length > 0 ? sets : [...sets, ...marks])) ?? done();
  if (checks.length === 0) return only(removal(placed, 'DeleteOwnerRecord', marks)) ?? done();
  // without a mark there never were records, or somebody else took them away
  if (marks.length === 0) return { steps: checks.map(deleteCheck) };
  if (context.observed.change === 'Unknown') return only(confirmRecords(placed)) ?? done();
  const hold = settling(placed);
  return hold ? done(hold) : { steps: checks.map(deleteCheck) };
}
