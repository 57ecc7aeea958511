// SPDX-License-Identifier: GPL-3.0-or-later
import { conditionOf, type Condition, type Verdict } from './conditions.ts';
import type { Engine } from './engine.ts';
import type { Memory } from './memory.ts';
import type { KubeObject } from './objects.ts';

/** One event per change of state: Ready's status and reason, or the reason of a stall. */
export function tell(
  engine: Engine<unknown>,
  object: KubeObject,
  memory: Memory,
  change: { before: readonly Condition[]; verdicts: readonly Verdict[] },
): void {
  const ready = change.verdicts.find((verdict) => verdict.type === 'Ready');
  const stalled = change.verdicts.find((verdict) => verdict.type === 'Stalled' && verdict.status === 'True');
  const now = stalled ?? ready;
  if (!now || (now === ready && now.status === 'Unknown')) return;
  const state = `${now.type} ${now.status} ${now.reason}`;
  const old = conditionOf(change.before, now.type);
  const unchanged = old?.status === now.status && old.reason === now.reason;
  // on the way up, "not yet" is no news: the steps tell themselves
  const rising = now === ready && now.status === 'False' && now.reason !== 'Deleting' && old?.status !== 'True';
  if (unchanged || rising || memory.told === state) return;
  memory.told = state;
  const good = now === ready && now.status === 'True';
  engine.objects.note(object, {
    type: good || now.reason === 'Deleting' ? 'Normal' : 'Warning',
    reason: now.reason,
    action: 'Reconcile',
    message: now.message,
  });
}
