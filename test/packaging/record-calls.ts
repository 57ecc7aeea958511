// SPDX-License-Identifier: GPL-3.0-or-later
/** `node test/packaging/record-calls.ts` writes recorded-kubernetes-calls.json, once the operator asks for something else than before. */
import { writeFileSync } from 'node:fs';
import { recordingFile } from './recorded-calls.ts';
import { recordedRun } from './recorded-run.ts';

const calls = await recordedRun();
writeFileSync(recordingFile, `${JSON.stringify({ calls }, null, 2)}\n`);
console.log(`${calls.length} kinds of calls in ${recordingFile}`);
