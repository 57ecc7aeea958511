// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generate, outdated } from '../../src/cli/generate.ts';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'generate-'));
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

test('The generated files in the repository are what the sources generate.', async () => {
  expect(await outdated(process.cwd())).toEqual([]);
});

test('Generating into an empty folder writes every file, and a second time none.', async () => {
  expect(await generate(root)).toContain('crds/hybridcloud.dev_backuptargets.yaml');
  expect(await generate(root)).toEqual([]);
});

test('A file that was edited, one that is missing and one that nothing generates any more are each named, and repaired.', async () => {
  await generate(root);
  await appendFile(join(root, 'crds/hybridcloud.dev_backuptargets.yaml'), ' ');
  await rm(join(root, 'docs/reference/backup-target.md'));
  await writeFile(join(root, 'crds/hybridcloud.dev_old.yaml'), '');
  const all = [
    'crds/hybridcloud.dev_backuptargets.yaml',
    'docs/reference/backup-target.md',
    'crds/hybridcloud.dev_old.yaml',
  ];
  expect(await outdated(root)).toEqual(all);
  expect(await generate(root)).toEqual(all);
  expect(await outdated(root)).toEqual([]);
});
