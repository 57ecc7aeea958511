// SPDX-License-Identifier: GPL-3.0-or-later
/** The laws of docs/architecture.md that every kind keeps, over generated worlds. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { rotations } from './rotating-worlds.ts';
import { observedWorlds, wishes, type Desired, type Observed } from './worlds.ts';

const { plan, after } = backupTarget;
const runs = { numRuns: 500 };

function forEveryWorld(law: (desired: Desired, observed: Observed) => void): void {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(wishes, observedWorlds), rotations), ([desired, observed]) => law(desired, observed)),
    runs,
  );
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
            ...(secret.pending
              ? {
                  pending: {
                    ...secret.pending,
                    reserved: {
                      ...secret.pending.reserved,
                      besides: secret.pending.reserved.besides.toReversed(),
                    },
                  },
                }
              : {}),
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

/** By the Secret, by its reservations, or by what the status remembers. */
function isKnown(key: string, { last }: Desired, { secret }: Observed): boolean {
  const { accessKey } = last;
  const remembered = [accessKey?.id, accessKey?.pending?.id, accessKey?.previous?.id];
  return remembered.includes(key) || (secret.found === 'ours' && isKnownBy(secret, key));
}

function isKnownBy(secret: Extract<Observed['secret'], { found: 'ours' }>, key: string): boolean {
  const { delivered, reserved, pending, retiring } = secret;
  const named = [delivered?.key, pending?.delivered?.key, retiring?.key, ...reserved.supersedes];
  const places = [reserved, ...(pending ? [pending.reserved] : [])];
  return named.includes(key) || places.some(({ span, besides }) => span !== undefined && !besides.includes(key));
}

test('a key is deleted or made inactive only when it is known to be ours, and the one in the Secret only with everything', () => {
  forEveryWorld((desired, observed) => {
    const { secret } = observed;
    const inUse = secret.found === 'ours' ? secret.delivered?.key : undefined;
    for (const step of plan(desired, observed).steps) {
      if (step.do !== 'DeleteAccessKey' && step.do !== 'DeactivateAccessKey') continue;
      expect(isKnown(step.key, desired, observed)).toBe(true);
      expect(desired.absent || step.key !== inUse).toBe(true);
    }
  });
});

/** Every world on the way of a preview, the first one included. */
function way(desired: Desired, observed: Observed): Observed[] {
  const worlds = [observed];
  const watched = {
    plan,
    after(world: Observed, change: Parameters<typeof after>[1]) {
      worlds.push(after(world, change));
      return after(world, change);
    },
  };
  preview(watched, desired, observed, policyOf(desired.annotations));
  return worlds;
}

test('never three keys, on any way', () => {
  forEveryWorld((desired, observed) => {
    for (const world of way(desired, observed)) expect(world.keys.length).toBeLessThanOrEqual(2);
  });
});

const readBy = ({ secret }: Observed) => (secret.found === 'ours' && secret.intact ? secret.delivered?.key : undefined);

test('a key comes before consumers only once it was proven, and the one before it is then still active', () => {
  forEveryWorld((desired, observed) => {
    const worlds = way(desired, observed);
    for (const [index, world] of worlds.entries()) {
      const before = worlds[index - 1];
      const [was, is] = [before && readBy(before), readBy(world)];
      if (!before || was === undefined || is === undefined || was === is) continue;
      expect(before.proof).toMatchObject({ key: is, outcome: 'Succeeded' });
      expect(world.keys.find(({ id }) => id === was)?.active).toBe(true);
    }
  });
});

/** Since when consumers can read the key that the Secret has, by the later of both clocks. */
function readableSince({ secret, keys, now }: Observed): number {
  if (secret.found !== 'ours' || !secret.delivered) return Number.NaN;
  const { key, at } = secret.delivered;
  return Math.max(at > now ? 0 : at, keys.find(({ id }) => id === key)?.createdAt ?? 0);
}

test('the key before stays active for the whole overlap, counted from the later of both clocks', () => {
  let seen = 0;
  forEveryWorld((desired, observed) => {
    const { secret } = observed;
    if (secret.found === 'ours' && secret.retiring?.deactivatedAt !== undefined) return;
    for (const world of way(desired, observed)) {
      const { steps } = plan(desired, world);
      if (!steps.some((step) => step.do === 'DeactivateAccessKey')) continue;
      seen++;
      const promised = desired.spec.accessKey.rotationOverlapHours * 3_600_000;
      expect(world.now - readableSince(world)).toBeGreaterThan(promised);
    }
  });
  expect(seen).toBeGreaterThan(0);
});

test('the generated worlds lead through every step on a key', () => {
  const seen = new Map<string, number>();
  forEveryWorld((desired, observed) => {
    const { steps } = preview(backupTarget, desired, observed, policyOf(desired.annotations));
    for (const { do: what } of steps) seen.set(what, (seen.get(what) ?? 0) + 1);
  });
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining([
      'ReserveSecret',
      'ReserveNextKey',
      'CreateAccessKey',
      'ProveAccessKey',
      'PromoteAccessKey',
      'DeactivateAccessKey',
      'DeleteAccessKey',
    ]),
  );
});
