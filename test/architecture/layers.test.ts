// SPDX-License-Identifier: GPL-3.0-or-later
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Cruised } from './cruise.ts';
import { harmless, planted, targets } from './planted.ts';

const root = resolve(import.meta.dirname, '../..');
const tree = mkdtempSync(join(tmpdir(), 'planted-'));
let found: Cruised;

/** In a process of its own: Jest's module registry knows nothing of dependency-cruiser's plug-ins and Node's type stripping. */
function cruise(path: string): Cruised {
  const flags = ['--disable-warning=ExperimentalWarning', join(root, 'test/architecture/cruise.ts')];
  try {
    return JSON.parse(execFileSync(process.execPath, [...flags, path, '-o', 'json'], { encoding: 'utf8' })) as Cruised;
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status !== 1 || !stdout) throw error;
    return JSON.parse(stdout) as Cruised;
  }
}

beforeAll(() => {
  const files = { ...targets, ...harmless, ...Object.fromEntries(planted.map(({ path, code }) => [path, code])) };
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), code);
  }
  cpSync(join(root, 'package.json'), join(tree, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  found = cruise(tree);
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true }));

test.each(planted)('$path is refused by $rule', ({ rule, path }) => {
  expect(found.violations).toContainEqual(expect.objectContaining({ rule, from: path }));
});

test('every rule has a planted violation', () => {
  const { forbidden, atRunTime } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string }[];
    atRunTime: { name: string }[];
  };
  const untested = [...forbidden, ...atRunTime]
    .map(({ name }) => name)
    .filter((name) => !planted.some(({ rule }) => rule === name));
  expect(untested).toEqual([]);
});

test('what the layers allow is not refused', () => {
  expect(found.violations.filter(({ from }) => Object.hasOwn(harmless, from))).toEqual([]);
});

test('the real tree is parsed, its type-only imports are told apart, and it breaks no rule', () => {
  const real = cruise(root);
  expect(real.imports).toBeGreaterThan(500);
  expect(real.typeOnly).toBeGreaterThan(100);
  expect(real.typeOnly).toBeLessThan(real.imports);
  expect(real.violations).toEqual([]);
}, 60_000);
