// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs Jest with what native ES modules need. `npm test [-- jest options]`; `--e2e` runs test/e2e only. */
import { spawnSync } from 'node:child_process';

const given = process.argv.slice(2);
const e2e = given.includes('--e2e');
const options = given.filter((option) => option !== '--e2e');
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...(e2e ? ['--runInBand', 'test/e2e'] : []),
    ...options,
  ],
  // stderr goes to stdout, so that the reporter's closing line is the last one
  { stdio: ['ignore', 'inherit', process.stdout.fd], env: { ...process.env, ...(e2e ? { E2E: '1' } : {}) } },
);
process.exitCode = result.status ?? 1;
