// SPDX-License-Identifier: GPL-3.0-or-later
/** The order of a preview is one, but for what the world does in an order of its own; and whoever leaves out, adds or exchanges a step fails the law. */
import { expect, test } from '@jest/globals';
import type { Desired } from '../../src/core/kind.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Event, Step } from '../../src/core/step.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import { orderOf } from './orders.ts';

/** How far each of two things is: nothing, begun, ready, done. */
interface World {
  readonly left: number;
  readonly right: number;
}

type Side = keyof World;

const sides: readonly Side[] = ['left', 'right'];
const verbs = ['Begin', undefined, 'Finish'];

function stepOf(side: Side, at: number): Step[] {
  const verb = verbs[at];
  return verb === undefined ? [] : [{ do: `${verb} ${side}`, effect: 'create', target: side }];
}

function holdOf(world: World): Pick<Plan<Step>, 'hold'> {
  const busy = sides.find((side) => world[side] === 1);
  if (busy === undefined) return {};
  return { hold: { why: 'Waiting', reason: 'Busy', message: '', until: { happens: 'Ready', id: busy } } };
}

function after(world: World, change: Step | Event): World {
  const side = ('do' in change ? change.target : 'id' in change ? change.id : '') as Side;
  const to = 'do' in change ? (change.do.startsWith('Begin') ? 1 : 3) : 2;
  return world[side] === to - 1 ? { ...world, [side]: to } : world;
}

/** Both are begun together, and then neither waits for the other. */
const beside = {
  plan: (_: unknown, world: World) => ({ steps: sides.flatMap((side) => stepOf(side, world[side])), ...holdOf(world) }),
  after,
};

/** The second is begun when the first is done. */
const inTurn = {
  plan: (_: unknown, world: World) => {
    const now = sides.find((side) => world[side] < 3);
    return now === undefined ? { steps: [] } : { steps: stepOf(now, world[now]), ...holdOf(world) };
  },
  after,
};

function isAnOrder(kind: object, calls: readonly string[]): boolean {
  const wish = {
    kind: kind as AnyKind,
    desired: {} as Desired<unknown, unknown>,
    observed: { left: 0, right: 0 },
    policy: {},
  };
  const steps = orderOf(wish, calls, (step) => [step.do]);
  return steps !== undefined && steps.map((step) => step.do).join() === calls.join();
}

const [begin, finish] = [
  ['Begin left', 'Begin right'],
  ['Finish left', 'Finish right'],
];

test.each([
  ['in the order of the plan', [...begin, ...finish], true],
  ['with what came to be ready first', [...begin, ...finish.toReversed()], true],
  ['with two steps of one plan exchanged', [...begin.toReversed(), ...finish], false],
  ['with a step before what it follows from', ['Begin left', ...finish.toReversed(), 'Begin right'], false],
  ['with one step less', [...begin, 'Finish right'], false],
  ['with one step more', [...begin, ...finish, 'Finish left'], false],
])('Of what goes on beside each other, calls %s are an order of the preview, or not.', (_, calls, is) => {
  expect(isAnOrder(beside, calls)).toBe(is);
});

test.each([
  ['in the order of the plan', ['Begin left', 'Finish left', 'Begin right', 'Finish right'], true],
  ['that begin both', [...begin, ...finish], false],
  ['in the other turn', ['Begin right', 'Finish right', 'Begin left', 'Finish left'], false],
])('Of what goes on in turn, calls %s are the order of the preview, or none.', (_, calls, is) => {
  expect(isAnOrder(inTurn, calls)).toBe(is);
});
