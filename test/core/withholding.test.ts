// SPDX-License-Identifier: GPL-3.0-or-later
/** Outside of spec.maintenance nothing that works is interrupted, whatever the kind. */
import { beforeEach, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { windowAt } from '../../src/core/maintenance.ts';
import { newMemory } from '../../src/core/memory.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import { isDisrupting } from '../../src/core/step.ts';
import type { Desired } from '../../src/core/kind.ts';
import { windowNote } from '../../src/core/withholding.ts';
import {
  allow,
  closed,
  condition,
  day,
  done,
  engine,
  finalizer,
  frozen,
  hour,
  kind,
  make,
  monday,
  nights,
  open,
  play,
  settle,
  shownPlan,
  type Spec,
} from './withholding-kind.ts';

beforeEach(() => {
  play.now = closed;
  play.world = { quiet: [1, 1], loud: [1, 1] };
  play.acts = [];
  play.notes = [];
  play.heeds = true;
  play.memory = newMemory();
});

test('Outside of a window the rest goes on; what interrupts waits, is told and shown, and the object wakes at the opening.', async () => {
  make({ maintenance: nights, to: 2 });
  const outcome = await settle();
  expect(done()).toEqual(['quiet 0', 'quiet 1']);
  expect(condition('Synced')).toMatchObject({ status: 'False', reason: 'OutsideWindow' });
  const { message = '' } = condition('Synced') ?? {};
  expect(message).toContain('Change (loud 0), Change (loud 1) would interrupt what works');
  expect(message).toContain('window nights, which opens 2026-01-05T17:00:00Z (02:00 on 2026-01-06, Asia/Seoul)');
  expect(message).toContain(
    'kubectl annotate -n default --overwrite machines m hybridcloud.dev/allow-disruption-until=<time',
  );
  expect(condition('Ready')).toMatchObject({ status: 'True' });
  expect(condition('Stalled')).toMatchObject({ status: 'False' });
  expect(shownPlan()?.steps).toMatchObject([
    { target: 'loud 0', risk: 'disrupts', calls: [{}] },
    { target: 'loud 1', risk: 'disrupts' },
  ]);
  expect(outcome).toMatchObject({ next: 'later', ms: 600_000 });
  play.now = monday + 17 * hour - 60_000;
  expect(await settle()).toMatchObject({ next: 'later', ms: 60_000 });
  expect(done()).toHaveLength(2);
  play.now += 60_000;
  await settle();
  expect(done().slice(2)).toEqual(['loud 0', 'loud 1']);
  expect(condition('Synced')).toMatchObject({ status: 'True' });
  expect(play.notes.some(({ reason }) => reason === 'WindowOverridden')).toBe(false);
});

test('A message that waits does not change from look to look, so that nothing is written while nothing happens.', async () => {
  make({ maintenance: nights, to: 2 });
  await settle();
  const { resourceVersion } = play.object.metadata;
  for (const minutes of [10, 20, 200]) {
    play.now = closed + minutes * 60_000;
    await settle();
  }
  expect(play.object.metadata.resourceVersion).toBe(resourceVersion);
});

test('A kind that goes past nothing is cut before the first step that interrupts.', async () => {
  play.heeds = false;
  make({ maintenance: nights, to: 2 });
  expect(await settle()).toMatchObject({ next: 'later' });
  expect(done()).toEqual([]);
  expect(condition('Synced')).toMatchObject({ reason: 'OutsideWindow' });
  play.now = open;
  await settle();
  expect(done()).toHaveLength(4);
});

test('What is gone is made again at once, also while a change of what works waits.', async () => {
  play.world = { quiet: [1, 0], loud: [0, 1] };
  make({ maintenance: nights, to: 2 });
  await settle();
  expect(done()).toEqual(['loud 0', 'quiet 0', 'quiet 1']);
});

test('Without spec.maintenance, and in a deletion, nothing waits.', async () => {
  make({ to: 2 });
  await settle();
  expect(done()).toHaveLength(4);
  make({ maintenance: frozen, to: 2 });
  play.object = {
    ...play.object,
    metadata: { ...play.object.metadata, finalizers: [finalizer], deletionTimestamp: '2026-01-05T12:00:00Z' },
  };
  await settle();
  expect(done()).toHaveLength(8);
});

test('A freeze: nothing that interrupts is done in a window either, and nothing polls for its end.', async () => {
  play.now = open;
  make({ maintenance: { ...nights, freeze: true }, to: 2 });
  const outcome = await settle();
  expect(done()).toEqual(['quiet 0', 'quiet 1']);
  expect(condition('Synced')).toMatchObject({
    reason: 'Frozen',
    message: expect.stringContaining('waits while maintenance.freeze is true'),
  });
  expect(outcome).toMatchObject({ next: 'later', ms: 600_000 });
});

test('An override has it done at once, and each such step is on record before it is sent.', async () => {
  make({ maintenance: frozen, to: 2 }, allow(closed + hour));
  await settle();
  expect(done()).toHaveLength(4);
  const told = play.notes.filter(({ reason }) => reason === 'WindowOverridden');
  expect(told.map(({ type, message }) => `${type} ${message}`)).toEqual(
    ['loud 0', 'loud 1'].map(
      (target) =>
        `Warning While maintenance.freeze is true, as hybridcloud.dev/allow-disruption-until=2026-01-05T13:00:00.000Z allows: Change (${target})`,
    ),
  );
});

test('Plan: an approval opens no window; what was approved and interrupts nothing is done, and the rest once it opens.', async () => {
  make({ maintenance: nights, managementPolicy: 'Plan', to: 2 });
  await settle();
  const { hash } = (play.object.status as { plan: { hash: string } }).plan;
  play.object = {
    ...play.object,
    metadata: { ...play.object.metadata, annotations: { 'hybridcloud.dev/approve': hash } },
  };
  await settle();
  expect(done()).toEqual(['quiet 0', 'quiet 1']);
  expect(condition('Synced')).toMatchObject({ reason: 'OutsideWindow' });
  expect(play.object.metadata.annotations).toHaveProperty(['hybridcloud.dev/approve']);
  play.now = open;
  await settle();
  expect(done()).toHaveLength(4);
  expect(play.object.metadata.annotations).not.toHaveProperty(['hybridcloud.dev/approve']);
});

test('A window that closes while a look is on its way: what was not sent is not sent.', async () => {
  play.now = monday + 18 * hour - 1;
  make({ maintenance: nights, to: 2 });
  const first = kind.act.Change;
  const slow: typeof kind = {
    ...kind,
    act: {
      ...kind.act,
      Change: (clouds, step) => {
        const acted = first(clouds, step);
        play.now += 1;
        return acted;
      },
    },
  };
  const outcome = await reconcile(
    { engine, kind: slow, memory: play.memory, attempt: 0 },
    structuredClone(play.object),
  );
  expect(done()).toEqual(['loud 0']);
  expect(outcome).toMatchObject({ next: 'retry', error: { reason: 'OutsideWindow', applied: 'no' } });
  await settle();
  expect(done()).toEqual(['loud 0', 'quiet 0', 'quiet 1']);
});

test('A preview says what will wait, and for what.', () => {
  const step = { do: 'Change', effect: 'update', target: 'loud 0', risk: 'disrupts' } as const;
  const desired = (maintenance: Spec['maintenance'], rest: object = {}) =>
    ({ spec: { to: 2, ...(maintenance ? { maintenance } : {}) }, annotations: {}, absent: false, ...rest }) as Desired<
      unknown,
      unknown
    >;
  const waits = 'Change (loud 0) would interrupt what works, and waits';
  expect(windowNote(desired(nights), [step], closed)).toEqual([
    `${waits} for the maintenance window nights, which opens 2026-01-05T17:00:00Z (02:00 on 2026-01-06, Asia/Seoul)`,
  ]);
  expect(windowNote(desired(frozen), [step], open)).toEqual([`${waits} while maintenance.freeze is true`]);
  expect(windowNote(desired(frozen, { annotations: allow(closed + hour) }), [step], closed)).toEqual([
    `${waits} while maintenance.freeze is true; hybridcloud.dev/allow-disruption-until has it done at once`,
  ]);
  expect(windowNote(desired(nights), [step], open)).toEqual([]);
  expect(windowNote(desired(undefined), [step], closed)).toEqual([]);
  expect(windowNote(desired(nights, { absent: true }), [step], closed)).toEqual([]);
  expect(windowNote(desired(nights), [], closed)).toEqual([]);
});

const sizes = fc.array(fc.nat(2), { minLength: 1, maxLength: 3 });
const given = fc.record({
  from: fc.record({ quiet: sizes, loud: sizes }),
  to: fc.constantFrom(1, 2),
  maintenance: fc.constantFrom(nights, frozen, {
    windows: [
      { name: 'w', days: ['Sunday' as const], start: '23:00', durationMinutes: 600, timeZone: 'America/New_York' },
    ],
    freeze: false,
  }),
  start: fc.nat(14 * day),
  pauses: fc.array(fc.nat(9 * hour), { maxLength: 30 }),
  override: fc.option(fc.nat(14 * day), { nil: undefined }),
  heeding: fc.boolean(),
  deleted: fc.option(fc.nat(29), { nil: undefined }),
});

test('Whatever the windows, the times and the world: what works is interrupted in a window only, by an override, or by a deletion.', async () => {
  let [waited, interrupted] = [0, 0];
  await fc.assert(
    fc.asyncProperty(given, async ({ from, to, maintenance, start, pauses, override, heeding, deleted }) => {
      [play.world, play.now, play.heeds, play.acts, play.memory] = [from, monday + start, heeding, [], newMemory()];
      make({ maintenance, to }, override === undefined ? {} : allow(play.now + override));
      for (const [n, pause] of pauses.entries()) {
        if (n === deleted && play.object.metadata.finalizers?.length)
          play.object = {
            ...play.object,
            metadata: { ...play.object.metadata, deletionTimestamp: '2026-01-05T12:00:00Z' },
          };
        await settle();
        if (condition('Synced')?.reason === 'OutsideWindow') waited++;
        play.now += pause;
      }
      const allowedUntil = override === undefined ? 0 : monday + start + override;
      const isAllowed = (at: number) => allowedUntil > at && allowedUntil - at <= day;
      const loud = play.acts.filter(({ step }) => isDisrupting(step) && step.do === 'Change');
      interrupted += loud.length;
      expect(loud.filter(({ at }) => !isAllowed(at) && windowAt(maintenance, at).is !== 'Open')).toEqual([]);
      // a repair waits for nothing, where the kind goes past what waits
      const lost = [...play.world.quiet, ...play.world.loud].filter((is) => is === 0);
      if (heeding && pauses.length > 0 && !play.object.metadata.deletionTimestamp) expect(lost).toEqual([]);
    }),
    { numRuns: 200, seed: 7 },
  );
  expect(waited).toBeGreaterThan(100);
  expect(interrupted).toBeGreaterThan(20);
});
