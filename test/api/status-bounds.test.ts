// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { assert, constantFrom, integer, property } from 'fast-check';
import { backupTarget } from '../../src/api/backup-target.ts';
import { toSchema } from '../../src/api/crd.ts';
import { boundStatus } from '../../src/api/status-bounds.ts';
import type { Schema } from '../../src/api/structural.ts';
import { seeded } from '../kube/seeded.ts';

const schema = toSchema(backupTarget.statusSchema);
const since = '2025-11-29T02:00:00Z';
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

function huge(entries: number, text: string) {
  const numbers = Array.from({ length: entries }, (_, index) => index);
  const parameters = numbers.slice(0, 40).map((n) => ({ name: `P${n}`, value: text }));
  return {
    observedGeneration: 3,
    conditions: [{ type: 'Ready', status: 'False', reason: 'NotOurs', message: text, lastTransitionTime: since }],
    plan: {
      hash: 'abc',
      steps: numbers.map((n) => ({
        do: `Step${n}`,
        effect: 'create',
        target: text,
        calls: [{ service: 's3', action: 'A', parameters }],
      })),
    },
    drift: numbers.map((n) => ({ path: `p${n}`, want: text, have: text, since })),
    blockedBy: numbers.map((n) => ({ kind: 'Secret', id: `s${n}`, why: text, since })),
    begun: [{ key: 'k', at: since, step: '{"do":"CreateBucket"}' }],
  };
}

test('A status that fits is returned as it is.', () => {
  const status = huge(1, 'short');
  expect(boundStatus(schema, status)).toBe(status);
});

test('A status of 500 entries in every list is cut to what the schema takes, under 32 KiB, and says how many steps it left out.', () => {
  const status = boundStatus(schema, huge(500, 'x'.repeat(3000)));
  expect(bytes(status)).toBeLessThan(32 * 1024);
  expect(backupTarget.statusSchema.safeParse(status).error).toBeUndefined();
  expect((status.plan as { omittedSteps?: number }).omittedSteps).toBe(500 - status.plan.steps.length);
  expect(status.conditions[0]?.message).toMatch(/^x{1023}…$/);
});

test('Two drifts of one path would make the API server refuse the whole status: the first one stays.', () => {
  const drift = [
    { path: 'a', want: '1', have: '2', since },
    { path: 'a', want: '1', have: '3', since },
    { path: 'b', want: '', have: '', since },
  ];
  expect(boundStatus(schema, { drift }).drift).toEqual([drift[0], drift[2]]);
});

test('The journal is never cut: half a step could not be read back.', () => {
  const status = {
    ...huge(500, '팀'.repeat(2000)),
    begun: [{ key: 'k', at: since, step: JSON.stringify({ do: 'x'.repeat(1500) }) }],
  };
  expect(boundStatus(schema, status).begun).toEqual(status.begun);
});

test('Cutting a text never leaves half a character.', () => {
  const message = `${'a'.repeat(1022)}😀😀`;
  const [condition] = boundStatus(schema, { conditions: [{ type: 'Ready', message }] }).conditions;
  expect(condition?.message.isWellFormed()).toBe(true);
});

test('Any mixture of entries and lengths stays valid and under 32 KiB.', () => {
  assert(
    property(
      integer({ min: 0, max: 500 }),
      integer({ min: 0, max: 3000 }),
      constantFrom('a', '팀', '"', '😀'),
      (entries, length, unit) => {
        const status = boundStatus(schema, huge(Math.min(entries, 110), unit.repeat(length)));
        return bytes(status) < 32 * 1024 && backupTarget.statusSchema.safeParse(status).success;
      },
    ),
    { numRuns: 15 },
  );
});

type Shape = Schema & { readonly pattern?: string; readonly format?: string };

/** Any value of a schema, beyond its bounds where it has any: lists of up to 130, texts of up to 1500 characters of all widths. */
function beyond(part: Shape, random: () => number, depth = 0): unknown {
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  if (part.enum) return part.enum[upTo(part.enum.length - 1)];
  if (part.type === 'array')
    return Array.from({ length: upTo(depth > 1 ? 3 : 130) }, () => beyond(part.items ?? {}, random, depth + 1));
  if (part.type === 'object') {
    const required = new Set(part.required);
    const fields = Object.entries(part.properties ?? {}).filter(([name]) => required.has(name) || random() < 0.8);
    return Object.fromEntries(fields.map(([name, field]) => [name, beyond(field, random, depth + 1)]));
  }
  return part.type === 'integer' ? upTo(1000) : textOf(part, upTo);
}

function textOf(part: Shape, upTo: (most: number) => number): string {
  if (part.format === 'date-time') return since;
  if (part.pattern !== undefined) return `C${'a'.repeat(upTo(40))}`;
  return ['a', '팀', '"', '\n', '😀'][upTo(4)]?.repeat(upTo(upTo(1) ? 40 : 1500)) ?? '';
}

test('Whatever stands in any field of the status, all of them at their worst at once, it stays valid and under 32 KiB, and what is read back is whole.', () => {
  const random = seeded(11);
  for (let run = 0; run < 30; run++) {
    const status = {
      ...(beyond(schema, random) as Record<string, unknown>),
      begun: [{ key: 'k', at: since, step: JSON.stringify({ do: 'x'.repeat(1900) }) }],
      approved: {
        hash: 'h',
        at: since,
        steps: Array.from({ length: 100 }, (_, index) => `${index}`.padStart(16, '0')),
      },
    };
    const bounded = boundStatus(schema, status);
    expect(backupTarget.statusSchema.safeParse(bounded).error?.message).toBeUndefined();
    expect({ run, fits: bytes(bounded) < 32 * 1024, size: bytes(bounded) }).toMatchObject({ run, fits: true });
    expect([bounded.begun, bounded.approved]).toEqual([status.begun, status.approved]);
    for (const kept of ['conditions', 'accessKey', 'validation', 'claimedBy'])
      expect(Object.hasOwn(bounded, kept)).toBe(Object.hasOwn(status, kept));
  }
});
