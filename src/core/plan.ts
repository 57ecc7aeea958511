// SPDX-License-Identifier: GPL-3.0-or-later
import type { Event, Step } from './step.ts';

/** What stands in the way, by kind and id. */
export interface Blocker {
  readonly kind: string;
  readonly id: string;
  readonly why: string;
}

/**
 * Why a plan stops short. `Waiting`: the world is busy and will move by itself. `Blocked`: a person or another object must act;
 * the message, stable and for users, ends with what to do.
 */
export interface Hold {
  readonly why: 'Waiting' | 'Blocked';
  /** CamelCase, stable: becomes a condition's reason. */
  readonly reason: string;
  readonly message: string;
  /** What a Waiting hold waits for, so that a preview can go on past it. */
  readonly until?: Event;
  readonly lookAgainAfterMs?: number;
  readonly blockedBy?: readonly Blocker[];
}

/** The pure verdict on what was observed. */
export interface Plan<S extends Step> {
  /** In order; empty means applied (`Synced`). */
  readonly steps: readonly S[];
  readonly hold?: Hold;
  /** Whether it works now (`Ready`). */
  readonly serving: true | Hold;
  /** When the next planned work is due (a validation, a rotation), in milliseconds since the epoch. */
  readonly due?: number;
  /** What changes by itself, and is of interest, is looked at again after this many milliseconds, also at rest. */
  readonly watchMs?: number;
}
