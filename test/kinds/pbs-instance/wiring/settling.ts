// SPDX-License-Identifier: GPL-3.0-or-later
/** Look, plan, act, look again, until nothing is left: as the engine does, without what only the engine has. */
import { Failure } from '../../../../src/core/failure.ts';
import type { Hold } from '../../../../src/core/plan.ts';
import { absentWiring } from '../../../../src/kinds/pbs-instance/wiring/absent.ts';
import { wiringActions } from '../../../../src/kinds/pbs-instance/wiring/act.ts';
import type { Part } from '../../../../src/kinds/pbs-instance/wiring/part.ts';
import { planWiring } from '../../../../src/kinds/pbs-instance/wiring/plan.ts';
import type { WiringSeen } from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import type { PlannedCall } from '../../../../src/core/step.ts';
import { wiringCalls } from '../../../../src/kinds/pbs-instance/wiring/requests.ts';
import type { WiringStep } from '../../../../src/kinds/pbs-instance/wiring/steps.ts';
import type { WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import type { WiringWorld } from '../../../../src/kinds/pbs-instance/wiring/world.ts';

export interface Settled {
  readonly done: readonly WiringStep['do'][];
  readonly hold?: Hold;
  readonly failures: readonly Failure[];
}

/** What it needs of a stage. */
interface Scene {
  readonly world: WiringWorld;
  readonly wish: WiringWish;
  readonly promised: PlannedCall[];
  readonly cloud: { readonly clock: { advance(ms: number): Promise<void> } };
  look(wish?: WiringWish): Promise<WiringSeen>;
}

export interface Settling {
  readonly wish?: WiringWish;
  readonly absent?: boolean;
  readonly tries?: number;
}

interface Round {
  readonly steps: WiringStep[];
  readonly failures: Failure[];
}

/** With the first step that fails, the rest of a plan waits for another look. */
async function acted({ world, promised }: Scene, part: Part, { steps, failures }: Round): Promise<boolean> {
  for (const step of part.steps) {
    promised.push(...wiringCalls(step));
    try {
      await (wiringActions[step.do] as (world: WiringWorld, step: WiringStep) => Promise<void>)(world, step);
      steps.push(step);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
      return false;
    }
  }
  return true;
}

/** Looks may fail, too. */
async function planned(
  stage: Scene,
  { wish = stage.wish, absent }: Settling,
  { failures }: Round,
): Promise<Part | undefined> {
  try {
    return (absent ? absentWiring : planWiring)(wish, await stage.look(wish));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failures.push(error);
    return undefined;
  }
}

/** Nothing is left to do, or nothing can be done without a person. */
function isOver({ steps, hold }: Part): boolean {
  return steps.length === 0 && hold?.why !== 'Waiting';
}

/** @returns how it ended, or `undefined` where it goes on. */
async function once(stage: Scene, how: Settling, round: Round): Promise<Part | undefined> {
  const part = await planned(stage, how, round);
  if (part && isOver(part)) return part;
  const went = part !== undefined && (await acted(stage, part, round));
  if (!went || part.hold) await stage.cloud.clock.advance(part?.hold?.lookAgainAfterMs ?? 5000);
  return undefined;
}

export async function settle(stage: Scene, how: Settling = {}): Promise<Settled> {
  const round: Round = { steps: [], failures: [] };
  const done = () => round.steps.map((step) => step.do);
  for (let left = how.tries ?? 25; left > 0; left--) {
    const end = await once(stage, how, round);
    if (end) return { done: done(), failures: round.failures, ...(end.hold ? { hold: end.hold } : {}) };
  }
  throw new Error(`It never settles: ${done().join(' ')}; ${round.failures.at(-1)?.message ?? ''}`);
}
