// SPDX-License-Identifier: GPL-3.0-or-later
/** The preview law: what `preview` lists is what is then called, call for call; clouds and Secrets, reads and statuses left out. */
import { expect, test } from '@jest/globals';
import { policyOf } from '../../src/core/policy.ts';
import { preview } from '../../src/core/preview.ts';
import type { Step } from '../../src/core/step.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Wire } from '../../src/wire/call.ts';
import type { Carried } from './network.ts';
import { orderOf, type Wish } from './orders.ts';
import type { Program } from './process.ts';
import { prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';
import type { Proof, Scenario, ScriptStep } from './script.ts';
import { made, planned, withoutRepeats, type Shown } from './shown.ts';

/** A preview, and how many calls there had been. */
interface Previewed {
  readonly sent: number;
  readonly shown: readonly Shown[];
}

interface Watched {
  /** Of each look, made in the very moment of planning. */
  readonly looks: Map<number, Previewed>;
  /** The first of every wish: a new generation, a deletion, or time that passed until something is due, calls for another. */
  readonly wishes: Map<string, Previewed & { readonly wish: Wish }>;
}

interface Counted {
  sent: number;
  /** How often a person waited. */
  passed: number;
}

function watching(kind: AnyKind, counted: Counted, { looks, wishes }: Watched): AnyKind {
  return {
    ...kind,
    plan(desired, observed) {
      const { sent, passed } = counted;
      const key = `${desired.uid} ${desired.generation} ${desired.absent} ${passed}`;
      // later ones before the next call are of worlds that the engine imagines
      if (!looks.has(sent)) {
        const policy = policyOf(desired.annotations);
        const shown = planned(kind, preview(kind, desired, observed, policy).steps);
        looks.set(sent, { sent, shown });
        if (!wishes.has(key)) wishes.set(key, { sent, shown, wish: { kind, desired, observed, policy } });
      }
      return kind.plan(desired, observed);
    },
  };
}

function counting(step: ScriptStep, counted: Counted): ScriptStep {
  if (typeof step === 'string' || !('user' in step) || !step.user.startsWith('waits')) return step;
  return {
    ...step,
    does: async (...around) => {
      counted.passed++;
      await step.does(...around);
    },
  };
}

interface Ran extends Watched {
  readonly calls: readonly Carried[];
}

async function watched(proof: Proof, scenario: Scenario): Promise<Ran> {
  const counted: Counted = { sent: 0, passed: 0 };
  const seen: Watched = { looks: new Map(), wishes: new Map() };
  const wire = (own: Wire): Wire => ({
    ...own,
    send: (...call) => {
      counted.sent++;
      return own.send(...call);
    },
  });
  const program: Program = { ...proof.program, kind: watching(proof.program.kind, counted, seen), wire };
  const script = scenario.script.map((step) => counting(step, counted));
  const from = await prepare(proof, scenario, proof.program);
  const { calls } = await run({ proof, program, scenario: { ...scenario, script }, from, lagMs: 0, faults: [] });
  return { ...seen, calls };
}

/** What was called from each of these on to the next. */
function parts(kind: AnyKind, calls: readonly Carried[], all: readonly Previewed[]): readonly (readonly Shown[])[] {
  return all.map(({ sent }, i) =>
    made(
      kind,
      calls.filter(({ index }) => index > sent && index <= (all[i + 1]?.sent ?? Number.POSITIVE_INFINITY)),
    ),
  );
}

const words = (shown: readonly Shown[]) => shown.map((one) => JSON.stringify(one));

/** Where the world did what the preview waits for in another order: the same calls in that order. */
function asItWent({ wish, shown }: Previewed & { readonly wish: Wish }, calls: readonly Shown[]): readonly Shown[] {
  const [told, done] = [words(shown), words(calls)];
  // what is missing or too much is so in every order
  if (told.join() === done.join() || told.toSorted().join() !== done.toSorted().join()) return shown;
  const says = (step: Step) => words(planned(wish.kind, [step]));
  const steps = orderOf(wish, told, says) && orderOf(wish, done, says);
  return steps ? planned(wish.kind, steps) : shown;
}

const all = proofs.flatMap((proof) =>
  proof.scenarios.map((scenario) => [proof.kind, scenario.name, proof, scenario] as const),
);

/** What was previewed is not what the user then let happen. */
function isInterrupted({ interrupt, script }: Scenario): boolean {
  return interrupt !== undefined || script.some((step) => typeof step === 'object' && 'looks' in step);
}

test.each(all)('%s %s: the preview and the calls agree call for call', async (_kind, _name, proof, scenario) => {
  const { kind } = proof.program;
  const { calls, looks, wishes } = await watched(proof, scenario);

  // whatever people do in between: what a look calls is how the preview of that look begins
  const lists = [...looks.values()];
  const done = parts(kind, calls, lists);
  expect(done).toEqual(lists.map(({ shown }, i) => shown.slice(0, done[i]?.length)));
  expect(done.flat()).toEqual(made(kind, calls));

  // and where nobody interrupts, the first preview is all of it
  if (isInterrupted(scenario)) return;
  const firsts = [...wishes.values()];
  const carried = parts(kind, calls, firsts);
  const told = firsts.map((first, i) => asItWent(first, carried[i] ?? []));
  expect(withoutRepeats(carried.flat())).toEqual(withoutRepeats(told.flat()));
});
