// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../../api/backup-target.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Hold, Plan } from '../../../core/plan.ts';
import { milliseconds } from '../../../core/time.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep } from '../steps.ts';
import { planAbsent } from './absent.ts';
import { planAccessKey } from './access-key.ts';
import { planBucket } from './bucket.ts';
import { deliveredAt, serving, validationDue } from './serving.ts';
import { planUser } from './user.ts';
import { wordsFor } from './words.ts';

/** Bucket, then user, then key; nobody gets a key to a bucket that is not there or not ours. Then the proof that it works. */
export function plan(
  desired: Desired<BackupTargetSpec, BackupTargetStatus>,
  observed: Observed,
): Plan<BackupTargetStep> {
  const { spec, annotations, last, absent } = desired;
  const words = wordsFor(observed, annotations);
  const known = last.accessKey && { id: last.accessKey.id, createdAt: milliseconds(last.accessKey.createdAt) };
  const verdict = serving(observed);
  if (absent) return { ...planAbsent({ spec, observed, words, ...(known ? { known } : {}) }), serving: verdict };
  const parts = [
    planBucket(spec, observed, words),
    planUser(spec, observed, words),
    planAccessKey(spec, observed, known),
  ];
  const steps: BackupTargetStep[] = [];
  for (const part of parts) {
    if (part.hold) return { steps, hold: part.hold, serving: inDoubt(verdict, part.hold) };
    steps.push(...part.steps);
    if (part.lookFirst) return { steps, serving: verdict };
  }
  const { secret, account, now } = observed;
  const delivered = deliveredAt(secret);
  if (steps.length > 0 || delivered === undefined) return { steps, serving: verdict };
  const due = validationDue(observed, spec.validation.intervalSeconds * 1000);
  if (now < due) return { steps, serving: verdict, due };
  const bucket = spec.bucket.name;
  const probe = {
    do: 'ValidateAccess',
    effect: 'probe',
    bucket,
    account,
    secret: spec.accessKey.secretRef.name,
    prefix: spec.user.prefix,
    target: `bucket ${bucket}`,
  } as const;
  return { steps: [probe], serving: verdict };
}

/** While somebody has to act first nothing is validated, and what is not proven any more is not said to work. */
function inDoubt(verdict: true | Hold, hold: Hold): true | Hold {
  return verdict === true && hold.why === 'Blocked' ? hold : verdict;
}
