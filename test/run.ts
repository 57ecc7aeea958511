// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Runs Jest with what native ES modules need, and ends with one line that people and machines read alike: `N passed, N failed, N skipped`.
 * `npm test [-- jest options]`; `--e2e` runs test/e2e only, `--long`, `--openstack` and `--tunnels` what test/suites.ts lists; files that are named run in any
 * case. What is skipped is listed before that line, each with its reason; so is each
 * secret that was found in anything that a test, or the run, showed (test/leaks): it counts as a failure.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leaksOf, variable } from './leaks/report.ts';
import { long, others } from './suites.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Titles of skipped tests that give no reason. */
  readonly unexplained: readonly string[];
}

const root = join(import.meta.dirname, '..');

interface Ran {
  readonly status: number;
  /** All that was printed. */
  readonly printed: string;
}

async function runJest(options: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ran> {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
  const child = spawn(process.execPath, [...flags, jest, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...process.env, ...environment },
  });
  const pieces: Buffer[] = [];
  // Jest's report goes to stderr: together with ours it has to stay in order
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      pieces.push(piece);
      process.stdout.write(piece);
    });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status: status ?? 1, printed: Buffer.concat(pieces).toString('utf8') };
}

/** What the reporter counted; a run that ended before it could count has failed. */
function countIn(file: string): Count {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Count;
  } catch {
    return { passed: 0, failed: 1, skipped: [], unexplained: [] };
  }
}

function closing({ passed, failed, skipped, unexplained }: Count, leaks: readonly string[]): string {
  const reasons = [...skipped].sort().map((name) => `skipped: ${name.replace(/skipped: /, '')}`);
  const complaints = unexplained.map(
    (name) => `failed: "${name}" is skipped, and its title gives no reason after "skipped:"`,
  );
  const line = `${passed} passed, ${failed + unexplained.length + leaks.length} failed, ${skipped.length} skipped`;
  return [...reasons, ...complaints, ...leaks, line].join('\n');
}

const suites = ['--e2e', '--long', ...Object.keys(others).map((name) => `--${name}`)];

/** Which files a suite runs where none are named. */
function filesOf(given: readonly string[], options: readonly string[]): readonly string[] {
  if (given.includes('--long')) return long;
  for (const [name, files] of Object.entries(others)) if (given.includes(`--${name}`)) return files;
  return given.includes('--e2e') && !options.some((option) => option.includes('test/e2e')) ? ['test/e2e'] : [];
}

async function main(given: readonly string[]): Promise<number> {
  const e2e = given.includes('--e2e');
  const options = given.filter((option) => !suites.includes(option));
  const folder = mkdtempSync(join(tmpdir(), 'test-run-'));
  const reports = join(folder, 'leaks');
  // what tests leave behind, and what a test that died could not take away, goes with the folder; Jest's cache outlives it
  const scratch = join(folder, 'tmp');
  for (const made of [reports, scratch]) mkdirSync(made);
  // programs that tests start as somebody else find their way
  chmodSync(folder, 0o711);
  try {
    const file = join(folder, 'count.json');
    const { status, printed } = await runJest(
      [
        ...(e2e ? ['--runInBand'] : []),
        ...filesOf(given, options),
        ...options,
        `--cacheDirectory=${join(tmpdir(), `jest-${userInfo().uid}`)}`,
      ],
      {
        TMPDIR: scratch,
        TEST_COUNT: file,
        [variable]: reports,
        ...(e2e ? { E2E: '1' } : {}),
        TEST_SUITE: given.length === 0 ? 'short' : 'all',
      },
    );
    const count = countIn(file);
    const leaks = leaksOf(reports, printed);
    console.log(closing(count, leaks));
    return status !== 0 || count.failed + count.unexplained.length + leaks.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
