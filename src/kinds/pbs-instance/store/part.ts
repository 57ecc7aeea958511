// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import type { StoreStep } from './steps.ts';

export interface StorePart {
  readonly steps: readonly StoreStep[];
  readonly hold?: Hold;
}

export function blocked(reason: string, message: string, by: { readonly kind: string; readonly id: string }): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

export const nothing: StorePart = { steps: [] };

export function held(hold: Hold): StorePart {
  return { steps: [], hold };
}
