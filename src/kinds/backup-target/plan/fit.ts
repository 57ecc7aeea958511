// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { Hold } from '../../../core/plan.ts';
import { unfit, unfitToAdopt } from '../fit.ts';
import type { Observed } from '../observed.ts';
import type { BucketStep } from '../steps.ts';
import type { Part } from './part.ts';
import type { Words } from './words.ts';

/** A bucket that does not suit backups is not taken over: nothing in it is changed, and what is wrong is said. */
export function onlyIfFit(
  part: Part<BucketStep>,
  { spec, observed, words }: { spec: BackupTargetSpec; observed: Observed; words: Words },
): Part<BucketStep> {
  const { bucket } = observed;
  if (part.hold || bucket.found !== 'here' || words.ownershipOf(bucket.settings.tags) === 'mine') return part;
  const hold = unfitToAdopt(spec, observed);
  return hold ? { steps: [], hold } : part;
}

/** What is not there yet, and a key that reaches AWS just now, come first; then what breaks backups, whatever the last validation said. */
export function unlessUnfit(spec: BackupTargetSpec, observed: Observed, verdict: true | Hold): true | Hold {
  if (verdict !== true && verdict.why === 'Waiting' && verdict.reason.startsWith('No')) return verdict;
  return unfit(spec, observed) ?? verdict;
}
