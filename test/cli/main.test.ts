// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { coloursFor } from '../../src/cli/command/colours.ts';
import { complaintOf } from '../../src/cli/command/complaint.ts';
import { nearest } from '../../src/cli/command/nearest.ts';
import { verbs } from '../../src/cli/command/verbs.ts';
import { settings } from '../../src/operator/configuration.ts';
import { call } from './calling.ts';

const folder = mkdtempSync(join(tmpdir(), 'main-'));

test('--help names every verb; --help of a verb its flags and variables, and an example.', async () => {
  const { status, stdout: all } = await call(['--help']);
  expect(status).toBe(0);
  for (const [name, { flags, examples }] of Object.entries(verbs)) {
    expect(all).toContain(`\n  ${name} `);
    const one = await call([name, '--help']);
    expect(one).toMatchObject({ status: 0, stderr: '' });
    expect((await call(['help', name])).stdout).toBe(one.stdout);
    for (const flag of Object.keys(flags)) expect(one.stdout).toContain(`--${flag}`);
    for (const [line] of examples) expect(one.stdout).toContain(line);
  }
  const { stdout } = await call(['run', '--help']);
  expect(stdout).not.toContain('()');
  for (const { flag, env } of Object.values(settings)) {
    expect(stdout).toContain(`--${flag} `);
    expect(stdout).toContain(` ${env}`);
  }
});

test('version prints the version of the package, crds what kubectl apply takes.', async () => {
  expect(await call(['version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  const { status, stdout } = await call(['crds']);
  expect(status).toBe(0);
  expect(parseAllDocuments(stdout).map((document) => document.toJS().kind)).toContain('CustomResourceDefinition');
});

writeFileSync(join(folder, 'broken'), 'apiVersion: v1\nkind: Config\nclusters: [\n');
const empty = join(folder, 'empty');
writeFileSync(empty, 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n');

test.each([
  [[], {}, 64, 'no verb is given: use one of run, plan, simulate, demo, crds, version, or --help'],
  [['fly'], {}, 64, 'there is no verb fly: use one of run'],
  [['pan'], {}, 64, 'there is no verb pan; did you mean plan?'],
  [['toString'], {}, 64, 'there is no verb toString'],
  [['\u001b[31mred'], {}, 64, 'there is no verb \ufffd[31mred'],
  [['run', '--workers=0'], {}, 64, '--workers is "0": give at least 1'],
  [['run', '--worker=3'], {}, 64, 'run has no flag --worker; did you mean --workers? ("run --help" lists them)'],
  [['run', 'now'], {}, 64, 'run takes no "now"'],
  [['run'], { HYBRID_LEASE_SECONDS: 'x' }, 64, 'HYBRID_LEASE_SECONDS is "x": give a whole number'],
  [['run', '--kubeconfig', join(folder, 'none')], {}, 1, 'no way to the Kubernetes API: ENOENT'],
  [['run', '--kubeconfig', join(folder, 'broken')], {}, 1, 'no way to the Kubernetes API: '],
  [['run', '--kubeconfig', empty], {}, 1, 'give --kubeconfig FILE and --context NAME'],
  [['demo', '--kep'], {}, 64, 'demo has no flag --kep; did you mean --keep?'],
  [['crds', '-o', 'xml'], {}, 64, '-o is "xml": give one of yaml, json'],
  [['version', '--short'], {}, 64, 'version has no flag --short'],
  [['simulate', '--'], {}, 64, 'no command stands after --'],
  [['simulate', '--aws-port', '70000'], {}, 64, '--aws-port is "70000": give a port from 0 to 65535'],
  [['simulate', '--state', '/nowhere/at/all'], {}, 1, '/nowhere/at/all cannot be written at the end'],
])('%j with %j ends with status %i and one line.', async (argv, env, expected, message) => {
  const { status, stdout, stderr } = await call(argv, env);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
});

test('Whoever reads only the first line, and a machine that counts, get what they need.', async () => {
  const shell = 'node src/cli/main.ts crds | head -n 1; echo ${PIPESTATUS[0]}';
  const { stdout, stderr } = spawnSync('bash', ['-c', shell.replace('node', `'${process.execPath}'`)], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^---\n(0|141)\n$/);
  const list = JSON.parse((await call(['crds', '-o', 'json'])).stdout) as { kind: string; items: { kind: string }[] };
  expect(list).toMatchObject({
    kind: 'List',
    items: [
      { kind: 'CustomResourceDefinition' },
      { kind: 'CustomResourceDefinition' },
      { kind: 'CustomResourceDefinition' },
      { kind: 'CustomResourceDefinition' },
    ],
  });
  expect(JSON.parse((await call(['version', '-o', 'json'])).stdout)).toMatchObject({
    version: expect.stringMatching(/^\d/),
    kinds: [{ kind: 'BackupTarget' }, { kind: 'PbsInstance' }, { kind: 'SiteVpn' }, { kind: 'GslbEndpoint' }],
  });
});

test('An error of our own is one line, too, and says how to see where.', () => {
  const bug = new TypeError('x is not a function\nat y');
  expect(complaintOf(bug, {})).toEqual({
    status: 1,
    text: "an error of hybrid-operator's own, please report it: x is not a function (DEBUG=1 shows where)",
  });
  expect(complaintOf(bug, { DEBUG: '1' }).text).toContain('main.test.ts');
  const taken = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:80'), {
    code: 'EADDRINUSE',
  });
  expect(complaintOf(taken, {}).text).toContain('the port is in use: give another one');
});

test('Colours are for terminals that want them.', () => {
  const painted = '\u001b[32mx\u001b[39m';
  expect(coloursFor({ isTTY: true }, {}).green('x')).toBe(painted);
  expect(coloursFor({ isTTY: true }, { NO_COLOR: '1' }).green('x')).toBe('x');
  expect(coloursFor({ isTTY: true }, { TERM: 'dumb' }).green('x')).toBe('x');
  expect(coloursFor({}, {}).green('x')).toBe('x');
});

test.each([
  ['plna', 'plan'],
  ['--kubeconifg', '--kubeconfig'],
  ['sim', 'simulate'],
  ['xyz', undefined],
  ['x'.repeat(10_000), undefined],
])('The nearest to %j is %j.', (word, found) => {
  expect(nearest(word, ['run', 'plan', 'simulate', '--kubeconfig', '--context'])).toBe(found);
});
