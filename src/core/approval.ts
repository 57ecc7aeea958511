// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A person approves a set of steps by its hash. The set is frozen in `status.approved` once work on it begins, because what is left of it
 * has another hash. The frozen set must still have the hash that the annotation names: a status that somebody forged allows nothing that
 * the annotation does not. Pure.
 */
import { hashOf } from './plan-hash.ts';

export interface Approved {
  readonly hash: string;
  /** RFC 3339: when work on it began. */
  readonly at: string;
  /** Digests of its steps. */
  readonly steps: readonly string[];
}

/** A status has no room for more. */
export const mostApproved = 100;

export type Approval =
  /** Everything that is planned may be done. */
  | { readonly is: 'given'; readonly approved: Approved }
  | { readonly is: 'needed' }
  /** Another plan was approved than the one that there is. */
  | { readonly is: 'stale' }
  | { readonly is: 'tooLong' };

export interface Question {
  /** Digests of all changes on the way to the goal. */
  readonly digests: readonly string[];
  /** The annotation. */
  readonly asked: string | undefined;
  readonly frozen: Approved | undefined;
  /** RFC 3339. */
  readonly now: string;
}

export function approvalOf({ digests, asked, frozen, now }: Question): Approval {
  if (asked === undefined || asked === '') return { is: 'needed' };
  if (frozen && isGenuine(frozen, asked)) {
    const allowed = new Set(frozen.steps);
    return digests.every((one) => allowed.has(one)) ? { is: 'given', approved: frozen } : { is: 'stale' };
  }
  if (asked !== hashOf(digests)) return { is: 'stale' };
  return digests.length > mostApproved
    ? { is: 'tooLong' }
    : { is: 'given', approved: { hash: asked, at: now, steps: [...digests] } };
}

/** Whether this is what the annotation approved, and not what somebody wrote into the status. */
export function isGenuine(frozen: Approved, asked: string): boolean {
  return frozen.steps.length <= mostApproved && frozen.hash === asked && hashOf(frozen.steps) === asked;
}
