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

/** The new conditions in the given order, keeping each transition time whose status did not change. */
export function settle(
  before: readonly Condition[],
  verdicts: readonly Verdict[],
  at: { readonly generation: number; readonly time: string },
): Condition[] {
  return verdicts.map((verdict) => {
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
