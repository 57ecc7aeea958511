// SPDX-License-Identifier: GPL-3.0-or-later
import { planHash } from '../../core/plan-hash.ts';
import type { Step } from '../../core/step.ts';
import type { AnyKind } from '../../kinds/index.ts';

/** With the kind, whose `identity` of a step is hashed where it has one, or with the steps alone. */
const hash = planHash as unknown as (...given: readonly unknown[]) => string;

/** The engine's own hash of these changes; `undefined` where nothing changes. */
export function engineHash(kind: AnyKind, steps: readonly Step[]): string | undefined {
  const changes = steps.filter((step) => step.effect !== 'probe');
  if (changes.length === 0) return undefined;
  return planHash.length === 1 ? hash(changes) : hash(kind, changes);
}
