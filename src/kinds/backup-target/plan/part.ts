// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { Step } from '../../../core/step.ts';

/** A plan for one part of the whole: the bucket, the user, the key. */
export interface Part<S extends Step> {
  readonly steps: readonly S[];
  readonly hold?: Hold;
  /** What these steps made is looked at before anything else is done. */
  readonly lookFirst?: true;
}

/** A person must act; the message ends with what to do. */
export function blocked(reason: string, message: string, by: { readonly kind: string; readonly id: string }): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

export function waiting(reason: string, message: string, lookAgainAfterMs: number): Hold {
  return { why: 'Waiting', reason, message, lookAgainAfterMs };
}
