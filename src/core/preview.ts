// SPDX-License-Identifier: GPL-3.0-or-later
import type { Desired } from './kind.ts';
import type { Hold, Plan } from './plan.ts';
import { refuse, type Policy } from './policy.ts';
import type { Event, Step } from './step.ts';

/** What a preview needs of a kind: its pure middle. */
export interface Pure<Spec, Status, Observed, S extends Step> {
  plan(desired: Desired<Spec, Status>, observed: Observed): Plan<S>;
  after(observed: Observed, change: S | Event): Observed;
}

export interface Preview<Observed, S extends Step> {
  /** Every step on the way, in order. */
  readonly steps: readonly S[];
  /** Where the way ends before the goal: a person must act. */
  readonly hold?: Hold;
  /** Where a policy cut the way; the refused step and all after it are left out. */
  readonly refused?: Hold;
  readonly end: Observed;
}

/** Far above any real plan; a kind that plans in circles is a bug that must not hang the process. */
const mostSteps = 500;

/** Folds `after` over `plan`, on through the events that Waiting holds name, to the goal or to the first hold that a person must end. */
export function preview<Spec, Status, Observed, S extends Step>(
  kind: Pure<Spec, Status, Observed, S>,
  desired: Desired<Spec, Status>,
  observed: Observed,
  policy: Policy = {},
): Preview<Observed, S> {
  const steps: S[] = [];
  let world = observed;
  for (let round = 0; round < mostSteps; round++) {
    const plan = kind.plan(desired, world);
    for (const step of plan.steps) {
      const refusal = refuse(step, policy);
      // a deletion that would be stopped half way is not begun
      if (refusal && desired.absent) return { steps: [], refused: refusal, end: observed };
      if (refusal) return { steps, refused: refusal, end: world };
      steps.push(step);
      world = kind.after(world, step);
    }
    if (plan.steps.length > 0) continue;
    const until = plan.hold?.why === 'Waiting' ? plan.hold.until : undefined;
    if (!until) return { steps, ...(plan.hold ? { hold: plan.hold } : {}), end: world };
    world = kind.after(world, until);
  }
  throw new Error(
    `the plan does not end: ${steps
      .slice(-3)
      .map((step) => step.do)
      .join(', ')} again and again`,
  );
}
