// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * `npm run record` writes what the operator was seen to ask for: deploy/rbac/recorded-requests.ts, of which its RBAC is made, and
 * src/clouds/aws/policy/recorded-permissions.ts, of which its IAM policy is made. `--verify` changes nothing, names each file that differs,
 * and fails if one does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { recordedOf, seenPermissions, sourceOf, type Seen } from './recorded-policy.ts';
import { recordedPlays, requestsOf, requestsSource } from './recorded-requests.ts';

const root = join(import.meta.dirname, '../..');
const seen: Seen[] = [];
for (const kind of ['BackupTarget', 'SiteVpn', 'GslbEndpoint'] as const) seen.push(...(await seenPermissions(kind)));
const files = new Map([
  [join(root, 'deploy/rbac/recorded-requests.ts'), requestsSource(requestsOf(await recordedPlays()))],
  [join(root, 'src/clouds/aws/policy/recorded-permissions.ts'), sourceOf(recordedOf(seen))],
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
