// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { settings } from '../../src/operator/configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'main-'));

function call(argv: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

test('--help names every verb, flag and variable.', () => {
  const { status, stdout } = call(['--help']);
  expect(status).toBe(0);
  for (const verb of ['run', 'demo', 'crds', 'version']) expect(stdout).toContain(`\n  ${verb} `);
  for (const { flag, env } of Object.values(settings)) {
    expect(stdout).toContain(`--${flag} `);
    expect(stdout).toContain(`${env} `);
  }
});

test('version prints the version of the package, crds what kubectl apply takes.', () => {
  expect(call(['version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const { status, stdout } = call(['crds']);
  expect(status).toBe(0);
  expect(parseAllDocuments(stdout).map((document) => document.toJS().kind)).toContain('CustomResourceDefinition');
});

writeFileSync(join(folder, 'broken'), 'apiVersion: v1\nkind: Config\nclusters: [\n');
const empty = join(folder, 'empty');
writeFileSync(empty, 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n');

test.each([
  [[], {}, 'no verb is given: use one of run, demo, crds, version, or --help'],
  [['fly'], {}, 'there is no such verb: use one of run'],
  [['toString'], {}, 'there is no such verb'],
  [['run', '--workers=0'], {}, '--workers is "0": give at least 1'],
  [['run'], { HYBRID_LEASE_SECONDS: 'x' }, 'HYBRID_LEASE_SECONDS is "x": give a whole number'],
  [['run', '--kubeconfig', join(folder, 'none')], {}, 'no way to the Kubernetes API: ENOENT'],
  [['run', '--kubeconfig', join(folder, 'broken')], {}, 'no way to the Kubernetes API: '],
  [['run', '--kubeconfig', empty], {}, 'give --kubeconfig FILE and --context NAME'],
])('%j with %j ends with status 2 and one line.', (argv, env, message) => {
  const { status, stdout, stderr } = call(argv, env);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
