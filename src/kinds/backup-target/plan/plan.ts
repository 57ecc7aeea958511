// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../../api/backup-target.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Hold, Plan } from '../../../core/plan.ts';
import type { Observed } from '../observed.ts';
import type { BackupTargetStep } from '../steps.ts';
import { planAbsent } from './absent.ts';
import { planAccessKey } from './access-key.ts';
import { knownKeys, rememberedIn } from './keys.ts';
import { permissionHold } from './permissions.ts';
import { planRotation } from './rotate.ts';
import { rotationOf } from './rotation.ts';
import { planBucket } from './bucket.ts';
import { waiting } from './part.ts';
import { quotaHold } from './quotas.ts';
import { onlyIfFit, unlessUnfit } from './fit.ts';
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
  const remembered = rememberedIn(last);
  const verdict = unlessUnfit(spec, observed, serving(observed, spec.validation.intervalSeconds * 1000));
  if (absent) return { ...planAbsent({ spec, observed, words, remembered }), serving: verdict };
  const parts = [
    onlyIfFit(planBucket(spec, observed, words), { spec, observed, words }),
    planUser(spec, observed, words),
    planAccessKey(spec, observed, remembered),
  ];
  const all = parts.flatMap((part): readonly BackupTargetStep[] => part.steps);
  const full = quotaHold(all, observed) ?? permissionHold(all, observed);
  if (full && !parts.some(({ hold }) => hold)) return { steps: [], hold: full, serving: inDoubt(verdict, full) };
  const steps: BackupTargetStep[] = [];
  for (const part of parts) {
    if (part.hold) return { steps, hold: part.hold, serving: inDoubt(verdict, part.hold) };
    steps.push(...part.steps);
    if (part.lookFirst) return { steps, serving: verdict };
  }
  if (steps.length > 0 || deliveredAt(observed.secret) === undefined) return { steps, serving: verdict };
  return { ...atWork(desired, observed, verdict === true), serving: verdict };
}

/** Everything is there. The key is tried now and then, and replaced when its time comes. */
function atWork(
  { spec, annotations, last }: Desired<BackupTargetSpec, BackupTargetStatus>,
  observed: Observed,
  works: boolean,
): Omit<Plan<BackupTargetStep>, 'serving'> {
  const { secret, account, now } = observed;
  const rotation = rotationOf({ spec, annotations, observed, ours: knownKeys(observed, rememberedIn(last)) });
  const due = validationDue(observed, spec.validation.intervalSeconds * 1000, rotation);
  const key = secret.found === 'ours' ? secret.delivered?.key : undefined;
  if (now >= due && key !== undefined) {
    const bucket = spec.bucket.name;
    const probe = {
      do: 'ValidateAccess',
      effect: 'probe',
      bucket,
      account,
      secret: spec.accessKey.secretRef.name,
      prefix: spec.user.prefix,
      key,
      target: `bucket ${bucket}`,
    } as const;
    return { steps: [probe] };
  }
  const { steps, wait, due: turn = due } = planRotation(rotation, { spec, observed, works });
  // steps that a probe of this very look made possible are done at once, not at the next validation
  const next = steps.length > 0 ? now : Math.min(due, turn);
  return { steps, due: next, ...(wait ? { hold: until(next, now, wait) } : {}) };
}

/** Looked at again, and in a preview gone on with, when there is something to do next. */
function until(
  next: number,
  now: number,
  { reason, message }: { readonly reason: string; readonly message: string },
): Hold {
  const ms = Math.max(1000, next - now);
  return { ...waiting(reason, message, ms), until: { happens: 'Elapsed', seconds: Math.ceil(ms / 1000) } };
}

/** While somebody has to act first nothing is validated, and what is not proven any more is not said to work. */
function inDoubt(verdict: true | Hold, hold: Hold): true | Hold {
  return verdict === true && hold.why === 'Blocked' ? hold : verdict;
}
