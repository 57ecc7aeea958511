// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Runs Jest with what native ES modules need, and ends with one line that people and machines read alike: `N passed, N failed, N skipped`.
 * `npm test [-- jest options]`; `--e2e` runs test/e2e only. What is skipped is listed before that line, each with its reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Titles of skipped tests that give no reason. */
  readonly unexplained: readonly string[];
}

const root = join(import.meta.dirname, '..');

function runJest(options: readonly string[], environment: NodeJS.ProcessEnv): number {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
  const { status } = spawnSync(process.execPath, [...flags, jest, ...options], {
    cwd: root,
    // Jest's report goes to stderr: together with ours it has to stay in order
    stdio: ['ignore', 'inherit', process.stdout.fd],
    env: { ...process.env, ...environment },
  });
  return status ?? 1;
}

/** What the reporter counted; a run that ended before it could count has failed. */
function countIn(file: string): Count {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Count;
  } catch {
    return { passed: 0, failed: 1, skipped: [], unexplained: [] };
  }
}

function closing({ passed, failed, skipped, unexplained }: Count): string {
  const reasons = [...skipped].sort().map((name) => `skipped: ${name.replace(/skipped: /, '')}`);
  const complaints = unexplained.map(
    (name) => `failed: "${name}" is skipped, and its title gives no reason after "skipped:"`,
  );
  const line = `${passed} passed, ${failed + unexplained.length} failed, ${skipped.length} skipped`;
  return [...reasons, ...complaints, line].join('\n');
}

function main(given: readonly string[]): number {
  const e2e = given.includes('--e2e');
  const options = given.filter((option) => option !== '--e2e');
  const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
  try {
    const file = join(folder, 'count.json');
    const status = runJest(
      [
        ...(e2e ? ['--runInBand'] : []),
        ...(e2e && !options.some((option) => option.includes('test/e2e')) ? ['test/e2e'] : []),
        ...options,
      ],
      {
        TEST_COUNT: file,
        ...(e2e ? { E2E: '1' } : {}),
      },
    );
    const count = countIn(file);
    console.log(closing(count));
    return status !== 0 || count.failed + count.unexplained.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main(process.argv.slice(2));
