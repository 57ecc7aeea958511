// SPDX-License-Identifier: GPL-3.0-or-later
/** How the Secret is laid out: keys for consumers, annotations for ourselves. */
import type { BackupTargetSpec } from '../../api/backup-target.ts';
import { digest } from '../../core/digest.ts';
import type { Secret } from '../../core/objects.ts';
import { milliseconds, rfc3339 } from '../../core/time.ts';
import type { AccessSecret } from './observed.ts';

export const secretType = 'hybridcloud.dev/s3-access-key';

const notes = {
  reservedAt: 'hybridcloud.dev/reserved-at',
  besides: 'hybridcloud.dev/reserved-besides',
  supersedes: 'hybridcloud.dev/supersedes',
  deliveredAt: 'hybridcloud.dev/delivered-at',
  digest: 'hybridcloud.dev/digest',
} as const;

const listed = (text: string | undefined) => (text ? text.split(',') : []);

/** What a consumer needs beside the key. */
export function descriptionOf(spec: BackupTargetSpec, partition: string): ReadonlyMap<string, string> {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new Map([
    ['bucket', spec.bucket.name],
    ['region', spec.aws.region],
    ['endpoint', `https://s3.${spec.aws.region}.${suffix}`],
  ]);
}

/** Tells an edited Secret from the delivered one. Salted with the owner, so equal keys do not show as equal. */
export function seal(ownerUID: string, key: string, secretAccessKey: string): string {
  return digest(ownerUID, key, secretAccessKey);
}

export function reservation(
  now: number,
  keys: { readonly besides: readonly string[]; readonly supersedes: readonly string[] },
): Record<string, string> {
  return {
    [notes.reservedAt]: rfc3339(now),
    [notes.besides]: keys.besides.join(','),
    [notes.supersedes]: keys.supersedes.join(','),
  };
}

export function delivery(
  annotations: Readonly<Record<string, string>>,
  now: number,
  sealed: string,
): Record<string, string> {
  return { ...annotations, [notes.deliveredAt]: rfc3339(now), [notes.digest]: sealed };
}

/** The reading side: ids and marks only. */
export function readAccessSecret(
  secret: Secret | undefined,
  ownerUID: string,
  description: ReadonlyMap<string, string>,
): AccessSecret {
  if (!secret) return { found: 'absent' };
  if (!secret.owners.some((owner) => owner.uid === ownerUID)) return { found: 'foreign' };
  const { annotations, data } = secret;
  const key = data.get('accessKeyID');
  const sealed = annotations[notes.digest];
  const reserved = {
    at: milliseconds(annotations[notes.reservedAt] ?? '') || 0,
    besides: listed(annotations[notes.besides]),
    supersedes: listed(annotations[notes.supersedes]),
  };
  const describes = [...description].every(([name, value]) => data.get(name) === value);
  if (sealed === undefined && key === undefined) return { found: 'ours', reserved, intact: true, describes };
  const intact = key !== undefined && sealed === seal(ownerUID, key, data.get('secretAccessKey') ?? '');
  const at = milliseconds(annotations[notes.deliveredAt] ?? '') || 0;
  return { found: 'ours', reserved, intact, describes, ...(key === undefined ? {} : { delivered: { key, at } }) };
}
