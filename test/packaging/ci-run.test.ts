// SPDX-License-Identifier: GPL-3.0-or-later
/** .ci/run with an `npm` that only pretends: which commands it gives, what it counts, and how it ends. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `npm ARGUMENTS` prints and returns; by default nothing, and 0. */
function run(answers: Readonly<Record<string, { readonly says?: string; readonly status?: number }>>) {
  const cases = Object.entries(answers).map(
    ([words, { says = '', status = 0 }]) => `'${words}') printf '%s' '${says}'; exit ${status};;`,
  );
  // nothing is installed by a test
  for (const tool of ['openssl', 'curl', 'xz', 'apt-get', 'apt-cache', 'dpkg', 'depmod'])
    writeFileSync(join(folder, tool), '#!/bin/sh\n', { mode: 0o755 });
  const npm = `#!/bin/sh\necho "npm $*" >> ${folder}/calls\ncase "$*" in ${cases.join(' ')} esac\n`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  const path = [folder, process.env['PATH']].join(delimiter);
  const { status, stdout } = spawnSync('bash', ['.ci/run'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: path, CI: 'true', TMPDIR: folder },
  });
  const calls = spawnSync('cat', [join(folder, 'calls')], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n');
  return { status, calls, lines: stdout.trimEnd().split('\n') };
}

const green = {
  test: { says: 'PASS\n7 passed, 0 failed, 1 skipped\n' },
  'run test:e2e': { says: '2 passed, 0 failed, 3 skipped\n' },
};

test('it installs, tests by the very command of the README, and then does everything else', () => {
  const { calls } = run(green);
  // what needs an API server runs beside others
  expect(calls).toContain('npm run test:e2e');
  const others = calls.filter((call) => call !== 'npm run test:e2e');
  expect(others.map((call) => call.replace(' --no-audit --no-fund', ''))).toEqual([
    'npm ci',
    'npm test',
    'npm run test:long',
    'npm run check',
    'npm run verify',
    'npm run proof -- --kind BackupTarget --lagged 0.5',
    'npm run test:mutants',
    'npm run demo -- -o json',
    'npm run build',
    'npm run test:tunnels',
    'npm run proof -- --kind SiteVpn --sample 50 --seed 326',
    'npm run proof -- --kind GslbEndpoint --sample 6 --seed 1',
    'npm run proof -- --kind PbsInstance --scenario pbs-create,pbs-rotate,pbs-delete --sample 1 --seed 1',
    'npm run proof -- --strangers 100000',
    'npm run test:dns',
    'npm run test:haproxy',
    'npm run test:openstack',
    'npm run test:vpn',
  ]);
});

test('it ends with the sum of all test runs, and with 0 when nothing failed', () => {
  const { status, lines } = run(green);
  expect(lines.at(-1)).toBe('9 passed, 0 failed, 4 skipped');
  expect(status).toBe(0);
});

test('failed tests are counted, later steps run all the same, and it ends with 1', () => {
  const { status, calls, lines } = run({ ...green, test: { says: '5 passed, 2 failed, 0 skipped\n', status: 1 } });
  expect(lines.at(-1)).toBe('7 passed, 2 failed, 3 skipped');
  expect(calls.at(-1)).toBe('npm run test:vpn');
  expect(status).toBe(1);
});

test('a step that is no test run and fails is one failure', () => {
  const { status, lines } = run({ ...green, 'run check': { says: 'an error\n', status: 2 } });
  expect(lines.at(-1)).toBe('9 passed, 1 failed, 4 skipped');
  expect(status).toBe(1);
});

test('a test run that ends with a failure but counts none is one failure', () => {
  const { status, lines } = run({ ...green, test: { says: '5 passed, 0 failed, 0 skipped\n', status: 1 } });
  expect(lines.at(-1)).toBe('7 passed, 1 failed, 3 skipped');
  expect(status).toBe(1);
});

test('what runs beside others is shown whole, counted, and its failure is one', () => {
  const { status, lines } = run({
    ...green,
    'run test:e2e': { says: 'FAIL x\n2 passed, 4 failed, 3 skipped\n', status: 1 },
  });
  expect(lines.slice(lines.indexOf('== e2e, begun before')).slice(1, 3)).toEqual([
    'FAIL x',
    '2 passed, 4 failed, 3 skipped',
  ]);
  expect(lines.at(-1)).toBe('9 passed, 4 failed, 4 skipped');
  expect(status).toBe(1);
  expect(run({ ...green, 'run test:e2e': { status: 7 } }).lines.at(-1)).toBe('7 passed, 1 failed, 1 skipped');
});

test('a run in which no test ran is no success', () => {
  expect(run({}).status).toBe(1);
});
