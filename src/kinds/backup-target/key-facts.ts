// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows of the access keys. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { AccessKey } from '../../clouds/aws/iam/users.ts';
import type { Verdict } from '../../core/conditions.ts';
import type { Desired } from '../../core/kind.ts';
import type { ProbeResult } from '../../core/step.ts';
import { milliseconds, rfc3339 } from '../../core/time.ts';
import type { Observed, Validation } from './observed.ts';
import { knownKeys, rememberedIn } from './plan/keys.ts';
import { rotationOf, type Rotation, type RotationContext } from './plan/rotation.ts';
import { serving, trialOf } from './plan/serving.ts';
import { keyRotation } from './rotation-told.ts';

type KeyStatus = NonNullable<BackupTargetStatus['accessKey']>;
type Of = Desired<BackupTargetSpec, BackupTargetStatus>;

const shown = ({ id, createdAt }: AccessKey) => ({ id, createdAt: rfc3339(createdAt) });

function written(trial: Validation): NonNullable<NonNullable<KeyStatus['pending']>['trial']> {
  const { lastTime, outcome, reason, message, consecutiveFailures } = trial;
  return {
    lastTime: rfc3339(lastTime),
    outcome,
    consecutiveFailures,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message: message.slice(0, 512) }),
  };
}

/** One whose place in the Secret was cut out stays written down until it is gone. */
function pendingOf(
  { secret, keys, proof }: Observed,
  current: string,
  last: KeyStatus | undefined,
): Pick<KeyStatus, 'pending'> {
  const id = secret.found === 'ours' ? secret.pending?.delivered?.key : undefined;
  const left = last?.pending;
  if (id === undefined)
    return left && left.id !== current && keys.some((key) => key.id === left.id) ? { pending: left } : {};
  const key = keys.find((one) => one.id === id);
  const trial = proof?.key === id ? { trial: written(proof) } : {};
  return { pending: { id, ...(key ? { createdAt: rfc3339(key.createdAt) } : {}), ...trial } };
}

function previousOf(rotation: Rotation): Pick<KeyStatus, 'previous'> {
  if (!('previous' in rotation) || !rotation.previous) return {};
  const times =
    rotation.stage === 'overlap'
      ? { deactivateAt: rfc3339(rotation.until) }
      : rotation.stage === 'retiring'
        ? { deleteAt: rfc3339(rotation.until) }
        : {};
  return { previous: { ...shown(rotation.previous), ...times } };
}

/** With no key in the Secret the last ones stay written down: else nobody knew any more that they are ours to take away. */
function accessKeyOf(desired: Of, observed: Observed, rotation: Rotation): { accessKey?: KeyStatus } {
  const { secret, keys } = observed;
  const { last } = desired;
  const current = secret.found === 'ours' ? keys.find((key) => key.id === secret.delivered?.key) : undefined;
  if (!current) return last.accessKey ? { accessKey: last.accessKey } : {};
  const at = rotation.stage === 'scheduled' ? rotation.at : undefined;
  const next = at === undefined || !Number.isFinite(at) ? {} : { nextRotation: rfc3339(at) };
  return {
    accessKey: {
      ...shown(current),
      ...next,
      ...pendingOf(observed, current.id, last.accessKey),
      ...previousOf(rotation),
    },
  };
}

/** A pending key's proof goes on as the validation of the key that it became. */
function validationOf(last: BackupTargetStatus, observed: Observed): Pick<BackupTargetStatus, 'validation'> {
  const trial = trialOf(observed);
  if (trial && trial === observed.proof) return { validation: { ...written(trial), key: trial.key } };
  return last.validation ? { validation: last.validation } : {};
}

export interface KeyFacts {
  readonly fields: Pick<BackupTargetStatus, 'accessKey' | 'validation'>;
  readonly condition: Verdict;
}

export function keyFacts(desired: Of, observed: Observed): KeyFacts {
  const { spec, annotations, last } = desired;
  const context: RotationContext = { spec, annotations, observed, ours: knownKeys(observed, rememberedIn(last)) };
  const rotation = rotationOf(context);
  return {
    fields: { ...accessKeyOf(desired, observed, rotation), ...validationOf(last, observed) },
    condition: keyRotation(rotation, context, serving(observed, spec.validation.intervalSeconds * 1000) === true),
  };
}

/** The trial of the pending key that a status tells of. */
export function proofIn({ accessKey }: BackupTargetStatus): Pick<Observed, 'proof'> {
  const { id, trial } = accessKey?.pending ?? {};
  return id === undefined || !trial
    ? {}
    : { proof: { ...trial, key: id, lastTime: milliseconds(trial.lastTime) || 0 } };
}

/** A trial as it is kept, from its result and the one before it. */
export function trialFrom(result: ProbeResult, before: Validation | undefined, now: number): Validation {
  const about = { ...(result.of === undefined ? {} : { key: result.of }), lastTime: milliseconds(rfc3339(now)) };
  if (result.outcome === 'Succeeded') return { ...about, outcome: 'Succeeded', consecutiveFailures: 0 };
  const { reason, message } = result;
  const failures = before?.key === result.of || before?.key === undefined ? (before?.consecutiveFailures ?? 0) : 0;
  return { ...about, outcome: 'Failed', reason, message: message.slice(0, 1024), consecutiveFailures: failures + 1 };
}
