// SPDX-License-Identifier: GPL-3.0-or-later
import { conditionOf, type Condition, type Verdict } from './conditions.ts';
import { Failure } from './failure.ts';
import type { Hold } from './plan.ts';

/** What a look ended with, in the words the conditions are made of. */
export interface Findings {
  readonly serving: true | Hold;
  /** What stops or delays the work; absent when nothing does. */
  readonly hold?: Hold;
  /** Changes that are still to be made (probes not counted). */
  readonly pending: readonly string[];
  /** True when this operator makes them now, false when the policy only shows them. */
  readonly applying: boolean;
  readonly absent: boolean;
  /** Why they are not made, where that is neither a hold nor a failure. */
  readonly because?: { readonly reason: string; readonly message: string };
}

function synced({ hold, pending, applying, absent, because }: Findings): Verdict {
  const type = 'Synced';
  if (hold) return { type, status: 'False', reason: hold.reason, message: hold.message };
  if (pending.length === 0)
    return {
      type,
      status: 'True',
      reason: 'Applied',
      message: absent ? 'Everything is gone' : 'The cloud is as the spec says',
    };
  const list = pending.join(', ');
  return applying
    ? { type, status: 'False', reason: absent ? 'Deleting' : 'Applying', message: `Now: ${list}` }
    : {
        type,
        status: 'False',
        reason: 'ChangesPending',
        message: `Not changed, as managementPolicy says: ${list}. Set managementPolicy: Apply to make these changes`,
        ...because,
      };
}

/** All is applied and it does not work: somebody must act as much as where a step is held. */
function broken({ serving, pending, absent }: Findings): Hold | undefined {
  return serving !== true && serving.why === 'Blocked' && pending.length === 0 && !absent ? serving : undefined;
}

/** kstatus: `Reconciling` while it moves by itself, `Stalled` while somebody must act. */
function motion(findings: Findings): Verdict[] {
  const { pending, applying } = findings;
  const hold = findings.hold ?? broken(findings);
  const blocked = hold?.why === 'Blocked';
  const moving = !blocked && (hold?.why === 'Waiting' || (applying && pending.length > 0));
  const why = hold ?? { reason: 'Applying', message: pending.join(', ') };
  return [
    moving
      ? { type: 'Reconciling', status: 'True', reason: why.reason, message: why.message }
      : { type: 'Reconciling', status: 'False', reason: 'Settled', message: '' },
    blocked
      ? { type: 'Stalled', status: 'True', reason: why.reason, message: why.message }
      : { type: 'Stalled', status: 'False', reason: 'NotStalled', message: '' },
  ];
}

function ready({ serving, hold, absent }: Findings): Verdict {
  const type = 'Ready';
  if (absent) return { type, status: 'False', reason: 'Deleting', message: hold?.message ?? 'It is being taken away' };
  if (serving === true) {
    return {
      type,
      status: 'True',
      reason: 'Available',
      message: 'It works: the last look and the last validation were good',
    };
  }
  // "not there yet" is the lesser half of the story when somebody has to act first
  const { reason, message } = hold?.why === 'Blocked' ? hold : serving;
  return { type, status: 'False', reason, message };
}

export function verdictsOf(findings: Findings): Verdict[] {
  return [ready(findings), synced(findings), ...motion(findings)];
}

/** Transient failures leave Ready alone for this many tries: a single time-out is no outage. */
const triesBeforeDoubt = 3;

/** A look that failed. */
interface FailedLook {
  /** How many looks in a row have failed before it. */
  readonly attempt: number;
  readonly absent: boolean;
  readonly generation: number;
  /** The plan's verdict, when the look came that far. */
  readonly serving?: true | Hold;
}

function readyInDoubt(
  failure: Failure,
  before: readonly Condition[],
  { attempt, absent, generation, serving }: FailedLook,
): Verdict {
  const { reason } = failure;
  const message = patient(failure);
  const type = 'Ready';
  // some of it may be gone already, whatever was true before
  if (absent) return { type, status: 'False', reason: 'Deleting', message };
  // what was just seen not to work is no matter of doubt
  if (serving !== undefined && serving !== true)
    return { type, status: 'False', reason: serving.reason, message: serving.message };
  const old = conditionOf(before, type);
  // what was said of an older spec is not repeated in the name of the new one
  return attempt >= triesBeforeDoubt || !old || (old.observedGeneration ?? generation) !== generation
    ? { type, status: 'Unknown', reason, message }
    : { type, status: old.status, reason: old.reason, message: old.message };
}

/** A reader must know that nothing is asked of them. */
function patient({ message }: Failure): string {
  return `${message.replace(/\.$/, '')}. It is tried again by itself.`;
}

function transient(failure: Failure, before: readonly Condition[], look: FailedLook): Verdict[] {
  const { reason } = failure;
  const message = patient(failure);
  return [
    readyInDoubt(failure, before, look),
    { type: 'Synced', status: 'Unknown', reason, message },
    { type: 'Reconciling', status: 'True', reason, message },
    { type: 'Stalled', status: 'False', reason: 'NotStalled', message: '' },
  ];
}

/** Conditions after a failure; see the table "Outcomes" in docs/architecture.md. */
export function verdictsOfFailure(thrown: unknown, before: readonly Condition[], look: FailedLook): Verdict[] {
  if (!(thrown instanceof Failure)) {
    const message = 'The operator met an error of its own; its log has the details. Please report it if it stays';
    return transient(new Failure({ class: 'Transient', reason: 'InternalError', message }), before, {
      ...look,
      attempt: triesBeforeDoubt,
    });
  }
  if (thrown.class === 'Transient' || thrown.class === 'Fenced') return transient(thrown, before, look);
  const { reason, message } = thrown;
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: 'Synced', status: 'False', reason, message },
    { type: 'Reconciling', status: 'False', reason, message: '' },
    { type: 'Stalled', status: 'True', reason, message },
  ];
}
