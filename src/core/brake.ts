// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The mass-change brake. When many things seem to have vanished at once, what told so is more likely wrong than the things are gone. So
 * objects that would make again what was there, or delete or replace what nobody asked them to, are counted together within one account;
 * beyond the limit they are held, for as long as so many would.
 */
import { annotations } from '../api/annotations.ts';
import type { Hold } from './plan.ts';
import type { Step } from './step.ts';
import { milliseconds } from './time.ts';

const windowMs = 10 * 60_000;
const fewest = 5;
const share = 0.1;
/** An allowance that has no end would be forgotten. */
const longestAllowanceMs = 24 * 60 * 60_000;

export const allowance = annotations.allowMassChangeUntil;

export interface Count {
  /** Objects that would, within the last ten minutes. */
  readonly would: number;
  readonly limit: number;
}

/** Of one kind and one process. */
export class MassChangeBrake {
  readonly #accounts = new Map<string, string>();
  /** By account and object: when it last would have. */
  readonly #would = new Map<string, Map<string, number>>();
  /** When it was first asked: before a whole window is over it does not know how many would. */
  #since: number | undefined;

  /** An object was looked at, and is of this account. */
  saw(uid: string, account: string): void {
    this.#accounts.set(uid, account);
  }

  forget(uid: string): void {
    this.#accounts.delete(uid);
  }

  /**
   * Counts this object among those that would; the answer says whether it is one too many.
   * @param wasHeld By its status: another process held it, which knew of the others.
   */
  would(uid: string, account: string, now: number, wasHeld = false): Count {
    this.saw(uid, account);
    this.#since ??= now;
    const those = this.#would.get(account) ?? new Map<string, number>();
    this.#would.set(account, those);
    those.set(uid, now);
    for (const [other, at] of those) if (now - at > windowMs || at > now) those.delete(other);
    const known = [...this.#accounts.values()].filter((one) => one === account).length;
    const limit = Math.max(fewest, Math.floor(known * share));
    const young = now - this.#since <= windowMs;
    return { would: wasHeld && young ? Math.max(those.size, limit + 1) : those.size, limit };
  }
}

/** Steps that nobody asks for, on an object that was complete when it was last looked at. */
export function isUnasked(steps: readonly Step[]): boolean {
  return steps.some(
    ({ effect, routine }) => !routine && (effect === 'create' || effect === 'delete' || effect === 'replace'),
  );
}

/** Whether the user takes the brake off, now. */
export function isAllowed(given: Readonly<Record<string, string>>, now: number): boolean {
  const until = milliseconds(given[allowance] ?? '');
  return until > now && until - now <= longestAllowanceMs;
}

export function brakeHold({ would, limit }: Count, steps: readonly Step[]): Hold | undefined {
  if (would <= limit) return undefined;
  const list = steps.map((step) => step.do).join(', ');
  return {
    why: 'Blocked',
    reason: 'MassChangeBrake',
    // no count: it changes from look to look
    message: `Within ten minutes more than ${limit} objects of this account would make again, replace or delete what was there and what nobody asked to change; this one would: ${list}. That looks like a wrong answer, so it is held. Find out what happened; if the changes are right, annotate the objects with ${allowance}: <time, RFC 3339, at most 24 hours ahead>.`,
    blockedBy: [{ kind: 'Annotation', id: allowance, why: 'not set to a time within the next 24 hours' }],
  };
}
