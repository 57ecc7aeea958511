// SPDX-License-Identifier: GPL-3.0-or-later
/** The BackupTarget that the spec names, as the watch has it. */
import { backupTarget, parseBackupTarget, type BackupTargetStatus } from '../../api/backup-target.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Outside } from '../outside.ts';

export type TargetSeen =
  | { readonly found: 'none' }
  /** It is there, and its own status says why it cannot be used. */
  | { readonly found: 'unreadable' }
  | {
      readonly found: 'here';
      readonly uid: string;
      readonly leaving: boolean;
      readonly ready: boolean;
      readonly bucket: string;
      readonly region: string;
      /** Prefix of the keys that its user may write under; empty: all of the bucket. */
      readonly prefix: string;
      /** Where its key is delivered. */
      readonly secret: string;
      /** Old versions are kept: what is deleted frees nothing by itself. */
      readonly keepsVersions: boolean;
      /** All objects, as CloudWatch last counted them. */
      readonly bytes?: number;
    };

function targetObject(outside: Outside, namespace: string, name: string): KubeObject | undefined {
  for (const one of outside.siblings('BackupTarget'))
    if (one.metadata.name === name && one.metadata.namespace === namespace) return one;
  return undefined;
}

function statusOf({ status }: KubeObject): BackupTargetStatus {
  const parsed = backupTarget.statusSchema.safeParse(status ?? {});
  return parsed.success ? parsed.data : {};
}

export function targetSeen(outside: Outside, namespace: string, name: string): TargetSeen {
  const object = targetObject(outside, namespace, name);
  if (!object) return { found: 'none' };
  const parsed = parseBackupTarget(object.spec);
  if (!parsed.ok) return { found: 'unreadable' };
  const { aws, bucket, user, accessKey } = parsed.spec;
  const { conditions = [], bucket: known, usage } = statusOf(object);
  const bytes = usage?.sizeBytes;
  return {
    found: 'here',
    uid: object.metadata.uid,
    leaving: object.metadata.deletionTimestamp !== undefined,
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    bucket: bucket.name,
    region: aws.region,
    prefix: user.prefix ?? '',
    secret: accessKey.secretRef.name,
    keepsVersions: (known?.versioning ?? bucket.versioning) !== 'Unversioned',
    ...(bytes === undefined ? {} : { bytes }),
  };
}
