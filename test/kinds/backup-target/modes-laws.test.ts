// SPDX-License-Identifier: GPL-3.0-or-later
/** Laws of drift and approval that every kind keeps, over generated worlds. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { digestsOf, planHash } from '../../../src/core/plan-hash.ts';
import { markOf } from '../../../src/core/owner-mark.ts';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { observedWorlds, owner, wishes, type Desired, type Observed } from './worlds.ts';

const runs = { numRuns: 300 };
const see = (desired: Desired, observed: Observed) =>
  preview(backupTarget, desired, observed, policyOf(desired.annotations));

function forEveryWorld(law: (desired: Desired, observed: Observed) => void): void {
  fc.assert(fc.property(wishes, observedWorlds, law), runs);
}

/** Steps that set what a spec says, beside those that make, mark, take away and prove. */
const setting = /^(BlockPublicAccess|DisableACLs|Set\w+|RequireTLS|TagBucket)$/;

test('where the way ends, nothing that it set is different any more', () => {
  forEveryWorld((desired, observed) => {
    if (desired.absent) return;
    const { end, hold } = see(desired, observed);
    if (!hold) expect(backupTarget.drift(desired, end)).toEqual([]);
  });
});

test('no difference in what is ours goes without a step that sets it, and no setting step without a difference', () => {
  forEveryWorld((desired, observed) => {
    if (desired.absent || observed.bucket.found !== 'here' || !observed.user) return;
    const { steps, hold } = backupTarget.plan(desired, observed);
    if (hold) return;
    const differences = backupTarget.drift(desired, observed);
    expect(differences.length > 0).toBe(steps.some((step) => setting.test(step.do)));
  });
});

test('each path stands once, wanted and found differ, and the order of lists does not matter', () => {
  forEveryWorld((desired, observed) => {
    const differences = backupTarget.drift(desired, observed);
    expect(new Set(differences.map(({ path }) => path)).size).toBe(differences.length);
    for (const { want, have } of differences) expect(want).not.toBe(have);
    const turned = { ...observed, keys: observed.keys.toReversed() };
    expect(backupTarget.drift(desired, turned)).toEqual(differences);
  });
});

test('a plan has the same hash a moment later, and with its keys in another order', () => {
  forEveryWorld((desired, observed) => {
    const { steps } = backupTarget.plan(desired, observed);
    const turned = { ...observed, keys: observed.keys.toReversed(), now: observed.now + 300 };
    expect(planHash(backupTarget, backupTarget.plan(desired, turned).steps)).toBe(planHash(backupTarget, steps));
  });
});

test('what is left after any step of a way lies within the set that the whole way is', () => {
  forEveryWorld((desired, observed) => {
    const whole = see(desired, observed);
    const set = new Set(digestsOf(backupTarget, whole.steps));
    let world = observed;
    for (const step of backupTarget.plan(desired, observed).steps) {
      world = backupTarget.after(world, step);
      const left = digestsOf(backupTarget, see(desired, world).steps);
      expect(left.filter((one) => !set.has(one))).toEqual([]);
    }
  });
});

test('an ignored field is neither written on any way nor told, whatever it is; the owner mark and what keeps the bucket closed are', () => {
  const writes: Readonly<Record<string, string>> = {
    'bucket.encryption': 'SetEncryption',
    'bucket.lifecycle': 'SetLifecycle',
    'bucket.versioning': 'SetVersioning',
  };
  forEveryWorld((desired, observed) => {
    const { ignoreFields = [] } = desired.spec;
    const told = backupTarget.drift(desired, observed).map(({ path }) => path);
    const { steps, end, hold } = see(desired, observed);
    for (const field of ignoreFields) {
      expect(told.filter((path) => path === field || path.startsWith(`${field}.team`))).toEqual([]);
      expect(steps.map((step) => step.do)).not.toContain(writes[field]);
    }
    if (desired.absent || hold || end.bucket.found !== 'here') return;
    expect(end.bucket.settings).toMatchObject({ publicAccessBlocked: true, objectOwnership: 'BucketOwnerEnforced' });
    expect(end.bucket.settings.tags).toMatchObject(markOf(owner));
    const before = observed.bucket.found === 'here' ? observed.bucket.settings.tags['team'] : undefined;
    expect(end.bucket.settings.tags['team']).toBe(ignoreFields.includes('bucket.tags') ? before : 'backup');
  });
});
