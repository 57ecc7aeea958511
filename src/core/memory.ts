// SPDX-License-Identifier: GPL-3.0-or-later
import type { Step } from './step.ts';

/**
 * What this process remembers of one object between looks. Losing it costs at most a repeated idempotent call: it only keeps the
 * engine from repeating a step again and again while an eventually consistent service does not show it yet.
 */
export interface Memory {
  readonly acted: Map<string, { readonly at: number; readonly times: number }>;
  /** The generation at which a look last found nothing to change. */
  applied?: number;
  /** The Ready state that was last told as an event. */
  told?: string;
}

export function newMemory(): Memory {
  return { acted: new Map() };
}

const settleMs = [5_000, 15_000, 60_000, 120_000, 300_000] as const;

function settleTime(times: number): number {
  return settleMs[Math.min(times, settleMs.length) - 1] ?? settleMs[0];
}

export function digestOf(step: Step): string {
  return JSON.stringify(step);
}

/** Milliseconds until this very step may be done again, 0 when it may be now. */
export function restFor(memory: Memory, step: Step, now: number): number {
  const before = memory.acted.get(digestOf(step));
  return before ? Math.max(0, before.at + settleTime(before.times) - now) : 0;
}

export function remember(memory: Memory, step: Step, now: number): void {
  if (step.effect === 'probe') return;
  const key = digestOf(step);
  memory.acted.set(key, { at: now, times: (memory.acted.get(key)?.times ?? 0) + 1 });
}

/** Steps that left the plan have settled. */
export function forgetSettled(memory: Memory, planned: readonly Step[]): void {
  const still = new Set(planned.map(digestOf));
  for (const key of memory.acted.keys()) if (!still.has(key)) memory.acted.delete(key);
}
