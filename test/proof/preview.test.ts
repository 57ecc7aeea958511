// SPDX-License-Identifier: GPL-3.0-or-later
/** The preview law: what `preview` lists is what is then called, call for call; clouds and Secrets, reads and statuses left out. */
import { expect, test } from '@jest/globals';
import { policyOf } from '../../src/core/policy.ts';
import { preview } from '../../src/core/preview.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Program } from './process.ts';
import { prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';
import type { ScriptStep } from './script.ts';

/** Generated ids are placeholders in a preview. */
function nameless(value: string): string {
  return value.replace(/AKIA[A-Z0-9]{16}|<access key of [^>]*>/g, '<key>');
}

interface Shown {
  readonly action: string;
  readonly parameters: string;
}

const names: Readonly<Record<string, string>> = { 'update secrets': 'patch secrets' };

/** Calls of a plan in the words of the wire: a Secret is updated by a patch. */
function planned(kind: AnyKind, steps: readonly Parameters<AnyKind['calls']>[0][]): Shown[] {
  return steps
    .flatMap((step) => kind.calls(step))
    .map(({ service, action, parameters }) => ({
      action: names[action] ?? action,
      parameters:
        service === 'kubernetes'
          ? ''
          : nameless(JSON.stringify(Object.fromEntries(parameters.map(({ name, value }) => [name, value])))),
    }));
}

/** Records the first preview of every wish: a new generation, a deletion, or time that passed until something is due, calls for another. */
function watching(kind: AnyKind, previews: Map<string, Shown[]>, times: { passed: number }): AnyKind {
  return {
    ...kind,
    plan(desired, observed) {
      const key = `${desired.uid} ${desired.generation} ${desired.absent} ${times.passed}`;
      if (!previews.has(key)) {
        const { steps } = preview(kind, desired, observed, policyOf(desired.annotations));
        previews.set(key, planned(kind, steps));
      }
      return kind.plan(desired, observed);
    },
  };
}

function counting(step: ScriptStep, times: { passed: number }): ScriptStep {
  if (typeof step === 'string' || !('user' in step) || !step.user.startsWith('waits')) return step;
  return {
    ...step,
    does: async (...around) => {
      times.passed++;
      await step.does(...around);
    },
  };
}

const all = proofs.flatMap((proof) =>
  proof.scenarios.map((scenario) => [proof.kind, scenario.name, proof, scenario] as const),
);
/** Interrupted on purpose: what was previewed is not what the user then let happen. */
const whole = all.filter(
  ([, , , { interrupt, script }]) => !interrupt && !script.some((step) => typeof step === 'object' && 'looks' in step),
);

test.each(whole)('%s %s: the preview and the calls agree call for call', async (_kind, _name, proof, scenario) => {
  const previews = new Map<string, Shown[]>();
  const times = { passed: 0 };
  const program: Program = { ...proof.program, kind: watching(proof.program.kind, previews, times) };
  const script = scenario.script.map((step) => counting(step, times));
  const from = await prepare(proof, scenario, proof.program);
  const { calls } = await run({ proof, program, scenario: { ...scenario, script }, from, lagMs: 0, faults: [] });
  const made = calls
    .filter(({ effect, action, applied }) => effect === 'write' && applied && !action.includes('backuptargets'))
    .map(({ service, action, parameters }) => ({
      action,
      parameters: service === 'kubernetes' ? '' : nameless(JSON.stringify(parameters)),
    }));
  expect(made).toEqual([...previews.values()].flat());
});
