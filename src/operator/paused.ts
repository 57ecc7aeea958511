// SPDX-License-Identifier: GPL-3.0-or-later
import { annotations } from '../api/annotations.ts';
import { conditionOf, type Verdict } from '../core/conditions.ts';
import { ManagedObject } from '../core/managed-object.ts';
import type { KubeObject } from '../core/objects.ts';
import { readStatus } from '../core/status.ts';

const reason = 'Paused';

export function isPaused(object: KubeObject): boolean {
  return object.metadata.annotations?.[annotations.paused] === 'true';
}

/** Says in the conditions that nobody looks: `Ready` keeps what was known last, `Synced` is not known. Written once, by its being equal. */
export async function tellPaused(
  look: ConstructorParameters<typeof ManagedObject>[0],
  object: KubeObject,
): Promise<{ readonly written?: KubeObject }> {
  const before = readStatus(object).conditions;
  const message = `Paused: nothing is looked at or changed until the annotation ${annotations.paused} is removed`;
  const own = before.filter(({ type }) => !['Ready', 'Synced', 'Reconciling', 'Stalled'].includes(type));
  const verdicts: readonly Verdict[] = [
    { type: 'Ready', status: conditionOf(before, 'Ready')?.status ?? 'Unknown', reason, message },
    { type: 'Synced', status: 'Unknown', reason, message },
    { type: 'Reconciling', status: 'False', reason, message },
    { type: 'Stalled', status: 'False', reason, message },
    ...own,
  ];
  const managed = new ManagedObject(look, object);
  await managed.tell({ verdicts, plan: 'kept' });
  return managed.written;
}
