// SPDX-License-Identifier: GPL-3.0-or-later
/** Nothing is destroyed without a fresh look: since this process's own last other write it has read the thing. */
import type { Carried } from '../network.ts';

/** By destructive call: the reads that must come before it. */
export type LooksNeeded = Readonly<Record<string, readonly string[]>>;

/** Calls that go on page by page after one look. */
const inPages = new Set(['DeleteObjects']);

function isHeard({ status }: Carried): boolean {
  return status > 0 && status < 500;
}

/** It was sent, and is listed, earlier: that it takes effect now is no write of now. */
function isLateEffect({ fault, status }: Carried): boolean {
  return fault === 'late' && status > 0;
}

/** What a process has read since its own last write to anything else. */
function readSince(needed: readonly string[], all: readonly Carried[], action: string): readonly string[] {
  const own = all.filter((call) => !isLateEffect(call));
  const last = own.findLastIndex(
    (call) => call.effect === 'write' && !call.action.endsWith('/status') && call.action !== action,
  );
  const since = own.slice(inPages.has(action) ? 0 : last + 1);
  return needed.filter((read) => since.some((one) => one.action === read && isHeard(one)));
}

/** Why this call must not be made yet, or `undefined`. */
export function unread(call: Carried, looks: LooksNeeded, earlier: readonly Carried[]): string | undefined {
  const needed = looks[call.action] ?? [];
  const own = earlier.filter(({ process }) => process === call.process);
  const known = readSince(needed, own, call.action);
  const missing = needed.filter((action) => !known.includes(action));
  return missing.length === 0 ? undefined : `${call.action} without a fresh ${missing.join(' and ')}`;
}

/** What a process may destroy next as far as its reads go: all that is left of its calls for the judgement of later ones. */
export function freshLooks(looks: LooksNeeded, process: number, earlier: readonly Carried[]): unknown {
  const own = earlier.filter((call) => call.process === process);
  return Object.entries(looks).map(([action, needed]) => readSince(needed, own, action));
}
