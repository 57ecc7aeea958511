// SPDX-License-Identifier: GPL-3.0-or-later
/** From the test files, each in some process, to the run: what was found, and the secrets that the run's own output is searched for. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LeakSearch, type Found } from './search.ts';

interface Report {
  readonly file: string;
  readonly secrets: readonly string[];
  readonly found: readonly Omit<Found, 'secret'>[];
}

/** The folder of reports; the runner sets it. */
export const variable = 'TEST_LEAKS';

/** @param file Of the test. Without the variable nobody asks, and nothing is written. */
export function writeReport(file: string, search: LeakSearch): void {
  const folder = process.env[variable];
  if (folder === undefined || search.secrets.size === 0) return;
  mkdirSync(folder, { recursive: true });
  const found = search.found().map(({ where, form }) => ({ where, form }));
  const report: Report = { file, secrets: [...search.secrets], found };
  writeFileSync(join(folder, `${file.replaceAll(/[^\w.-]/g, '_')}.json`), JSON.stringify(report));
}

/** One line for each leak, with the test file, the place and the encoding; never the secret. */
export function leaksOf(folder: string, printed: string): string[] {
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report);
  const owners = new Map(reports.flatMap(({ file, secrets }) => secrets.map((secret) => [secret, file] as const)));
  const output = new LeakSearch();
  for (const secret of owners.keys()) output.learn(secret);
  output.show('the output of the run', printed);
  return [
    ...reports.flatMap(({ file, found }) => found.map((one) => line(file, one))),
    ...output.found().map((one) => line(owners.get(one.secret) ?? 'a test', one)),
  ];
}

function line(file: string, { where, form }: Omit<Found, 'secret'>): string {
  return `leaked: ${file}: a secret (${form}) in ${where}`;
}
