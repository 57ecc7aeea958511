// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { ownershipOf } from '../../../src/core/owner-mark.ts';
import { registryOwnershipOf } from '../../../src/core/registry-mark.ts';
import { gslbEndpoint } from '../../../src/kinds/gslb-endpoint/index.ts';
import { ownershipOfType, valuesOf } from '../../../src/kinds/gslb-endpoint/name.ts';
import type { GslbStep } from '../../../src/kinds/gslb-endpoint/steps.ts';
import { isOurs } from '../../../src/kinds/gslb-endpoint/wanted-checks.ts';
import { frames, keepsTheLaws, type Lawful } from '../law-frames.ts';
import { fqdn, owner, type Desired, type Observed } from './pieces.ts';
import { observedWorlds, wishes } from './worlds.ts';

const { plan, after, identity, drift, calls } = gslbEndpoint;
const given: Lawful<Desired['spec'], Desired['last'], Observed, GslbStep> = {
  kind: { plan, after, identity, drift, calls },
  wishes,
  worlds: observedWorlds,
  runs: 80,
  turned: (world: Observed): Observed => ({
    ...world,
    records: world.records.toReversed(),
    checks: world.checks.toReversed(),
    statuses: world.statuses.toReversed(),
  }),
};
const { forEveryWorld, see, way } = frames(given);
/** Where it is counted what was met: always the same worlds. */
const counted = { numRuns: 500, seed: 7 };

keepsTheLaws(given);

test('what has happened already changes nothing when it happens again', () => {
  forEveryWorld((desired, observed) => {
    for (const { world, change } of way(desired, observed)) {
      if (!('happens' in change)) continue;
      const next = after(world, change);
      expect(after(next, change)).toBe(next);
    }
  });
});

const place = (world: Observed) => ({ records: world.records, owner, fqdn, zone: 'seojun.shop' });

test('records of others are never touched, on no way: only what is named for adoption, or taken over from exactly that owner', () => {
  forEveryWorld((desired, observed) => {
    const named = Object.keys(desired.annotations).some((one) => /adopt|take-over/.test(one));
    const { end } = see(desired, observed);
    const theirs = observed.records.filter(
      (one) =>
        (one.name === fqdn && ownershipOfType(place(observed), one.type) !== 'mine') ||
        valuesOf(one).some((value) => typeof registryOwnershipOf(value, owner) === 'object'),
    );
    if (!named) expect(end.records).toEqual(expect.arrayContaining(theirs));
  });
});

test('health checks of others are never changed', () => {
  forEveryWorld((desired, observed) => {
    const { end } = see(desired, observed);
    const theirs = observed.checks.filter(({ tags = {} }) => typeof ownershipOf(tags, owner) === 'object');
    expect(end.checks).toEqual(expect.arrayContaining(theirs));
  });
});

test('every batch names what it takes away exactly as it is, makes nothing that is there, and has the owner record in it', () => {
  forEveryWorld((desired, observed) => {
    for (const { world, change } of way(desired, observed)) {
      if (!('changes' in change)) continue;
      let records = world.records;
      for (const { action, record } of change.changes) {
        expect(action).not.toBe('UPSERT');
        if (action === 'DELETE') {
          expect(records).toContainEqual(record);
          records = records.filter((one) => one !== record);
        } else {
          const same = records.filter(
            (one) => one.name === record.name && one.type === record.type && one.setIdentifier === record.setIdentifier,
          );
          expect(same).toEqual([]);
          records = [...records, record];
        }
      }
      const marks = change.changes.filter(({ record }) => record.type === 'TXT');
      if (change.do !== 'DeleteRecords') expect(marks.length).toBeGreaterThan(0);
    }
  });
});

test('a health check goes only when no record of ours uses it, and that is on all name servers; never is there a moment without one', () => {
  let seen = 0;
  forEveryWorld((desired, observed) => {
    for (const { world, change } of way(desired, observed)) {
      if (!('do' in change) || change.do !== 'DeleteHealthCheck') continue;
      seen++;
      const ours = world.records.filter(
        (one) => one.name === fqdn && ownershipOfType(place(world), one.type) === 'mine',
      );
      expect(ours.filter(({ healthCheckID }) => healthCheckID === change.check)).toEqual([]);
      const marked = world.records.some(({ type }) => type === 'TXT');
      if (marked && !desired.absent) expect(world.change).toBe('InSync');
    }
  }, counted);
  expect(seen).toBeGreaterThan(100);
});

test('a record that had a health check of ours never loses it while the endpoint has one in the spec', () => {
  forEveryWorld((desired, observed) => {
    if (desired.absent) return;
    const withCheck = desired.spec.endpoints.filter(({ healthCheck }) => healthCheck).map((one) => one.name);
    for (const { change } of way(desired, observed)) {
      if (!('changes' in change)) continue;
      const bare = change.changes.filter(
        ({ action, record }) =>
          action === 'CREATE' &&
          record.type !== 'TXT' &&
          withCheck.includes(record.setIdentifier ?? '') &&
          record.healthCheckID === undefined,
      );
      expect(bare).toEqual([]);
    }
  });
});

test('one change takes no more away than safety.maxRemovedPercent allows, unless a person does', () => {
  forEveryWorld((desired, observed) => {
    if (desired.absent || Object.keys(desired.annotations).some((one) => one.includes('mass-change'))) return;
    const { type } = desired.spec.record;
    const before = observed.records.filter((one) => one.name === fqdn && one.type === type);
    const simple = before.some(({ policy }) => policy.type === 'Simple') || desired.spec.policy === 'Simple';
    if (simple || ownershipOfType(place(observed), type) !== 'mine' || before.length === 0) return;
    const { end } = see(desired, observed);
    const names = desired.spec.endpoints.map((one) => one.setIdentifier ?? one.name);
    const gone = before.filter((one) => !end.records.some((other) => other.setIdentifier === one.setIdentifier));
    const drained = gone.filter(({ setIdentifier = '' }) => names.includes(setIdentifier));
    expect((gone.length - drained.length) / before.length).toBeLessThanOrEqual(0.5);
  });
});

test('at the end of a deletion nothing of ours is left; with Retain what is answered stays, without our mark', () => {
  forEveryWorld((desired, observed) => {
    if (!desired.absent) return;
    const { end, hold } = see(desired, observed);
    expect(hold).toBeUndefined();
    const marks = end.records.flatMap(valuesOf).filter((value) => registryOwnershipOf(value, owner) === 'mine');
    expect(marks).toEqual([]);
    const answered = ({ records }: Observed) => records.filter(({ type }) => type !== 'TXT');
    if (desired.spec.deletionPolicy === 'Retain') {
      expect(answered(end)).toEqual(answered(observed));
      expect(end.checks.filter(({ tags = {} }) => ownershipOf(tags, owner) === 'mine')).toEqual([]);
    } else expect(end.checks.filter((one) => isOurs(one, owner))).toEqual([]);
  });
});

test('the generated worlds lead through every step', () => {
  const seen = new Set<string>();
  forEveryWorld((desired, observed) => {
    for (const { do: what } of see(desired, observed).steps) seen.add(what);
  }, counted);
  const checks = 'CreateHealthCheck TagHealthCheck UpdateHealthCheck ReleaseHealthCheck DeleteHealthCheck';
  const records =
    'CreateRecords ChangeRecords AdoptRecords ConfirmRecords ReleaseRecords DeleteRecords DeleteOwnerRecord';
  expect([...seen].toSorted()).toEqual(`${checks} ${records}`.split(' ').toSorted());
});
