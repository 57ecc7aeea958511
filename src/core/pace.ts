// SPDX-License-Identifier: GPL-3.0-or-later
import type { Engine } from './engine.ts';
import { graceMs, type Entry } from './journal.ts';
import type { Hold, Plan } from './plan.ts';
import type { Seen } from './seen.ts';
import type { Step } from './step.ts';
import { milliseconds, rfc3339 } from './time.ts';

/** What a person must mend is looked at again after this, when nothing wakes the object earlier. */
export const blockedMs = 5 * 60_000;
/** While something is waited for whose end is not known. */
const waitingMs = 30_000;
const shortestMs = 1000;

/** The object's own interval, or else the operator's. */
export function driftIntervalMs(engine: Engine<unknown>, spec: unknown): number {
  const { driftIntervalSeconds } = (spec ?? {}) as { readonly driftIntervalSeconds?: unknown };
  return typeof driftIntervalSeconds === 'number' ? driftIntervalSeconds * 1000 : engine.driftIntervalMs;
}

/** How long an object may rest: until its hold, its next planned work, what is watched or the drift interval, whichever comes first. */
export function restingMs({ look, desired }: Pick<Seen, 'look' | 'desired'>, plan: Plan<Step>, hold?: Hold): number {
  const { engine } = look;
  const drift = desired.driftIntervalMs * (0.9 + 0.2 * engine.random());
  const due = plan.due === undefined ? drift : plan.due - engine.clock.now();
  const watch = plan.watchMs === undefined ? drift : plan.watchMs * (0.9 + 0.2 * engine.random());
  const held = hold ? (hold.lookAgainAfterMs ?? (hold.why === 'Blocked' ? blockedMs : waitingMs)) : drift;
  return Math.max(shortestMs, Math.min(drift, due, watch, held));
}

/** An object that is being deleted waits for what was announced: it may exist without showing yet. */
export function openHold(begun: readonly Entry[], now: number): Hold | undefined {
  const [entry] = begun;
  if (!entry) return undefined;
  const left = milliseconds(entry.at) + graceMs - now;
  return {
    why: 'Waiting',
    reason: 'OutcomeOpen',
    message: `${entry.key} was announced and does not show yet; it is waited for, so that nothing is left behind`,
    lookAgainAfterMs: Math.min(Math.max(left, shortestMs), waitingMs),
  };
}

/** A create that must not be repeated while an earlier request for it may still take effect. The time stays: it is that of the request. */
export function unsettledHold({ key, at }: Entry): Hold {
  const until = rfc3339(milliseconds(at) + graceMs);
  return {
    why: 'Waiting',
    reason: 'OutcomeOpen',
    message: `An earlier request (${key}) was sent, and what came of it does not show yet: it is waited for until ${until}, so that nothing is made twice`,
  };
}
