// SPDX-License-Identifier: GPL-3.0-or-later
/** What holds for sites wherever they are on their way. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Desired } from '../../../../src/core/kind.ts';
import { preview } from '../../../../src/core/preview.ts';
import { isDisrupting } from '../../../../src/core/step.ts';
import { planSites } from '../../../../src/kinds/gslb-endpoint/sites/plan.ts';
import { isUp, type SitesWorld } from '../../../../src/kinds/gslb-endpoint/sites/world.ts';
import { done, owner, pure, see, wanted, type Wanted } from './pieces.ts';

/** Worlds on the way from one thing that is wanted to another, cut at any place. */
const given = fc.record({ configuration: fc.constantFrom('one', 'two', 'three'), only: fc.constantFrom(1, 2) });
const ways = fc.tuple(given, given, fc.boolean(), fc.nat(60)).map(([from, to, tls, cut]) => {
  const certificate = tls ? { certificate: 'arn' } : {};
  const worlds: SitesWorld[] = [];
  see(wanted({ ...to, ...certificate }), done(from), (at, change) => {
    worlds.push(at);
    return pure.after(at, change);
  });
  return worlds[cut % Math.max(1, worlds.length)] ?? done(from);
});
const goals = fc.oneof(
  given.map((one) => wanted(one)),
  fc.constantFrom<Wanted>({ wishes: [], going: 'Delete' }, { wishes: [], going: 'Retain' }),
);
const runs = { numRuns: 150 };

test('Laws: after shows what a step does, once; every way ends, and at its end there is nothing to do.', () => {
  fc.assert(
    fc.property(goals, ways, (goal, at) => {
      let now = at;
      for (const step of pure.plan(goal, at).steps) {
        const next = pure.after(now, step);
        expect(next).not.toBe(now);
        expect(pure.after(next, step)).toBe(next);
        now = next;
      }
      expect(pure.plan(goal, see(goal, at).end).steps).toEqual([]);
    }),
    runs,
  );
});

test('Laws: outside of a window nothing that serves is replaced or taken away, on no way; who is out is made again, and all else is done.', () => {
  let replaced = 0;
  const quiet = (goal: Wanted, at: SitesWorld) => planSites(at, goal.wishes, { withholds: true });
  fc.assert(
    fc.property(given.map(wanted), ways, (goal, from) => {
      const kind = {
        plan: (_: unknown, at: SitesWorld) => ({ ...quiet(goal, at), serving: true as const }),
        after: pure.after,
      };
      const { steps, end } = preview(kind, { absent: false } as Desired<never, never>, from);
      expect(steps.filter(isDisrupting)).toEqual([]);
      expect(up(end, goal)).toBe(goal.wishes.length);
      const rest = see(goal, end);
      replaced += rest.steps.filter(isDisrupting).length;
      expect(pure.plan(goal, rest.end).steps).toEqual([]);
    }),
    { ...runs, seed: 7 },
  );
  expect(replaced).toBeGreaterThan(50);
});

/** How many of the sites that are wanted have a healthy instance. */
function up({ sites }: SitesWorld, { wishes: all }: Wanted): number {
  return all.filter(({ name }) => {
    const one = sites.find(({ site }) => site === name);
    return one?.instances.some(
      (it) => isUp(it) && one.targets.some(({ id, state }) => id === it.id && state === 'healthy'),
    );
  }).length;
}

test('Laws: on no way from anywhere to any configuration is a site out that was not out before.', () => {
  expect(up(done(), wanted())).toBe(2);
  fc.assert(
    fc.property(given.map(wanted), ways, (goal, from) => {
      let least = up(from, goal);
      see(goal, from, (at, change) => {
        const next = pure.after(at, change);
        expect(up(next, goal)).toBeGreaterThanOrEqual(least);
        least = Math.max(least, up(next, goal));
        return next;
      });
    }),
    runs,
  );
});

test('Laws: nothing goes that has not our mark.', () => {
  fc.assert(
    fc.property(goals, ways, fc.constantFrom('u1', 'u2'), (goal, at, uid) => {
      const mine = { ...at, owner: { ...owner, uid } };
      const gone = pure.plan(goal, mine).steps.filter((step) => step.effect === 'delete' && step.do !== 'ClosePort');
      const balancers = gone.filter((step) => /LoadBalancer|TargetGroup|SecurityGroup/.test(step.do));
      if (uid === 'u2') expect(balancers).toEqual([]);
    }),
    runs,
  );
});
