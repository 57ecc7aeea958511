// SPDX-License-Identifier: GPL-3.0-or-later
/** What the documentation says is there. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { kinds } from '../../src/api/kinds.ts';
import { parseSpec } from '../../src/api/parse.ts';
import { anchors, commands, links, manifests, pages, read, root, sourcesOf } from './markdown.ts';

const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const documented = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/architecture.md'];

test.each(pages())('every link of %s leads somewhere', (page) => {
  const local = links(read(page)).filter(({ target }) => !/^[a-z]+:/.test(target));
  const broken = local.filter(({ target, anchor }) => {
    const path = target === '' ? page : join(dirname(page), target);
    if (!existsSync(join(root, path))) return true;
    return anchor !== '' && path.endsWith('.md') && !anchors(read(path)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(documented)('every npm script that %s names exists', (page) => {
  const named = [...read(page).matchAll(/npm (?:run )?(test(?::e2e)?|(?<=run )[a-z:0-9]+)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('from the README every page of docs/ can be reached', () => {
  const linked = links(read('README.md')).map(({ target }) => target);
  const top = pages().filter((page) => /^docs\/(reference\/)?[a-z-]+\.md$/.test(page));
  expect(top.length).toBeGreaterThan(15);
  expect(top.filter((page) => !linked.includes(page))).toEqual([]);
});

test('CONTRIBUTING.md has one line for every npm script', () => {
  const rows = [...read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?([a-z:0-9]+)/gm)].map(([, name = '']) => name);
  expect(rows.toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(scripts).toSorted((a, b) => a.localeCompare(b)),
  );
});

test('every file that an npm script runs exists', () => {
  const files = Object.values(scripts).flatMap((script) => script.match(/\b(src|test|deploy)\/[\w/.-]+\.ts/g) ?? []);
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('the two commands stand in the README exactly', () => {
  expect(commands(read('README.md')).filter((line) => line.startsWith('npm ci'))).toEqual([
    'npm ci && npm run demo',
    'npm ci && npm test',
  ]);
  expect(engines.node).toBe('>=20');
});

test('every path that a kubectl line of the README names exists', () => {
  const paths = commands(read('README.md')).flatMap((line) => line.match(/(?<=-[kf] )\S+/g) ?? []);
  expect(paths).toContain('deploy/');
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every installation in deploy/ stands in the README', () => {
  const folders = readdirSync(join(root, 'deploy')).filter((name) =>
    existsSync(join(root, 'deploy', name, 'kustomization.yaml')),
  );
  // `deploy/` itself is the base
  expect(folders.filter((name) => name !== 'base' && !read('README.md').includes(`-k deploy/${name}`))).toEqual([]);
  expect(folders).toContain('base');
});

test('every manifest in the README is one that the API takes', () => {
  const found = manifests(read('README.md')).map((text) => parse(text) as { kind: string; spec: unknown });
  expect(found.map(({ kind }) => kind)).toEqual(['BackupTarget', 'SiteVpn', 'GslbEndpoint']);
  for (const { kind, spec } of found) {
    const schema = kinds.find((one) => one.kind === kind)?.specSchema;
    expect(schema && parseSpec(schema, spec)).toMatchObject({ ok: true });
  }
});

test('every reason in the table of troubles is one that the sources give', () => {
  const table = read('README.md').split('## When it is not Ready')[1]?.split('\n## ')[0] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const reasons = rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z]\w+/g) ?? []);
  expect(reasons.length).toBeGreaterThan(10);
  const sources = sourcesOf(['src/kinds', 'src/clouds', 'src/core', 'src/kube']);
  expect(reasons.filter((reason) => !sources.includes(`'${reason}'`))).toEqual([]);
});

test('every script that has a name for people is explained in CONTRIBUTING', () => {
  const text = read('CONTRIBUTING.md');
  expect(
    Object.keys(scripts).filter((name) => !text.includes(name === 'test' ? '`npm test`' : `npm run ${name}`)),
  ).toEqual([]);
});

test('the image runs what the manifests and the bundle expect', () => {
  const dockerfile = read('Dockerfile');
  expect(dockerfile).toContain('ENTRYPOINT ["node", "--max-semi-space-size=2", "/app/hybrid-operator.js"]');
  expect(dockerfile).toContain('USER 65532:65532');
  // a base image without a registry's host is taken from the builder's own default, or from its mirror
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  expect(bases).toEqual(['node:24-slim', 'node:24-slim']);
});
