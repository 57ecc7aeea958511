// SPDX-License-Identifier: GPL-3.0-or-later
import { changesIn, planHash } from '../../core/plan-hash.ts';
import type { Step } from '../../core/step.ts';
import type { AnyKind } from '../../kinds/index.ts';

/** The engine's own hash of these changes; `undefined` where nothing changes. */
export function engineHash(kind: AnyKind, steps: readonly Step[]): string | undefined {
  return changesIn(steps).length === 0 ? undefined : planHash(kind, steps);
}
