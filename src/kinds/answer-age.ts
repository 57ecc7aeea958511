// SPDX-License-Identifier: GPL-3.0-or-later
/** How old a shared answer of a cloud may be. Pure. */
import { annotations } from '../api/annotations.ts';
import type { Condition } from '../core/conditions.ts';
import type { Desired } from '../core/kind.ts';
import { milliseconds } from '../core/time.ts';

/** At rest, in drift intervals: less than the time between two looks with its jitter, so that each of those asks anew. */
export const restingAge = 0.8;
/** While things are being made or taken away. */
export const busyAgeMs = 5000;

interface Told {
  readonly conditions?: readonly Pick<Condition, 'type' | 'status'>[] | undefined;
  readonly observedGeneration?: number | undefined;
}

/** The spec changed, or a person, who is waited for, may have mended something. */
export function hurries({ generation, last }: Pick<Desired<unknown, Told>, 'generation' | 'last'>): boolean {
  const stalled = last.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') ?? false;
  return stalled || generation !== last.observedGeneration;
}

/** Milliseconds since the moment of which a person wants to know how it is: no answer from before it will do. */
export function sinceAsked(
  { annotations: given }: Pick<Desired<unknown, unknown>, 'annotations'>,
  now: number,
): number {
  // what was approved is compared with what is now
  if (given[annotations.approve]) return 0;
  const since = now - milliseconds(given[annotations.reconcileAt] ?? '');
  return since >= 0 ? since : Number.POSITIVE_INFINITY;
}
