// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledPackages } from './bundled-packages.ts';
import { notices, sbom } from './notices.ts';

export interface BundleOptions {
  /** The checkout. */
  readonly root: string;
  /** From the root. */
  readonly entry: string;
  /** Where the three files go; made when it is not there. */
  readonly folder: string;
}

/** Packages in CommonJS look for these, and an ES module has none of them. */
const banner = [
  '#!/usr/bin/env node',
  '// SPDX-License-Identifier: GPL-3.0-or-later',
  '// Bundled from the sources of hybrid-cloud-operator; the packages inside are listed in THIRD-PARTY-NOTICES.txt.',
  "import { createRequire as bundleRequire } from 'node:module';",
  "import { dirname as bundleDirname } from 'node:path';",
  "import { fileURLToPath as bundlePath } from 'node:url';",
  'const require = bundleRequire(import.meta.url);',
  'const __filename = bundlePath(import.meta.url);',
  'const __dirname = bundleDirname(__filename);',
].join('\n');

/**
 * Writes hybrid-operator.js, THIRD-PARTY-NOTICES.txt and sbom.cdx.json. The same sources and lockfile give the same bytes: nothing in
 * them tells when, where or by whom they were built. Code keeps its names and lines, so that a stack trace can be read.
 */
export async function buildBundle({
  root,
  entry,
  folder,
}: BundleOptions): Promise<{ bytes: number; packages: number }> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'hybrid-operator.js',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // `debug` tries whether it is there; here it is only among the development tools
    external: ['supports-color'],
    banner: { js: banner },
    logLevel: 'warning',
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error('esbuild made no file');
  const packages = await bundledPackages(root, Object.keys(result.metafile.inputs));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'hybrid-operator.js'), file.contents);
  await chmod(join(folder, 'hybrid-operator.js'), 0o755);
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), notices(packages));
  await writeFile(join(folder, 'sbom.cdx.json'), await sbom(root, packages));
  return { bytes: file.contents.length, packages: packages.length };
}
