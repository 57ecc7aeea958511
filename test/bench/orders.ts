// SPDX-License-Identifier: GPL-3.0-or-later
/** What the bench says to its processes, and what they answer. */

/** To the API server. */
export type Order =
  /** A new, empty store; open watches end with their clients. */
  | { readonly do: 'forget' }
  | { readonly do: 'make'; readonly names: readonly { readonly name: string; readonly namespace: string }[] }
  /** Changes of the spec, in turn over all objects. */
  | { readonly do: 'touch'; readonly count: number; readonly perSecond: number }
  /** Counts writes from zero. */
  | { readonly do: 'count' }
  /** Any other object, at the path of its collection. */
  | { readonly do: 'put'; readonly collection: string; readonly object: object }
  /** Tells once that collection is watched. */
  | { readonly do: 'await watch'; readonly collection: string }
  /** Tells once so many have become Ready. */
  | { readonly do: 'await'; readonly ready: number }
  | { readonly do: 'tell' };

export interface Told {
  /** From creation to Ready, in milliseconds; `null`: not Ready yet. */
  readonly latencies: readonly (readonly [name: string, ms: number | null])[];
  readonly writes: Readonly<Record<string, number>>;
}

/** What a reconciler answers to any message: what it used since it was asked last. */
export interface Usage {
  /** User and system, in milliseconds. */
  readonly cpuMs: number;
  /** The most that the process had, in megabytes. */
  readonly peakRSSMB: number;
  /** Looks that began. */
  readonly looks: number;
  /** From the change of a spec to the beginning of the look at it, in milliseconds. */
  readonly startedAfterMs: readonly number[];
}
