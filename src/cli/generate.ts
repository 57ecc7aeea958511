// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run generate` writes every generated file; `npm run verify` changes nothing, names each that differs, and fails if one does. */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crds } from './generate/crds.ts';
import type { Produced } from './generate/produced.ts';
import { permissions } from './generate/permissions.ts';
import { reference } from './generate/reference.ts';

const producers: readonly (() => readonly Produced[])[] = [crds, permissions, reference];
/** Folders that hold nothing but generated files: what nobody produces any more is a leftover there. */
const wholeFolders = ['crds', 'docs/reference'];

/** The generated files below `root` that are missing, differ or are left over. */
export async function outdated(root: string): Promise<string[]> {
  const produced = producers.flatMap((produce) => produce());
  const differs = await Promise.all(
    produced.map(async ({ path, content }) => (await read(join(root, path))) !== content),
  );
  const known = new Set(produced.map(({ path }) => path));
  const present = (await Promise.all(wholeFolders.map((folder) => list(root, folder)))).flat();
  return [
    ...produced.filter((_, index) => differs[index]).map(({ path }) => path),
    ...present.filter((path) => !known.has(path)),
  ];
}

/** Brings the files below `root` up to date; returns those that changed. */
export async function generate(root: string): Promise<string[]> {
  const changed = await outdated(root);
  const contents = new Map(producers.flatMap((produce) => produce()).map(({ path, content }) => [path, content]));
  for (const path of changed) {
    const content = contents.get(path);
    if (content === undefined) {
      await rm(join(root, path));
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return changed;
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function list(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder)).catch(() => []);
  return names.filter((name) => name !== 'README.md').map((name) => `${folder}/${name}`);
}

async function main(): Promise<void> {
  const root = process.cwd();
  if (!process.argv.includes('--verify')) {
    for (const path of await generate(root)) console.log(`wrote ${path}`);
    return;
  }
  const paths = await outdated(root);
  for (const path of paths)
    console.error(`${path} is not what the sources generate: run "npm run generate" and commit it`);
  process.exitCode = paths.length > 0 ? 1 : 0;
}

if (import.meta.main) await main();
