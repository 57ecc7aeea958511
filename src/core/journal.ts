// SPDX-License-Identifier: GPL-3.0-or-later
import type { Step } from './step.ts';
import { milliseconds } from './time.ts';

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

export function announce(journal: readonly Entry[], steps: readonly Step[], now: string): Entry[] {
  const announced = steps.flatMap((step) =>
    step.once === undefined ? [] : [{ key: step.once, at: now, step: JSON.stringify(step) }],
  );
  const keys = new Set(announced.map((entry) => entry.key));
  return [...journal.filter((entry) => !keys.has(entry.key)), ...announced];
}

/** The entries whose effect neither shows nor can be ruled out by time. */
export function stillOpen(journal: readonly Entry[], shows: (step: Step) => boolean, nowMs: number): Entry[] {
  return journal.filter((entry) => {
    const age = nowMs - milliseconds(entry.at);
    if (!(age <= graceMs)) return false; // also drops unreadable times; an entry from the future stays until it shows
    const step = parse(entry.step);
    return step !== undefined && !shows(step);
  });
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
