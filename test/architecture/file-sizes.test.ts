// SPDX-License-Identifier: GPL-3.0-or-later
/** Small files are read; large ones are searched. The budgets are those of CONTRIBUTING.md. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const folderNames = new Set(['utils', 'util', 'lib', 'common', 'helpers', 'helper', 'misc']);

/** Paths of TypeScript files from the root, with `/` between their parts. */
function sources(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const linesOf = (path: string) => read(path).split('\n').length - 1;

test('the median file of src has at most 80 lines, and none has more than 300', () => {
  const sizes = sources('src')
    .map((path) => ({ path, lines: linesOf(path) }))
    .sort((a, b) => a.lines - b.lines);
  const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0;
  process.stdout.write(`median of ${sizes.length} files in src: ${median} lines; longest: ${sizes.at(-1)?.lines}\n`);
  expect(median).toBeGreaterThan(0);
  expect(median).toBeLessThanOrEqual(80);
  expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
});

test('no file of the tests has more than 300 lines', () => {
  expect(sources('test').filter((path) => linesOf(path) > 300)).toEqual([]);
});

test('every source file names its licence in the first line', () => {
  const without = ['src', 'test', 'deploy'].flatMap(sources).filter((path) => {
    const [first, second] = read(path).split('\n', 2);
    const line = first?.startsWith('#!') ? second : first;
    return line !== '// SPDX-License-Identifier: GPL-3.0-or-later';
  });
  expect(without).toEqual([]);
});

test('files are kebab-case, and no folder or file is named after having no name', () => {
  const paths = ['src', 'test', 'deploy'].flatMap(sources);
  const parts = (path: string) => path.replace(/(\.test|\.d)?\.ts$/, '').split('/');
  expect(paths.filter((path) => parts(path).some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)))).toEqual([]);
  expect(paths.filter((path) => parts(path).some((part) => folderNames.has(part)))).toEqual([]);
});

test('every folder of src that holds sources says what lives there, in at most 15 lines', () => {
  const folders = [...new Set(sources('src').map((path) => path.split('/').slice(0, 2).join('/')))];
  const texts = folders.map((folder) => {
    try {
      return { folder, lines: linesOf(`${folder}/README.md`) };
    } catch {
      return { folder, lines: 0 };
    }
  });
  expect(texts.filter(({ lines }) => lines === 0 || lines > 15)).toEqual([]);
});
