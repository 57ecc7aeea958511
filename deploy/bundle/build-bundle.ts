// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundledPackages } from './bundled-packages.ts';
import { notices, sbom } from './notices.ts';

export interface BundleOptions {
  /** The checkout. */
  readonly root: string;
  /** From the root. */
  readonly entry: string;
  /** Where the files go; made when it is not there. */
  readonly folder: string;
}

/** Packages in CommonJS look for these, and an ES module has none of them. */
const banner = [
  '// SPDX-License-Identifier: GPL-3.0-or-later',
  '// Bundled from the sources of hybrid-cloud-operator; the packages inside are listed in THIRD-PARTY-NOTICES.txt.',
  "import { createRequire as bundleRequire } from 'node:module';",
  "import { dirname as bundleDirname } from 'node:path';",
  "import { fileURLToPath as bundlePath } from 'node:url';",
  'const require = bundleRequire(import.meta.url);',
  'const __filename = bundlePath(import.meta.url);',
  'const __dirname = bundleDirname(__filename);',
].join('\n');

const program = 'hybrid-operator.js';

/**
 * Writes hybrid-operator.js, its parts (part-*.js), THIRD-PARTY-NOTICES.txt and sbom.cdx.json. What is imported when it is first needed
 * is a part of its own: an operator reads neither the simulators nor the client of a service that it does not call. The same sources and lockfile give the same bytes: nothing in
 * them tells when, where or by whom they were built. Code keeps its names and lines, so that a stack trace can be read.
 */
export async function buildBundle({
  root,
  entry,
  folder,
}: BundleOptions): Promise<{ bytes: number; packages: number }> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: 'hybrid-operator' }],
    // nothing is written there: the names of parts, which are made of what is in them, must not tell of a folder
    outdir: 'dist',
    chunkNames: 'part-[hash]',
    splitting: true,
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
  const packages = await bundledPackages(root, Object.keys(result.metafile.inputs));
  await mkdir(folder, { recursive: true });
  for (const { path, contents } of result.outputFiles) await writeFile(join(folder, basename(path)), contents);
  await makeProgram(join(folder, program));
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), notices(packages));
  await writeFile(join(folder, 'sbom.cdx.json'), await sbom(root, packages));
  const bytes = result.outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
  return { bytes, packages: packages.length };
}

async function makeProgram(file: string): Promise<void> {
  await writeFile(file, `#!/usr/bin/env node\n${await readFile(file, 'utf8')}`);
  await chmod(file, 0o755);
}
