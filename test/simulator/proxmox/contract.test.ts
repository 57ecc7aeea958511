// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { nextRun } from '../../../src/simulator/proxmox/calendar.ts';
import type { Endpoint } from '../../../src/simulator/proxmox/contract/endpoint.ts';
import { patternOf } from '../../../src/simulator/proxmox/contract/pattern.ts';
import { pbsEndpoints } from '../../../src/simulator/proxmox/pbs/contract.ts';
import { pbsHandlers } from '../../../src/simulator/proxmox/pbs/handlers.ts';
import { pveEndpoints } from '../../../src/simulator/proxmox/pve/contract.ts';
import { pveHandlers } from '../../../src/simulator/proxmox/pve/handlers.ts';

const folder = join(import.meta.dirname, '../../../src/simulator/proxmox/schema');

test.each([
  ['pve-9.2.json', '2b7c3194d7fe00e781002ddb3fa3a6ad9a38a28836268b92a3471826d8ef36b3'],
  ['pve-8.4.json', 'd8b5655458ed795d20abe6f3bd18b94619c433fcbf9eb2fe2103406405f7dcde'],
  ['pbs-4.2.json', 'f67c88dc8bb9cac76ff1061e68c177c9dbe3d4f9f56dfd4563e1eeccd535d7fe'],
])('%s is what was taken over from the product’s API viewer: nobody mends a contract by hand.', (name, digest) => {
  expect(
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ).toBe(digest);
});

function patternsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
}

test('Every pattern of the contracts is one here, too.', () => {
  const patterns = new Set(
    [pveEndpoints['8.4'], pveEndpoints['9.2'], pbsEndpoints].flatMap((all) =>
      all.flatMap(({ parameters }) => patternsIn(parameters)),
    ),
  );
  expect(patterns.size).toBeGreaterThan(30);
  for (const pattern of patterns) expect(() => patternOf(pattern)).not.toThrow();
});

const names = (endpoints: readonly Endpoint[]) => endpoints.map(({ method, path }) => `${method} ${path}`);

test('Every endpoint of a contract is answered, and nothing is answered that no contract has.', () => {
  expect(names(pbsEndpoints).filter((name) => !pbsHandlers[name])).toEqual([]);
  expect(names(pveEndpoints['9.2']).filter((name) => !pveHandlers[name])).toEqual([]);
  expect(Object.keys(pveHandlers).filter((name) => !names(pveEndpoints['9.2']).includes(name))).toEqual([]);
  expect(Object.keys(pbsHandlers).filter((name) => !names(pbsEndpoints).includes(name))).toEqual([]);
});

const monday = Date.UTC(2026, 0, 5, 9);
const at = (text: string) => Date.parse(`${text}:00Z`);

test.each([
  ['02:00', '2026-01-06T02:00'],
  ['mon..fri 22:30', '2026-01-05T22:30'],
  ['sat,sun 10:00', '2026-01-10T10:00'],
  ['*/6:00', '2026-01-05T12:00'],
  ['8..17:0/15', '2026-01-05T09:15'],
  ['daily', '2026-01-06T00:00'],
  ['weekly', '2026-01-12T00:00'],
  ['monthly', '2026-02-01T00:00'],
  ['hourly', '2026-01-05T10:00'],
  ['*-15 03:00', '2026-01-15T03:00'],
  ['fri..mon 01:00', '2026-01-09T01:00'],
  ['sun', '2026-01-11T00:00'],
])('The calendar event %s comes at %s, and strictly after what was.', (event, next) => {
  expect(nextRun(event, monday)).toBe(at(next));
  expect(nextRun(event, at(next))).toBeGreaterThan(at(next));
});

test.each(['', 'never', '25:00', '12:60', 'mon..xyz 10:00', '2:00 3:00', '*/0:00', '10:00 mon', '1-2-3-4 00:00'])(
  '%j is no calendar event.',
  (event) => {
    expect(nextRun(event, monday)).toBeUndefined();
  },
);
