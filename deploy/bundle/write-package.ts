// SPDX-License-Identifier: GPL-3.0-or-later
/** Makes of the bundle's folder a package: `npm pack ./dist`. It needs no other package, so it installs without a registry. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Description {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** Beside the bundle: what the demo applies, and what a reader wants. An image's build has no need of them and does not bring them along. */
const extras = ['examples', 'crds', 'LICENSE', 'README.md', 'CHANGELOG.md'];

export async function writePackage(root: string, folder: string): Promise<void> {
  const { name, version, description, license } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  ) as Description;
  const launcher = 'bin/hybrid-operator.js';
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { 'hybrid-operator': launcher },
    engines: { node: '>=24' },
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await mkdir(join(folder, 'bin'), { recursive: true });
  const files = [launcher, ...extras].filter((path) => existsSync(join(root, path)));
  await Promise.all(files.map((path) => cp(join(root, path), join(folder, path), { recursive: true })));
}
