// SPDX-License-Identifier: GPL-3.0-or-later
/** One call as the service saw it, free of secrets. */
export interface CallLogEntry {
  /** Counts from 1. */
  readonly index: number;
  /** Wall time of the world, milliseconds since the epoch. */
  readonly at: number;
  readonly service: string;
  readonly action: string;
  readonly account?: string;
  readonly region?: string;
  readonly accessKeyID?: string;
  /** The caller's ARN, when known. */
  readonly caller?: string;
  readonly effect: 'read' | 'write';
  readonly parameters: Readonly<Record<string, string>>;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly errorCode?: string;
  /** The fault rule that struck, by kind. */
  readonly fault?: string;
  /** False when nothing was done: refused, lost on the way, or a read. */
  readonly applied: boolean;
}

/** A world that stays up for days keeps no more than this. */
const mostKept = 100_000;

/** Adds an entry; the older half goes when there are too many. */
export function keep<E>(log: E[], entry: E): void {
  log.push(entry);
  if (log.length > mostKept) log.splice(0, mostKept / 2);
}
