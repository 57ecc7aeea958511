// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * `npm run record` writes what the operator was seen to ask for: recorded-kubernetes-calls.json, and src/clouds/aws/recorded-permissions.ts,
 * of which its IAM policy is made. `--verify` changes nothing, names each file that differs, and fails if one does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { recordingFile } from './recorded-calls.ts';
import { recordedOf, seenPermissions, sourceOf } from './recorded-policy.ts';
import { recordedRun } from './recorded-run.ts';

const root = join(import.meta.dirname, '../..');
const files = new Map([
  [recordingFile, `${JSON.stringify({ calls: await recordedRun() }, null, 2)}\n`],
  [join(root, 'src/clouds/aws/recorded-permissions.ts'), sourceOf(recordedOf(await seenPermissions()))],
]);
for (const [path, text] of files) {
  if (readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--verify')) {
    console.error(
      `${relative(root, path)} is not what the operator asks for now: run "npm run record", "npm run generate" and commit both`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${relative(root, path)}`);
  }
}
