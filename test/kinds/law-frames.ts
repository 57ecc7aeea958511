// SPDX-License-Identifier: GPL-3.0-or-later
/** The laws of docs/architecture.md that every kind keeps, for any kind: a kind brings its worlds. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Desired, Kind } from '../../src/core/kind.ts';
import { digestsOf, planHash } from '../../src/core/plan-hash.ts';
import { needsApproval, policyOf } from '../../src/core/policy.ts';
import { preview } from '../../src/core/preview.ts';
import { isDisrupting, isStep, type Event, type Step } from '../../src/core/step.ts';

type Pure<Spec, Status, Observed, S extends Step> = Pick<
  Kind<Spec, Status, Observed, S, never, never>,
  'plan' | 'after' | 'identity' | 'drift' | 'calls'
>;

export interface Lawful<Spec, Status, Observed, S extends Step> {
  readonly kind: Pure<Spec, Status, Observed, S>;
  readonly wishes: fc.Arbitrary<Desired<Spec, Status>>;
  readonly worlds: fc.Arbitrary<Observed>;
  /** The same world with its lists the other way round. */
  turned(world: Observed): Observed;
  readonly runs?: number;
}

export interface Frames<Spec, Status, Observed, S extends Step> {
  forEveryWorld(
    law: (desired: Desired<Spec, Status>, observed: Observed) => void,
    how?: fc.Parameters<[Desired<Spec, Status>, Observed]>,
  ): void;
  see(desired: Desired<Spec, Status>, observed: Observed): ReturnType<typeof preview<Spec, Status, Observed, S>>;
  /** Every world on the way of a preview, the first one included, and the change that follows it. */
  way(desired: Desired<Spec, Status>, observed: Observed): readonly { world: Observed; change: S | Event }[];
}

export function frames<Spec, Status, Observed, S extends Step>({
  kind,
  wishes,
  worlds,
  runs = 200,
}: Lawful<Spec, Status, Observed, S>): Frames<Spec, Status, Observed, S> {
  const { plan, after } = kind;
  return {
    forEveryWorld: (law, how = { numRuns: runs }) => fc.assert(fc.property(wishes, worlds, law), how),
    see: (desired, observed) => preview(kind, desired, observed, policyOf(desired.annotations)),
    way(desired, observed) {
      const seen: { world: Observed; change: S | Event }[] = [];
      const watched = {
        plan,
        after(world: Observed, change: S | Event) {
          seen.push({ world, change });
          return after(world, change);
        },
      };
      preview(watched, desired, observed, policyOf(desired.annotations));
      return seen;
    },
  };
}

/** Registers a test for each law. */
export function keepsTheLaws<Spec, Status, Observed, S extends Step>(given: Lawful<Spec, Status, Observed, S>): void {
  const { kind, turned } = given;
  const { plan, after, drift, calls } = kind;
  const { forEveryWorld, see, way } = frames(given);

  test('after shows the settled effect, and gives the same world when it already shows', () => {
    forEveryWorld((desired, observed) => {
      for (const { world, change } of way(desired, observed)) {
        if (!isStep<S>(change)) continue;
        const next = after(world, change);
        expect(after(next, change)).toBe(next);
      }
    });
  });

  test('no step is planned again straight after itself', () => {
    forEveryWorld((desired, observed) => {
      let world = observed;
      for (const step of plan(desired, observed).steps) {
        world = after(world, step);
        expect(plan(desired, world).steps).not.toContainEqual(step);
      }
    });
  });

  test('planning changes nothing that it was given', () => {
    forEveryWorld((desired, observed) => {
      const before = structuredClone(observed);
      plan(desired, observed);
      drift(desired, observed);
      expect(observed).toEqual(before);
    });
  });

  test('plan, hash and drift do not depend on the order of lists', () => {
    forEveryWorld((desired, observed) => {
      expect(planHash(kind, plan(desired, turned(observed)).steps)).toBe(planHash(kind, plan(desired, observed).steps));
      expect(drift(desired, turned(observed))).toEqual(drift(desired, observed));
    });
  });

  test('from any world it converges, or says who must act, and then rests', () => {
    forEveryWorld((desired, observed) => {
      const { end, hold } = see(desired, observed);
      expect(plan(desired, end).steps).toEqual([]);
      expect(see(desired, end).steps).toEqual([]);
      // whatever is waited for ends by an event, so a preview ends only where a person must act
      if (hold) expect(hold).toMatchObject({ why: 'Blocked', blockedBy: expect.anything() });
      if (!hold && !desired.absent) expect(drift(desired, end)).toEqual([]);
    });
  });

  test('what is left after any step of a way lies within the set that the whole way is', () => {
    forEveryWorld((desired, observed) => {
      const set = new Set(digestsOf(kind, see(desired, observed).steps));
      let world = observed;
      for (const step of plan(desired, observed).steps) {
        world = after(world, step);
        const left = digestsOf(kind, see(desired, world).steps);
        expect(left.filter((one) => !set.has(one))).toEqual([]);
      }
    });
  });

  test('outside of maintenance nothing interrupts but what a person approves; it comes to rest all the same, and from there the rest is done', () => {
    forEveryWorld((desired, observed) => {
      if (desired.absent) return;
      const quiet: Pick<typeof kind, 'plan' | 'after'> = {
        plan: (wish, world) => plan({ ...wish, withholds: true }, world),
        after,
      };
      const isLoud = (step: S) => isDisrupting(step) && !needsApproval(step);
      const { steps, end } = preview(quiet, desired, observed, policyOf(desired.annotations));
      expect(steps.filter(isLoud)).toEqual([]);
      expect(plan(desired, see(desired, end).end).steps).toEqual([]);
    });
  });

  test('every step has calls that can be shown, and every drift a path of its own', () => {
    forEveryWorld((desired, observed) => {
      for (const step of see(desired, observed).steps) {
        expect(calls(step).length).toBeGreaterThan(0);
        for (const call of calls(step)) expect(call.parameters.length).toBeGreaterThan(0);
      }
      const differences = drift(desired, observed);
      expect(new Set(differences.map(({ path }) => path)).size).toBe(differences.length);
      for (const { want, have } of differences) expect(want).not.toBe(have);
    });
  });
}
