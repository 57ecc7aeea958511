// SPDX-License-Identifier: GPL-3.0-or-later
/** The demo in a process of its own: nothing that it shows, prints or keeps holds a secret that its worlds made. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

test('The demo ends with everything Ready, and shows no secret.', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-leaks-'));
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', './test/leaks/preload.ts', 'src/cli/main.ts', 'demo', '-o', 'json'],
    { encoding: 'utf8', env: { ...process.env, TEST_LEAKS: folder }, timeout: 60_000 },
  );
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  rmSync(folder, { recursive: true });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).resources).not.toEqual([]);
  // the account's own, and that of the key that was made
  expect(reports).toEqual([{ file: 'src/cli/main.ts demo -o json', secrets: expect.any(Array), found: [] }]);
  expect(reports[0].secrets.length).toBeGreaterThanOrEqual(2);
}, 90_000);
