// SPDX-License-Identifier: GPL-3.0-or-later
/** What holds for every device, and wherever it was interrupted. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { markIn } from '../../../../src/clouds/opnsense/mark.ts';
import { ownershipOf } from '../../../../src/core/owner-mark.ts';
import { after } from '../../../../src/kinds/site-vpn/after.ts';
import { calls } from '../../../../src/kinds/site-vpn/calls.ts';
import { plan } from '../../../../src/kinds/site-vpn/plan/plan.ts';
import { descriptionOf, isAs } from '../../../../src/kinds/site-vpn/push/compare.ts';
import type { DeviceHere } from '../../../../src/kinds/site-vpn/push/found.ts';
import type { PushStep } from '../../../../src/kinds/site-vpn/push/steps.ts';
import { partOf } from '../../../../src/kinds/site-vpn/push/wanted.ts';
import type { Applied } from '../../../../src/clouds/opnsense/requests.ts';
import { owner, type Desired, type Observed } from '../pieces.ts';
import { devices, settledDevice, wantedOn, wish, withDevice } from './devices.ts';

type Configure = Extract<PushStep, { do: 'ConfigureDevice' }>;

const isPush = (step: object): step is PushStep => 'url' in step;
const deviceOf = ({ push }: Observed): DeviceHere => {
  if (push?.found !== 'here') throw new Error('there is no device');
  return push;
};
/** What is in effect, by part: the records that matter to it, as they were when it was applied. */
type Effect = Readonly<Record<Applied, string>>;

function saved(device: DeviceHere, part: Applied): string {
  const on = device.records.filter(
    (one) => partOf(one.kind) === part && one.fields['enabled'] !== '0' && one.fields['disabled'] !== '1',
  );
  const open = on.map(({ kind, uuid, fields: { description, descr, ...fields }, keyed }) => ({
    kind,
    uuid,
    fields,
    keyed,
  }));
  return JSON.stringify([part === 'IPsec' && device.enabled, open.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1))]);
}

interface Course {
  readonly world: Observed;
  readonly effect: Effect;
}

/** One step, or the part of it that was done when the operator was killed. */
function done({ world, effect }: Course, step: PushStep, upTo = Infinity): Course {
  const given = step.do === 'ConfigureDevice' ? cut(step, upTo) : step;
  if (given.do === 'ApplyDevice' && upTo < 2) {
    // applied, and not written down
    return { world, effect: upTo < 1 ? effect : { ...effect, [given.part]: saved(deviceOf(world), given.part) } };
  }
  const next = after(world, given);
  if (given.do !== 'ApplyDevice') return { world: next, effect };
  return { world: next, effect: { ...effect, [given.part]: saved(deviceOf(world), given.part) } };
}

function cut(step: Configure, upTo: number): Configure {
  const rest = Math.max(0, upTo - step.set.length);
  return { ...step, set: step.set.slice(0, upTo), remove: step.remove.slice(0, rest) };
}

/** As the engine does: all steps of a plan, then a new plan. The first ones are interrupted after so many writes. */
function run(given: Desired, start: Course, interruptions: readonly number[]): Course {
  let course = start;
  const left = [...interruptions];
  for (let round = 0; round < 40; round++) {
    const steps = plan(given, course.world).steps.filter(isPush);
    if (steps.length === 0) return course;
    for (const step of steps) {
      const upTo = left.shift();
      course = done(course, step, upTo);
      if (upTo !== undefined) break;
    }
  }
  throw new Error('it does not come to an end');
}

const interruptions = fc.array(fc.nat(14), { maxLength: 4 });
const start = (device: DeviceHere): Course => {
  // what was applied before is anything, unless the device is as we left it
  const effect = { IPsec: 'something else', Routes: 'something else' };
  return { world: withDevice(device), effect };
};

test('From any device and through any interruption it becomes what the spec says, and all of it is in effect.', () => {
  fc.assert(
    fc.property(devices, interruptions, (device, stops) => {
      const before = start(device);
      // a device whose ledger says so has that in effect
      const trusted = plan(wish(), before.world).steps.filter(isPush).length === 0;
      const { world, effect } = run(wish(), before, stops);
      const end = deviceOf(world);
      const wanted = wantedOn(end);
      expect(end.enabled).toBe(true);
      for (const one of wanted)
        expect(
          isAs(
            one,
            end.records.find(({ uuid }) => uuid === one.uuid),
          ),
        ).toBe(true);
      expect(end.records).toHaveLength(wanted.length);
      for (const part of ['IPsec', 'Routes'] as const) {
        const touched = saved(end, part) !== saved(device, part);
        if (!trusted && touched) expect(effect[part]).toBe(saved(end, part));
      }
    }),
    { numRuns: 100 },
  );
});

test('From any device and through any interruption a deletion leaves nothing, saved or in effect.', () => {
  fc.assert(
    fc.property(devices, interruptions, (device, stops) => {
      const { world, effect } = run(wish({ absent: true }), start(device), stops);
      const end = deviceOf(world);
      expect(end.records).toEqual([]);
      const hadLedger = (part: Applied) => device.records.filter(({ kind }) => partOf(kind) === part).length > 0;
      // without the ledger an interruption between the two can leave the last reconfigure undone
      if (stops.length === 0)
        for (const part of ['IPsec', 'Routes'] as const)
          if (hadLedger(part) && effect[part] !== 'something else')
            expect(JSON.parse(effect[part])).toEqual([part === 'IPsec' && device.enabled, []]);
    }),
    { numRuns: 100 },
  );
});

test('Nothing that is not ours is set or taken away, and no step holds a key.', () => {
  fc.assert(
    fc.property(devices, fc.boolean(), (device, absent) => {
      const given = wish({ absent });
      const ours = new Set([...device.records, ...wantedOn(device)].map(({ uuid }) => uuid));
      for (const step of plan(given, withDevice(device, given)).steps.filter(isPush)) {
        const touched = step.do === 'ConfigureDevice' ? [...step.set, ...step.remove] : [];
        expect(touched.filter(({ uuid }) => !ours.has(uuid))).toEqual([]);
        expect(JSON.stringify([step, calls(step)])).not.toContain('"Key"');
        for (const one of step.do === 'ConfigureDevice' ? step.set : []) {
          const text = descriptionOf(one);
          expect(ownershipOf(markIn(text), owner)).toBe('mine');
          expect(text.length).toBeLessThanOrEqual(255);
        }
      }
    }),
  );
});

test('A part is applied after its changes and once; the ledger is unwritten before, and others keep their ids.', () => {
  fc.assert(
    fc.property(devices, (device) => {
      const steps = plan(wish(), withDevice(device)).steps.filter(isPush);
      for (const part of ['IPsec', 'Routes'] as const) {
        const of = steps.filter((step) => 'part' in step && step.part === part).map((step) => step.do);
        expect([[], ['ApplyDevice'], ['ConfigureDevice', 'ApplyDevice']]).toContainEqual(of);
      }
      expect(new Set(steps.flatMap((step) => ('part' in step ? [step.part] : []))).size).toBeLessThanOrEqual(1);
      const vtis = wantedOn(device)
        .filter(({ kind }) => kind === 'vti')
        .map(({ fields }) => fields['reqid']);
      expect(new Set([...vtis, ...device.foreign.reqids]).size).toBe(2 + device.foreign.reqids.length);
    }),
  );
});

test('after shows each step, and gives the same world when it already shows.', () => {
  fc.assert(
    fc.property(devices, fc.constantFrom('present', 'absent', 'retain'), (device, how) => {
      const given = wish({ absent: how !== 'present' });
      const kept = how === 'retain' ? { ...given, spec: { ...given.spec, deletionPolicy: 'Retain' as const } } : given;
      let world = withDevice(device, kept);
      for (const step of plan(kept, world).steps.filter(isPush)) {
        world = after(world, step);
        expect(after(world, step)).toBe(world);
      }
    }),
  );
});

test('A device that is as it shall be has nothing done to it.', () => {
  expect(plan(wish(), withDevice(settledDevice())).steps).toEqual([]);
});
