// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm ci` on any platform, with or without install scripts, takes what the lockfile says and nothing else. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, unknown>;
const locked = Object.entries(read('package-lock.json')['packages'] as Record<string, Locked>);
const packages = locked.filter(([path]) => path !== '');
const manifest = read('package.json') as Record<string, Record<string, string>>;

test('every package for another platform is in the lockfile, too: npm 11 refuses to install without', () => {
  const paths = new Set(locked.map(([path]) => path));
  const missing = packages.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !paths.has(`node_modules/${name}`) && !paths.has(`${path}/node_modules/${name}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('every package has its checksum, but for those of platforms that are not installed here', () => {
  const without = packages.filter(([, { integrity }]) => integrity === undefined);
  expect(without.filter(([, { optional, os, cpu }]) => !optional || !(os ?? cpu)).map(([path]) => path)).toEqual([]);
});

test('nothing that the operator runs has an install script', () => {
  const scripted = packages.filter(([, { dev, hasInstallScript }]) => !dev && hasInstallScript);
  expect(scripted.map(([path]) => path)).toEqual([]);
});

test('no address of a registry is written down: who installs chooses it', () => {
  expect(packages.filter(([, { resolved }]) => resolved?.startsWith('http')).map(([path]) => path)).toEqual([]);
});

test('package.json names exact versions, and the lockfile has the same', () => {
  const [, own] = locked.find(([path]) => path === '') ?? [];
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const) {
    expect(Object.values(manifest[kind] ?? {}).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect((own as unknown as Record<string, unknown>)[kind]).toEqual(manifest[kind]);
  }
});
