// SPDX-License-Identifier: GPL-3.0-or-later
/** The reconcilers as an image would have them, in one file: what a start takes and holds in memory is not that of reading sources. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

let building: Promise<string> | undefined;

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const outdir = join(folder, 'bundle');
  await build({
    entryPoints: [join(import.meta.dirname, 'reconciler.ts')],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // each side loads only what is its own
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return pathToFileURL(join(outdir, 'reconciler.mjs')).href;
}

/** Address of the bundle, made when first asked for. */
export function bundled(): Promise<string> {
  building ??= make();
  return building;
}
