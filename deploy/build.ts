// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run build` makes what the container image holds: one file that needs nothing but Node, and what is said about its parts; `npm pack ./dist` makes a package of it. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildBundle } from './bundle/build-bundle.ts';
import { writePackage } from './bundle/write-package.ts';

const root = resolve(import.meta.dirname, '..');

if (import.meta.main) {
  const folder = join(root, 'dist');
  await rm(folder, { recursive: true, force: true });
  const { bytes, packages } = await buildBundle({ root, entry: 'src/cli/main.ts', folder });
  await writePackage(root, folder);
  console.log(`dist/hybrid-operator.js: ${(bytes / 1024 / 1024).toFixed(2)} MiB, with ${packages} packages inside`);
}
