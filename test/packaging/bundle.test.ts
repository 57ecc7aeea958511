// SPDX-License-Identifier: GPL-3.0-or-later
/** The bundle that the container image holds, built and started as the image would: another user, a tree that cannot be written, no shell. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stop } from 'esbuild';
import { buildBundle } from '../../deploy/bundle/build-bundle.ts';

const root = resolve(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'bundle-'));
const first = join(work, 'first');
const second = join(work, 'second');
const isRoot = process.getuid?.() === 0;
const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly { readonly expression: string }[];
}

function components(): Component[] {
  return (JSON.parse(readFileSync(join(first, 'sbom.cdx.json'), 'utf8')) as { components: Component[] }).components;
}

function start(...args: string[]) {
  return spawnSync(process.execPath, ['--max-semi-space-size=2', join(first, 'hybrid-operator.js'), ...args], {
    cwd: '/',
    env: {},
    encoding: 'utf8',
    timeout: 20_000,
    ...(isRoot ? { uid: 65532, gid: 65532 } : {}),
  });
}

beforeAll(async () => {
  for (const folder of [first, second]) await buildBundle({ root, entry: 'src/cli/main.ts', folder });
  for (const name of readdirSync(first)) chmodSync(join(first, name), 0o444);
  chmodSync(first, 0o555);
  chmodSync(work, 0o755);
}, 60_000);

afterAll(async () => {
  await stop();
  chmodSync(first, 0o755);
  rmSync(work, { recursive: true });
});

test('two builds are equal, byte for byte', () => {
  const names = readdirSync(first).sort();
  expect(names).toEqual(['THIRD-PARTY-NOTICES.txt', 'hybrid-operator.js', 'sbom.cdx.json']);
  for (const name of names) expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name)))).toBe(true);
});

test('the bundle starts alone, from a read-only tree, and says its version', () => {
  const { size } = statSync(join(first, 'hybrid-operator.js'));
  process.stdout.write(`the bundle has ${(size / 1024 / 1024).toFixed(2)} MiB\n`);
  const { status, stdout, stderr } = start('version');
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  expect(size).toBeLessThan(12 * 1024 * 1024);
});

test('the bundle without a cluster ends with one line that says what to give', () => {
  const { status, stderr } = start('run', '--kubeconfig', '/nowhere', '--http-port', '0');
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('--kubeconfig');
});

test('the bundle tells nothing of the machine that built it', () => {
  const text = readFileSync(join(first, 'hybrid-operator.js'), 'utf8');
  expect(text).not.toContain(root);
});

test('every package inside is listed with its notice, has the version of the lockfile and is no development tool', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; dev?: boolean }>;
  };
  const locked = Object.entries(lock.packages)
    .filter(([, { dev }]) => !dev)
    .map(([path, one]) => `${path.replace(/^.*node_modules\//, '')}@${one.version}`);
  const inside = components().map((one) => `${one.name}@${one.version}`);
  expect(inside).toContain('zod@' + components().find(({ name }) => name === 'zod')?.version);
  expect(inside.filter((one) => !locked.includes(one))).toEqual([]);
  const notices = readFileSync(join(first, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  expect(components().filter((one) => !notices.includes(`${one.name} ${one.version}\n`))).toEqual([]);
});

test('every licence inside may be part of a GPL-3.0-or-later work', () => {
  const compatible = [
    'MIT',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Unlicense',
    'GPL-3.0-or-later',
    // proxmox-api: its files say "either version 3 of the License, or (at your option) any later version"
    'GPL-3.0',
  ];
  expect(
    components().filter(({ licenses }) => !licenses.every(({ expression }) => compatible.includes(expression))),
  ).toEqual([]);
});
