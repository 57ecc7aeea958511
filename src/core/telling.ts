// SPDX-License-Identifier: GPL-3.0-or-later
import { conditionOf, type Condition, type Verdict } from './conditions.ts';
import type { Engine } from './engine.ts';
import type { Memory } from './memory.ts';
import type { KubeObject } from './objects.ts';
import { milliseconds } from './time.ts';

/** The one condition worth telling: a stall, or else a Ready that is known. */
function worthTelling(verdicts: readonly Verdict[]): Verdict | undefined {
  const stalled = verdicts.find((verdict) => verdict.type === 'Stalled' && verdict.status === 'True');
  return stalled ?? verdicts.find((verdict) => verdict.type === 'Ready' && verdict.status !== 'Unknown');
}

/** On the way up, "not yet" is no news: the steps tell themselves. */
function onlyRising(now: Verdict, old: Condition | undefined): boolean {
  return now.type === 'Ready' && now.status === 'False' && now.reason !== 'Deleting' && old?.status !== 'True';
}

const minute = 60_000;

/** How long it was not ready: of what was made, how long it took; of what was lost, how long that lasted. */
function lasted(now: Verdict, old: Condition | undefined, at: number): string {
  if (now.type !== 'Ready' || now.status !== 'True' || !old || old.status === 'True') return '';
  const minutes = Math.round((at - milliseconds(old.lastTransitionTime)) / minute);
  return minutes >= 1 ? ` (after ${minutes} min)` : '';
}

/** One event per change of state: Ready's status and reason, or the reason of a stall. */
export function tell(
  engine: Engine<unknown>,
  object: KubeObject,
  memory: Memory,
  change: { before: readonly Condition[]; verdicts: readonly Verdict[] },
): void {
  const now = worthTelling(change.verdicts);
  if (!now) return;
  const old = conditionOf(change.before, now.type);
  const state = `${now.type} ${now.status} ${now.reason}`;
  const unchanged = old?.status === now.status && old.reason === now.reason;
  if (unchanged || memory.told === state || onlyRising(now, old)) return;
  memory.told = state;
  const good = (now.type === 'Ready' && now.status === 'True') || now.reason === 'Deleting';
  const { reason } = now;
  const message = `${now.message}${lasted(now, old, engine.clock.now())}`;
  engine.objects.note(object, { type: good ? 'Normal' : 'Warning', reason, action: 'Reconcile', message });
}
