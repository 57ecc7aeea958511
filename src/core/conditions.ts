// SPDX-License-Identifier: GPL-3.0-or-later
import { oneLine } from './one-line.ts';

/** A metav1.Condition. `Ready`, `Synced`, `Reconciling` and `Stalled` follow kstatus, so kubectl wait, Argo CD and Flux read them. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339, moved only when `status` changes. */
  readonly lastTransitionTime: string;
}

export type Verdict = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/** metav1.Condition allows 32,768; a status of ours must stay readable. */
const longestMessage = 1024;

function told(message: string): string {
  const line = oneLine(message);
  return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line;
}

/**
 * The new conditions, keeping each transition time whose status did not change. In the order of the old ones, new ones last: an API server
 * keeps the order of a list that goes by keys, and a status in another order would be written again and again.
 */
export function settle(
  before: readonly Condition[],
  verdicts: readonly Verdict[],
  at: { readonly generation: number; readonly time: string },
): Condition[] {
  const place = ({ type }: Verdict): number => {
    const index = before.findIndex((condition) => condition.type === type);
    return index < 0 ? before.length : index;
  };
  const inOrder = verdicts.toSorted((one, other) => place(one) - place(other));
  return inOrder.map((verdict) => {
    const old = before.find((condition) => condition.type === verdict.type);
    return {
      type: verdict.type,
      status: verdict.status,
      reason: verdict.reason,
      message: told(verdict.message),
      observedGeneration: at.generation,
      lastTransitionTime: old && old.status === verdict.status ? old.lastTransitionTime : at.time,
    };
  });
}

export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}
