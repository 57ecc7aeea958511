// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Where the replacement of an access key stands, read off the Secret, the user's keys and the clock. Nothing is remembered elsewhere:
 * a process that starts in the middle sees the same. What to do about it is in rotate.ts; what to say of it in rotation-told.ts.
 *
 * Ages are measured from the later of two times: IAM's creation time and the operator's own note. So a clock that jumps, in either
 * direction, makes a rotation early or late, never twice.
 */
import { annotations as names } from '../../../api/annotations.ts';
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { AccessKey } from '../../../clouds/aws/iam/users.ts';
import { milliseconds } from '../../../core/time.ts';
import type { Observed, OurSecret, Validation } from '../observed.ts';
import { mostKeys, type KeyRole } from './keys.ts';
import { lagMs } from './reservation.ts';
import { nextTrial, trialOf } from './serving.ts';

/** A new key that AWS has refused for so long is no good, and another one is made. */
const hopelessMs = 60 * 60_000;
/** What was refused is tried again after this. */
const refusedMs = 60 * 60_000;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Times in the Secret are whole seconds: this much later no promise is broken by rounding. */
const roundingMs = 1000;

export interface RotationContext {
  readonly spec: BackupTargetSpec;
  readonly annotations: Readonly<Record<string, string>>;
  readonly observed: Observed;
  readonly ours: ReadonlyMap<string, KeyRole>;
}

export type Rotation =
  /** There is no key, or none that works. */
  | { readonly stage: 'none' }
  | { readonly stage: 'scheduled'; readonly at?: number }
  /** Now: a place, and a key into it. */
  | { readonly stage: 'due'; readonly at: number }
  | { readonly stage: 'slotsTaken'; readonly at: number; readonly by: readonly string[] }
  | { readonly stage: 'refused'; readonly message: string; readonly until: number; readonly previous?: AccessKey }
  | {
      readonly stage: 'proving';
      readonly key: string;
      readonly due: number;
      readonly fresh: boolean;
      readonly trial?: Validation;
    }
  /** Made long ago, and never accepted. */
  | { readonly stage: 'hopeless'; readonly key: AccessKey; readonly trial: Validation }
  | { readonly stage: 'proven'; readonly key: string; readonly current: AccessKey }
  /** Both work. */
  | { readonly stage: 'overlap'; readonly previous: AccessKey; readonly until: number }
  | { readonly stage: 'deactivating'; readonly previous: AccessKey }
  /** Inactive, and the whole of AWS may not know yet. */
  | { readonly stage: 'retiring'; readonly previous: AccessKey; readonly until: number }
  /** The new key must be seen to work without the old one. */
  | { readonly stage: 'confirming'; readonly previous: AccessKey; readonly until: number }
  | { readonly stage: 'deleting'; readonly previous: AccessKey }
  | { readonly stage: 'reactivated'; readonly previous: AccessKey };

type Delivered = NonNullable<OurSecret['delivered']>;

/** Since when a key is in use; a note from the future was written by a clock that was set back since. */
function inUseSince(key: AccessKey, { at }: Delivered, now: number): number {
  return at > now ? key.createdAt : Math.max(key.createdAt, at);
}

/** When the key is to be replaced: by the calendar, or because a person said so; the earlier of the two. */
function replacedAt({ spec, annotations }: RotationContext, since: number): number | undefined {
  const days = spec.accessKey.rotationPeriodDays;
  const asked = milliseconds(annotations[names.rotateAfter] ?? '');
  const times = [...(days > 0 ? [since + days * dayMs] : []), ...(since < asked ? [asked] : [])];
  return times.length > 0 ? Math.min(...times) : undefined;
}

export function rotationOf(context: RotationContext): Rotation {
  const { secret, keys } = context.observed;
  if (secret.found !== 'ours' || !secret.delivered || !secret.intact) return { stage: 'none' };
  const { delivered } = secret;
  const current = keys.find(({ id }) => id === delivered.key);
  if (!current?.active) return { stage: 'none' };
  const since = inUseSince(current, delivered, context.observed.now);
  const now: InUse = { ...context, secret, current, since };
  return previousStage(now) ?? pendingStage(now) ?? nextStage(now);
}

/** A key that consumers read, and that is active. */
interface InUse extends RotationContext {
  readonly secret: OurSecret;
  readonly current: AccessKey;
  readonly since: number;
}

function refusalIn({
  secret: { refused },
  observed: { now },
}: InUse): Extract<Rotation, { stage: 'refused' }> | undefined {
  if (!refused || refused.at > now || now - refused.at >= refusedMs) return undefined;
  return { stage: 'refused', message: refused.message, until: refused.at + refusedMs };
}

function nextStage(use: InUse): Rotation {
  const { observed, ours, current, since } = use;
  const at = replacedAt(use, since);
  if (at === undefined) return { stage: 'scheduled' };
  if (observed.now < at) return { stage: 'scheduled', at };
  const refused = refusalIn(use);
  if (refused) return refused;
  const by = observed.keys.filter(({ id }) => id !== current.id && !ours.has(id)).map(({ id }) => id);
  const taken = observed.keys.length >= mostKeys && by.length > 0;
  return taken ? { stage: 'slotsTaken', at, by: by.sort() } : { stage: 'due', at };
}

/** `undefined`: there is none, or it is of no use and another one is made. */
function pendingStage(use: InUse): Rotation | undefined {
  const { pending } = use.secret;
  if (!pending?.delivered || !pending.intact) return undefined;
  const { key: id, at } = pending.delivered;
  const { now, keys, proof } = use.observed;
  const key = keys.find((one) => one.id === id);
  // by a clock that was set back since nobody knows how old it is: old enough to be shown, not old enough to be given up
  const age = at > now ? lagMs : now - at;
  if (!key && age >= lagMs) return undefined;
  const trial = proof?.key === id && proof.lastTime <= now ? proof : undefined;
  return proofStage(use, { id, key, age, trial });
}

interface Candidate {
  readonly id: string;
  /** Absent while IAM does not show it. */
  readonly key: AccessKey | undefined;
  readonly age: number;
  readonly trial: Validation | undefined;
}

function proofStage({ spec, observed, current }: InUse, { id, key, age, trial }: Candidate): Rotation {
  const proven = trial?.outcome === 'Succeeded';
  if (proven && key?.active) return { stage: 'proven', key: id, current };
  if (key && trial?.reason === 'CredentialsRejected' && age >= hopelessMs) return { stage: 'hopeless', key, trial };
  // proven, and not shown yet; or made inactive by somebody, who may think better of it
  const due = proven
    ? observed.now + (key ? 5 * 60_000 : 10_000)
    : nextTrial(trial, spec.validation.intervalSeconds * 1000);
  return { stage: 'proving', key: id, due, fresh: age < lagMs, ...(trial ? { trial } : {}) };
}

/** The way of the old key: works on, is made inactive, is deleted once the new one was seen to work without it. */
function previousStage(use: InUse): Rotation | undefined {
  const { observed, ours, secret, since, spec } = use;
  const previous = observed.keys.find(({ id }) => ours.get(id) === 'previous');
  if (!previous) return undefined;
  // only a note of this very key counts
  const at = secret.retiring?.key === previous.id ? secret.retiring.deactivatedAt : undefined;
  const until = since + spec.accessKey.rotationOverlapHours * hourMs + roundingMs;
  if (at === undefined && observed.now < until) return { stage: 'overlap', previous, until };
  const stage: Rotation =
    at === undefined ? { stage: 'deactivating', previous } : inactiveStage(observed, previous, at);
  const refused = stage.stage === 'deactivating' || stage.stage === 'deleting' ? refusalIn(use) : undefined;
  return refused ? { ...refused, previous } : stage;
}

/** It was made inactive `at`. */
function inactiveStage(observed: Observed, previous: AccessKey, at: number): Rotation {
  const { now } = observed;
  // noted by a clock that was set back since: an inactive key is noted again, an active one is a person's doing
  if (at > now) return { stage: previous.active ? 'reactivated' : 'deactivating', previous };
  const shown = at + lagMs;
  if (now < shown) return { stage: 'retiring', previous, until: shown };
  if (previous.active) return { stage: 'reactivated', previous };
  const trial = trialOf(observed);
  const confirmed = trial?.outcome === 'Succeeded' && trial.lastTime >= shown && trial.lastTime <= now;
  return confirmed ? { stage: 'deleting', previous } : { stage: 'confirming', previous, until: shown };
}
