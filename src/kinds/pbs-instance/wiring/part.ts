// SPDX-License-Identifier: GPL-3.0-or-later
import type { Blocker, Hold } from '../../../core/plan.ts';
import type { WiringStep } from './steps.ts';

export interface Part {
  readonly steps: readonly WiringStep[];
  readonly hold?: Hold;
}

export function blocked(reason: string, message: string, by: Omit<Blocker, 'why'>): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

export function held(hold: Hold): Part {
  return { steps: [], hold };
}
