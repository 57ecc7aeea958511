// SPDX-License-Identifier: GPL-3.0-or-later
/** The laws of docs/architecture.md that every kind keeps, over generated worlds. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { observedWorlds, wishes, type Desired, type Observed } from './worlds.ts';

const { plan, after } = backupTarget;
const runs = { numRuns: 500 };

function forEveryWorld(law: (desired: Desired, observed: Observed) => void): void {
  fc.assert(fc.property(wishes, observedWorlds, law), runs);
}

test('after shows the settled effect, and gives the same world when it already shows', () => {
  forEveryWorld((desired, observed) => {
    let world = observed;
    for (const step of plan(desired, observed).steps) {
      world = after(world, step);
      expect(after(world, step)).toBe(world);
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
    expect(observed).toEqual(before);
  });
});

function turned(world: Observed): Observed {
  const { user, secret, contents } = world;
  const around = (record: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(record).reverse());
  return {
    ...world,
    keys: world.keys.toReversed(),
    user: user && {
      ...user,
      tags: around(user.tags),
      policies: around(user.policies),
      attached: user.attached.toReversed(),
    },
    secret:
      secret.found === 'ours'
        ? {
            ...secret,
            reserved: {
              ...secret.reserved,
              besides: secret.reserved.besides.toReversed(),
              supersedes: secret.reserved.supersedes.toReversed(),
            },
          }
        : secret,
    ...(contents ? { contents: contents.toReversed() } : {}),
  };
}

test('the plan does not depend on the order of lists', () => {
  forEveryWorld((desired, observed) => {
    expect(plan(desired, turned(observed))).toEqual(plan(desired, observed));
  });
});

test('from any world of ours it converges, or says who must act, and then rests', () => {
  forEveryWorld((desired, observed) => {
    const { end, hold } = preview(backupTarget, desired, observed, policyOf(desired.annotations));
    const rest = plan(desired, end);
    expect(rest.steps).toEqual([]);
    if (!hold && !desired.absent) expect(rest.serving === true || end.validation?.outcome !== 'Succeeded').toBe(true);
    expect(preview(backupTarget, desired, end, policyOf(desired.annotations)).steps).toEqual([]);
  });
});

/** By the Secret, by its reservation, or by what the status remembers. */
function isKnown(key: string, { last }: Desired, { secret }: Observed): boolean {
  if (last.accessKey?.id === key) return true;
  if (secret.found !== 'ours') return false;
  const { delivered, reserved } = secret;
  const madeSince = reserved.at > 0 && !reserved.besides.includes(key);
  return delivered?.key === key || reserved.supersedes.includes(key) || madeSince;
}

test('a key is deleted only when it is known to be ours, and the one in the Secret only with everything', () => {
  forEveryWorld((desired, observed) => {
    const { secret } = observed;
    const inUse = secret.found === 'ours' ? secret.delivered?.key : undefined;
    for (const step of plan(desired, observed).steps) {
      if (step.do !== 'DeleteAccessKey') continue;
      expect(isKnown(step.key, desired, observed)).toBe(true);
      expect(desired.absent || step.key !== inUse).toBe(true);
    }
  });
});
