// SPDX-License-Identifier: GPL-3.0-or-later
/** What a kind registers for its proof: scenarios, and how its worlds are judged. */
import type { PairsOf } from './faults.ts';
import type { Carried } from './network.ts';
import type { Program } from './process.ts';
import type { Hands, Worlds } from './worlds.ts';

/** Something a person does, named for reports. */
export interface UserAction {
  readonly user: string;
  readonly does: (hands: Hands, worlds: Worlds) => Promise<void>;
  /** Something else than the object was changed, of which no watch tells: it is found by the next look that the operator plans itself. */
  readonly unseen?: true;
}

/** `rest`: until the operator has nothing left to do. `looks`: after so many looks, wherever it stands. */
export type ScriptStep = UserAction | 'rest' | { readonly looks: number };

export interface Scenario {
  readonly name: string;
  /** Undisturbed; its end is where every run begins. */
  readonly before: readonly ScriptStep[];
  readonly script: readonly ScriptStep[];
  /** Done by a user right after the nth call of the run: a deletion in the middle of a look. */
  readonly interrupt?: { readonly afterCall: number; readonly action: UserAction };
  /** Every pair of faults, of all or of those at changes, is tried, without lag; absent: some pairs by seed. */
  readonly pairs?: PairsOf;
  /** So many looks a virtual minute may only wait; default 1. More where AWS has no event to wait for, and is asked every ten seconds. */
  readonly polls?: number;
  /** So many changes, each of which has to show before the next can be made, fit into the time of a rest; default 2. */
  readonly chain?: number;
  /** The object must be gone at the end. */
  readonly ends: 'Ready' | 'Blocked' | 'gone';
}

export interface Violation {
  readonly oracle: string;
  readonly what: string;
}

/** Judges one run, call by call. Made anew for each run. */
export interface Judge {
  /** A person has just done something. */
  acted(): void;
  sending(call: Carried): void;
  sent(call: Carried): Promise<void> | void;
  /** At the end, when all is quiet. */
  end(): Promise<void> | void;
  readonly violations: Violation[];
  /** Texts that must hold no secret. */
  readonly secrets: ReadonlySet<string>;
  /** Another one that knows what this one knows, and goes on in a copy of its worlds; without the violations. */
  over(worlds: Worlds): Judge;
  /** All that it will judge by and that is not in the worlds; two with equal knowledge judge alike from now on. */
  knowledge(process: number): unknown;
}

/** One kind under proof. */
export interface Proof {
  readonly kind: string;
  readonly program: Program;
  readonly scenarios: readonly Scenario[];
  /** The worlds without what differs from run to run: generated ids, times, traces of the probe. */
  picture(worlds: Worlds): unknown;
  judge(worlds: Worlds, scenario: Scenario, lagMs: number): Judge;
  /** Whether what the world finds out by itself, and in its own time, is told already: before that there is no rest. */
  told?(worlds: Worlds): boolean;
}
