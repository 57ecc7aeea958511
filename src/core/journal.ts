// SPDX-License-Identifier: GPL-3.0-or-later
import type { Step } from './step.ts';
import { milliseconds, rfc3339 } from './time.ts';

/**
 * `status.begun`: creates that were announced and may not show yet. The journal delays a step, and keeps a finalizer on, while the
 * outcome is open; it never proves that something exists. Lost or forged, the owner marks decide.
 */
export interface Entry {
  readonly key: string;
  /** RFC 3339: when it was last sent. */
  readonly at: string;
  /** The step as JSON, to tell later whether it shows. Holds no secret, as no step does. */
  readonly step: string;
}

/** Longer than the worst lag that is allowed for: 5 minutes of visibility, plus the time of the call itself. */
export const graceMs = 6 * 60_000;

/** By no text of such a length is told whether a step shows (user data of an instance), and a status has no room for it. */
const longestText = 256;

function written(step: Step): string {
  return JSON.stringify(step, (_, value: unknown) =>
    typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
  );
}

export function announce(journal: readonly Entry[], steps: readonly Step[], now: string): Entry[] {
  const announced = steps.flatMap((step) =>
    step.once === undefined ? [] : [{ key: step.once, at: now, step: written(step) }],
  );
  const keys = new Set(announced.map((entry) => entry.key));
  return [...journal.filter((entry) => !keys.has(entry.key)), ...announced];
}

/**
 * The entries whose effect neither shows nor can be ruled out by time. One from the future (the clock was set back, or somebody wrote it)
 * counts from now: it must not hold up a deletion for longer than any other.
 */
export function stillOpen(journal: readonly Entry[], shows: (step: Step) => boolean, nowMs: number): Entry[] {
  return journal.flatMap((entry) => {
    const age = nowMs - milliseconds(entry.at);
    if (!(age <= graceMs)) return []; // also drops unreadable times
    const step = parse(entry.step);
    if (step === undefined || showing(step, shows)) return [];
    return age < 0 ? [{ ...entry, at: rfc3339(nowMs) }] : [entry];
  });
}

/** A step that somebody made up may have no shape that the kind knows; it ends with its time. */
function showing(step: Step, shows: (step: Step) => boolean): boolean {
  try {
    return shows(step);
  } catch {
    return false;
  }
}

function parse(json: string): Step | undefined {
  try {
    const step: unknown = JSON.parse(json);
    return typeof step === 'object' && step !== null && typeof (step as Step).do === 'string'
      ? (step as Step)
      : undefined;
  } catch {
    return undefined;
  }
}
