// SPDX-License-Identifier: GPL-3.0-or-later
/** `node test/packaging/record-calls.ts [FILE...]`: runs recorded-run.ts, adds the calls of the files, writes the recording. */
import { readFileSync, writeFileSync } from 'node:fs';
import { recordingFile, summary, type Asked, type RecordedCall } from './recorded-calls.ts';
import { recordedRun } from './recorded-run.ts';

function linesOf(file: string): Asked[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Asked);
}

const calls = new Map<string, RecordedCall>();
for (const call of [...(await recordedRun()), ...summary(process.argv.slice(2).flatMap(linesOf))])
  calls.set(JSON.stringify(call), call);
const sorted = [...calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
writeFileSync(recordingFile, `${JSON.stringify({ calls: sorted }, null, 2)}\n`);
console.log(`${sorted.length} kinds of calls in ${recordingFile}`);
