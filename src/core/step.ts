// SPDX-License-Identifier: GPL-3.0-or-later

export type Effect = 'create' | 'update' | 'replace' | 'delete' | 'probe';

/**
 * One change to the world, as data. Each kind has a union of these, told apart by `do`, the step's imperative name, which is also
 * the event's action, the metric's label and the word in a plan. A step can be printed, so it never holds a secret.
 */
export interface Step {
  readonly do: string;
  readonly effect: Effect;
  /** What is changed, as a person names it: `bucket iksan-cloud-backup`. */
  readonly target: string;
  /** `disrupts`: it interrupts what works now, and waits for a window of `spec.maintenance`. What repairs, or ends what was begun in a window, does not bear it. */
  readonly risk?: 'disrupts' | 'destroysData';
  /** The name of what is lost; needed where `risk` is `destroysData`, and asked for in `confirm-data-loss`. */
  readonly loses?: string;
  /** Announced in `status.begun` under this key before it is done, because its effect may stay invisible for a while. */
  readonly once?: string;
  /** Together with `once`: the name decides, so a second try cannot make a second one and need not wait for the first to show. */
  readonly repeatable?: true;
  /** Only the spec says by which name, or in which region, what it makes is found again: made on a spec that a cache showed late, it would stay for ever. */
  readonly named?: true;
  /** Nothing at all is written before a person has approved the plan that holds this step. `effect: 'replace'` always needs it. */
  readonly needs?: 'approval';
  /** The spec's own schedule asks for it (a rotation): it is no sign that something vanished, and the mass-change brake does not count it. */
  readonly routine?: true;
}

export const isDisrupting = ({ risk }: Step): boolean => risk === 'disrupts';

/** What comes after it may need it. */
export function untilDisrupting<S extends Step>(steps: readonly S[]): readonly S[] {
  const first = steps.findIndex(isDisrupting);
  return first < 0 ? steps : steps.slice(0, first);
}

/** Something the world does by itself, and that a Waiting hold waits for. */
export type Event =
  | { readonly happens: string; readonly id: string }
  | { readonly happens: 'Elapsed'; readonly seconds: number };

export function isStep<S extends Step>(change: S | Event): change is S {
  return 'do' in change;
}

/** What a probe found; stored in the status, then observed. */
export type ProbeResult =
  | { readonly outcome: 'Succeeded'; readonly of?: string }
  | {
      readonly outcome: 'Failed';
      /** What was tried, where a kind tries more than one thing. */
      readonly of?: string;
      readonly reason: string;
      readonly message: string;
      /** True when trying again may well succeed (a time-out, a throttle), false when the answer was clear. */
      readonly passing: boolean;
    };

/** One outside call as a plan shows it: what the wire will record, secrets left out. */
export interface PlannedCall {
  readonly service: string;
  readonly action: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}
