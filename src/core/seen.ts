// SPDX-License-Identifier: GPL-3.0-or-later
import type { Look } from './engine.ts';
import type { Desired } from './kind.ts';
import type { ManagedObject } from './managed-object.ts';
import type { Hold, Plan } from './plan.ts';
import { changesIn, planHash } from './plan-hash.ts';
import type { ManagementPolicy } from './scope.ts';
import { describeStep, readStatus, type ShownPlan } from './status.ts';
import { corrected } from './drift.ts';
import type { Step } from './step.ts';
import { verdictsOf, type Findings } from './verdicts.ts';

/** A look whose kind's types are forgotten: the engine only carries them from one of the kind's functions to the next. */
export type AnyLook = Look<unknown, unknown, unknown, Step, unknown, unknown>;

/** What one look knows once it has observed. */
export interface Seen {
  readonly look: AnyLook;
  readonly object: ManagedObject;
  readonly policy: ManagementPolicy;
  readonly desired: Desired<unknown, unknown>;
  readonly observed: unknown;
  readonly plan: Plan<Step>;
  readonly clouds: unknown;
  /** All was as this generation of the spec says before: what differs now is drift. */
  readonly wasApplied: boolean;
  /** Some of it waits for a window: the plan is what may be done now, and this is every step on the way. */
  readonly way?: readonly Step[];
}

export interface Report {
  readonly hold?: Hold | undefined;
  /** Every step on the way, with its calls; else the next ones are only mentioned. */
  readonly whole?: readonly Step[] | undefined;
  readonly because?: Findings['because'];
  /** What differs belongs to an adoption: nobody corrects it before it is approved, and then it is no drift. */
  readonly adopting?: boolean;
}

/** Writes the status from what was observed. */
export async function report(seen: Seen, { hold, whole, because, adopting }: Report): Promise<void> {
  const { look, object, desired, observed, plan, policy } = seen;
  const facts = look.kind.facts(desired, observed);
  const steps = changesIn(whole ?? plan.steps);
  const before = readStatus(object.current).drift;
  const known = object.current;
  await object.tell({
    verdicts: [
      ...verdictsOf({
        serving: plan.serving,
        ...(hold ? { hold } : {}),
        pending: steps.map((step) => step.do),
        applying: whole === undefined,
        absent: object.absent,
        ...(because ? { because } : {}),
      }),
      ...(facts.conditions ?? []),
    ],
    fields: facts.fields,
    plan: shownPlan(look, steps, whole !== undefined),
    ...(hold ? { hold } : {}),
  });
  const right = adopting || policy !== 'Apply' || !seen.wasApplied ? [] : corrected(before, object.drift);
  if (right.length > 0) tellCorrected(seen, right);
  if (object.current !== known) tellNews(seen, known.status);
}

/** Of a status that was written: once, also over a restart. */
function tellNews({ look: { kind, engine }, object }: Seen, before: unknown): void {
  const news = kind.news?.(kind.parseStatus(before), kind.parseStatus(object.current.status)) ?? [];
  for (const { message, ...one } of news)
    engine.objects.note(object.current, { ...one, action: 'Reconcile', message: engine.scrub(message) });
}

function tellCorrected({ look, object }: Seen, paths: readonly string[]): void {
  const message = look.engine.scrub(`Corrected what was changed by somebody else: ${paths.slice(0, 20).join(', ')}`);
  look.engine.objects.note(object.current, { type: 'Normal', reason: 'DriftCorrected', action: 'Reconcile', message });
}

const mostShown = 100;

export function shownPlan({ kind }: AnyLook, steps: readonly Step[], withCalls: boolean): ShownPlan {
  const omitted = steps.length - mostShown;
  return {
    hash: planHash(kind, steps),
    steps: steps.slice(0, mostShown).map((step) => describeStep(step, withCalls ? kind.calls(step) : undefined)),
    ...(omitted > 0 ? { omittedSteps: omitted } : {}),
  };
}
