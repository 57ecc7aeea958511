// SPDX-License-Identifier: GPL-3.0-or-later
/** What a user has who installs the package into an empty folder, without a registry. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildBundle } from '../../deploy/bundle/build-bundle.ts';
import { writePackage } from '../../deploy/bundle/write-package.ts';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const home = join(folder, 'home');

/** By the Node that runs this test; the checkout's own commands are not in PATH. */
function run(cwd: string, program: string, ...argv: string[]) {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules'));
  const env = { PATH: [dirname(process.execPath), ...path].join(delimiter), HOME: home };
  return spawnSync(program, argv, { cwd, env, encoding: 'utf8', timeout: 60_000 });
}

beforeAll(async () => {
  const dist = join(folder, 'dist');
  await buildBundle({ root, entry: 'src/cli/main.ts', folder: dist });
  await writePackage(root, dist);
  expect(run(folder, 'npm', 'pack', dist, '--pack-destination', folder).status).toBe(0);
  const archive = join(folder, 'hybrid-cloud-operator-0.1.0.tgz');
  expect(
    run(folder, 'npm', 'install', '--prefix', home, '--offline', '--no-audit', '--no-fund', archive),
  ).toMatchObject({ status: 0 });
}, 90_000);

afterAll(() => rmSync(folder, { recursive: true }));

test('npx hybrid-operator works from the package: version, crds, plan, demo, simulate.', () => {
  const npx = (...argv: string[]) => run(home, 'npx', '--offline', 'hybrid-operator', ...argv);
  expect(npx('version').stdout).toBe('0.1.0\n');
  expect(npx('crds').stdout).toContain('kind: CustomResourceDefinition');
  const examples = 'node_modules/hybrid-cloud-operator/examples';
  expect(npx('plan', '--simulate', '-f', examples)).toMatchObject({
    status: 2,
    stdout: expect.stringContaining('Plan: 72 to create'),
  });
  const demo = npx('demo', '-o', 'json');
  expect(JSON.parse(demo.stdout)).toMatchObject({
    resources: Array.from({ length: 9 }, () => ({ ready: 'True', synced: 'True' })),
  });
  expect(npx('simulate', '--', 'sh', '-c', 'exit 3').status).toBe(3);
  expect(npx('pln').status).toBe(64);
}, 90_000);

test('npx hybrid-operator works from the checkout.', () => {
  expect(run(root, process.execPath, 'bin/hybrid-operator.js', 'version')).toMatchObject({
    status: 0,
    stdout: '0.1.0\n',
  });
});

const old = ['/usr/bin/node', '/usr/local/bin/node'].find((node) => {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return /^v(14|16|18|20|22)\./.test(stdout ?? '');
});

(old ? test : test.skip)(
  `${old ? '' : 'skipped: no Node older than 24 is installed here. '}On an old Node the package says so in one line, and the checkout goes on with the Node of npm ci.`,
  () => {
    const { status, stdout, stderr } = run(
      home,
      old ?? '',
      'node_modules/hybrid-cloud-operator/bin/hybrid-operator.js',
      'version',
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^hybrid-operator needs Node 24 or newer, and this is v[\d.]+: install a newer Node\n$/,
      ),
    });
    expect(run(root, old ?? '', 'bin/hybrid-operator.js', 'version')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  },
);
