// SPDX-License-Identifier: GPL-3.0-or-later
import type { Blocker, Hold } from '../../../core/plan.ts';
import type { PbsStep } from '../steps.ts';

export interface Part {
  readonly steps: readonly PbsStep[];
  readonly hold?: Hold;
}

export function stands({ steps, hold }: Part): boolean {
  return steps.length === 0 && hold === undefined;
}

export const nothing: Part = { steps: [] };

export function held(hold: Hold): Part {
  return { steps: [], hold };
}

export function blocked(reason: string, message: string, by: Omit<Blocker, 'why'>): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

/** What the first of them that does not stand yet needs. */
export function inOrder(parts: readonly (() => Part)[]): Part {
  for (const next of parts) {
    const part = next();
    if (!stands(part)) return part;
  }
  return nothing;
}
