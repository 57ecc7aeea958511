// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm ci` on machines of all kinds: npm refuses a lock file that leaves out the packages of any platform. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

/** Where Node would find `name` from the package at `place`. */
function found(place: string, name: string): boolean {
  for (let at = place; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))))
    if (packages[`${at}/node_modules/${name}`]) return true;
  return packages[`node_modules/${name}`] !== undefined;
}

test('the lock file has a version of every package.', () => {
  const without = Object.entries(packages).filter(([place, { version }]) => place !== '' && !version);
  expect(without.map(([place]) => place)).toEqual([]);
});

// A registry that lacks a package, or a node_modules of one platform, makes `npm install` drop the others' without a word
test('the lock file names the optional packages of all platforms, not only of the one that it was written on.', () => {
  const wanted = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ place, name })),
  );
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.filter(({ place, name }) => !found(place, name))).toEqual([]);
});
