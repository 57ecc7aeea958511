// SPDX-License-Identifier: GPL-3.0-or-later
/** Our own CRDs as a sequence of the contract. Not recorded, because they change: the end-to-end test asks both servers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { badBackupTargets } from '../../api/bad-backup-targets.ts';
import { frozenFields } from '../../api/frozen-fields.ts';
import { goodBackupTargets } from '../../api/good-backup-targets.ts';
import { good, manifest } from '../../api/manifests.ts';
import type { Asked, Json, JsonMap, Sequence } from './exchange.ts';
import { get, merge, post, remove, table } from './requests/paths.ts';

const folder = join(import.meta.dirname, '../../../crds');
export const ownCrds = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as JsonMap & { metadata: { name: string } });

export const backupTargets = '/apis/hybridcloud.dev/v1alpha1/namespaces/contract/backuptargets';

function target(name: string, spec: object): JsonMap {
  const object = JSON.parse(JSON.stringify(manifest(name, spec as Parameters<typeof manifest>[1]))) as JsonMap;
  return { ...object, metadata: { name } };
}

function attempt(title: string, spec: object): Asked {
  return post(title, `${backupTargets}?dryRun=All`, target('tried', spec));
}

function nested(path: string, value: string): Json {
  return path.split('.').reduceRight<Json>((inner, field) => ({ [field]: inner }), value);
}

export const ownKinds: Sequence = {
  name: 'our own kinds',
  requests: [
    ...goodBackupTargets.map(({ name, spec }) => attempt(`good: ${name}`, spec)),
    ...badBackupTargets.map(({ name, spec }) => attempt(`bad: ${name}`, spec)),
    post('one to keep', backupTargets, target('kept', good())),
    ...frozenFields.map(({ field, to }) =>
      merge(`frozen: ${field}`, `${backupTargets}/kept`, { spec: nested(field, to) }),
    ),
    get('as a table', backupTargets, { accept: table }),
    remove('taken away', backupTargets),
  ],
};
