// SPDX-License-Identifier: GPL-3.0-or-later
import type { Condition } from './conditions.ts';
import type { Difference } from './drift.ts';
import type { KubeObject } from './objects.ts';
import type { Plan } from './plan.ts';
import type { Scope } from './scope.ts';
import type { Event, PlannedCall, ProbeResult, Step } from './step.ts';

/** What the user wants, parsed; a deletion is a wish like any other (`absent`). */
export interface Desired<Spec, Status> {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly generation: number;
  readonly spec: Spec;
  readonly absent: boolean;
  /** Time between looks at rest, in milliseconds: older answers of the cloud are not believed then. */
  readonly driftIntervalMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** No window of `spec.maintenance` is open: what interrupts what works is left out of the plan, and what comes after it is planned all the same. */
  readonly withholds?: true;
  /** The last status: a cache and the store of probe results, never proof of what exists. */
  readonly last: Status;
}

export type Parsed<T> = { readonly ok: true; readonly spec: T } | { readonly ok: false; readonly message: string };

/** The facts a kind adds to the status; the engine owns conditions, plan, journal and observedGeneration. */
export interface Facts {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly conditions?: readonly Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>[];
}

/** Something that happened outside, for an event. */
export interface News {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type Actions<S extends Step, Clouds> = {
  readonly [Do in S['do']]: (clouds: Clouds, step: Extract<S, { do: Do }>) => Promise<ProbeResult | void>;
};

/**
 * One kind: two edges that read and write, around a pure middle.
 *
 * - `observe` reads only. `plan`, `after`, `calls`, `identity`, `drift` and `facts` are pure: no clock, no I/O, no randomness; time is in Observed.
 * - `after` gives the world as it looks once a step is done or an event happened, and the same object when that already shows.
 * - `act` is an exhaustive table: a step without an action does not compile. Each action is one idempotent write; a destructive one
 *   takes a fresh look of its own first.
 */
export interface Kind<Spec, Status, Observed, S extends Step, Outside, Clouds> {
  readonly kind: string;
  readonly plural: string;
  readonly finalizer: string;
  /** Loads what the first look needs, ahead of it: loading modules holds up whatever else the process does, such as first statuses. */
  load?(): Promise<void>;
  parse(spec: unknown): Parsed<Spec>;
  /** Tolerant: what does not parse is forgotten. */
  parseStatus(status: unknown): Status;
  /** Cuts a status to the bounds of the kind's schema, so that the API server takes it whatever the cloud said. */
  bound(status: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Names of the Secrets in the object's namespace whose change must wake it. */
  secrets(spec: Spec): readonly string[];
  connect(
    outside: Outside,
    desired: Desired<Spec, Status>,
    context: { readonly object: KubeObject; readonly scope: Scope },
  ): Promise<Clouds>;
  observe(clouds: Clouds, desired: Desired<Spec, Status>): Promise<Observed>;
  plan(desired: Desired<Spec, Status>, observed: Observed): Plan<S>;
  after(observed: Observed, change: S | Event): Observed;
  calls(step: S): readonly PlannedCall[];
  /** What a person approves who approves this step: all of it but times, pages and what else may differ at the next look though the step is the same. */
  identity(step: S): unknown;
  /**
   * Two objects plan to create something under the same words (`target`) in one place: each makes its own, or it is made once for both.
   * Undefined: only one of them can have it. Pure.
   */
  alike?(step: S): 'each' | 'shared' | undefined;
  /** Settings of what exists, and is ours or shall be, that are not as the spec wants them. Each path once. */
  drift(desired: Desired<Spec, Status>, observed: Observed): readonly Difference[];
  /** Among what mass changes are counted: a cloud account, a cluster. */
  account(observed: Observed): string;
  readonly act: Actions<S, Clouds>;
  facts(desired: Desired<Spec, Status>, observed: Observed): Facts;
  /** What is good to know beside the steps of a plan, one line each. Pure. */
  notes?(desired: Desired<Spec, Status>, observed: Observed): readonly string[];
  /** What a person should be told of that changed by itself, from one status to the next: one event each. Pure. */
  news?(before: Status, now: Status): readonly News[];
  /** Stores a probe's result: in the status, and in what was observed. */
  probed(
    known: { readonly last: Status; readonly observed: Observed },
    result: ProbeResult,
    now: number,
  ): { readonly last: Status; readonly observed: Observed };
}
