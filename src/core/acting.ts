// SPDX-License-Identifier: GPL-3.0-or-later
import type { Engine } from './engine.ts';
import { Failure } from './failure.ts';
import { remember, restFor, type Memory } from './memory.ts';
import type { KubeObject } from './objects.ts';
import type { ProbeResult, Step } from './step.ts';

export interface ActingDone {
  readonly done: number;
  readonly probe?: ProbeResult;
  /** Set when a step was passed over: done a moment ago, or announced, and not visible yet. Milliseconds until it may be tried again. */
  readonly restMs?: number;
  readonly error?: unknown;
  /** Announced keys of which it is certain that nothing took effect. */
  readonly refuted: readonly string[];
}

export interface ActingOptions<S extends Step> {
  readonly engine: Engine<unknown>;
  readonly object: KubeObject;
  readonly memory: Memory;
  /** Milliseconds for which an announced step's outcome stays open, 0 when it is not. */
  openFor(step: S): number;
  /** Writes the announcement of these steps; throws when it cannot. */
  announce(steps: readonly S[]): Promise<void>;
  act(step: S): Promise<ProbeResult | void>;
}

/** Whether this step was left out of this pass, and for how long. */
function restOf<S extends Step>(options: ActingOptions<S>, step: S): { ms: number; stops: boolean } {
  const open = step.repeatable ? 0 : options.openFor(step);
  if (open > 0) return { ms: open, stops: true };
  return { ms: restFor(options.memory, step, options.engine.clock.now()), stops: false };
}

const past = { create: 'Created', update: 'Updated', replace: 'Replaced', delete: 'Deleted' } as const;

/** First words of a step's name that say more than its effect: a VM that was started is not just updated. */
const told: Readonly<Record<string, string>> = {
  Adopt: 'Adopted',
  Attach: 'Attached',
  Claim: 'Claimed',
  Detach: 'Detached',
  Disable: 'Disabled',
  Enable: 'Enabled',
  Grant: 'Granted',
  Pin: 'Pinned',
  Prepare: 'Prepared',
  Refresh: 'Refreshed',
  Release: 'Released',
  Retire: 'Retired',
  Revoke: 'Revoked',
  Start: 'Started',
  Stop: 'Stopped',
  Upload: 'Uploaded',
};

/** For people: `Started VM pbs-main on node1`. */
export function doneText({
  do: name,
  effect,
  target,
}: Pick<Step, 'do' | 'target'> & { readonly effect: keyof typeof past }): string {
  const [verb = ''] = /^[A-Z][a-z]+/.exec(name) ?? [];
  return `${told[verb] ?? past[effect]} ${target}`;
}

/** What one pass has done so far. */
interface Pass {
  done: number;
  probe?: ProbeResult;
  restMs?: number;
  readonly refuted: string[];
}

async function actOn<S extends Step>(options: ActingOptions<S>, step: S, pass: Pass): Promise<void> {
  const { engine, object, memory } = options;
  if (step.once !== undefined && !step.repeatable) await options.announce([step]);
  try {
    const found = await options.act(step);
    if (found) pass.probe = found;
  } catch (error) {
    if (step.once !== undefined && error instanceof Failure && error.applied === 'no') pass.refuted.push(step.once);
    engine.onStep?.(object, step, error);
    throw error;
  }
  pass.done++;
  remember(memory, step, engine.clock.now());
  engine.onStep?.(object, step);
  if (step.effect === 'probe') return;
  const message = engine.scrub(doneText({ ...step, effect: step.effect }));
  engine.objects.note(object, { type: 'Normal', reason: step.do, action: step.do, message });
}

/**
 * Does the steps in order, each once, and stops at the first failure. Repeatable creates are announced together before the first
 * step; one that cannot be repeated is announced alone, right before it is sent, so that a crash leaves as little as possible open.
 */
export async function carryOut<S extends Step>(options: ActingOptions<S>, steps: readonly S[]): Promise<ActingDone> {
  const pass: Pass = { done: 0, refuted: [] };
  try {
    const together = steps.filter(
      (step) => step.once !== undefined && step.repeatable && restOf(options, step).ms === 0,
    );
    if (together.length > 0) await options.announce(together);
    for (const step of steps) {
      const rest = restOf(options, step);
      if (rest.ms > 0) pass.restMs = Math.min(pass.restMs ?? rest.ms, rest.ms);
      if (rest.stops) break;
      // nothing is proven while something still settles
      const skipped = rest.ms > 0 || (step.effect === 'probe' && pass.restMs !== undefined);
      if (!skipped) await actOn(options, step, pass);
    }
    return pass;
  } catch (error) {
    return { ...pass, error };
  }
}
