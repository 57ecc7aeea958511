// SPDX-License-Identifier: GPL-3.0-or-later
/** Lifecycle rules and archive tiers that would take backups away, or put them where nobody can read them. Pure. */
import type { BackupTargetSpec } from '../../api/backup-target.ts';
import type { RareSettings } from '../../clouds/aws/s3/rare-settings.ts';
import type { Fault } from './fault.ts';
import { listOf } from './plan/beside-others.ts';

type Data = Readonly<Record<string, unknown>>;

/** What must be restored before it can be read (S3 User Guide, "Understanding and managing Amazon S3 storage classes"). */
const archives = new Set(['GLACIER', 'DEEP_ARCHIVE']);

function dataIn(from: Data | undefined, name: string): Data | undefined {
  const value = from?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : undefined;
}

/** One of the two begins with the other: some backups may be below it. */
function reaches(prefix: unknown, spec: BackupTargetSpec): boolean {
  const given = typeof prefix === 'string' ? prefix : '';
  const { prefix: ours } = spec.user;
  return given.startsWith(ours) || ours.startsWith(given);
}

/** A rule that is on, for objects without tags: the backup user can put no tags on what it writes. */
function concerns(rule: Data, spec: BackupTargetSpec): boolean {
  const filter = dataIn(rule, 'Filter');
  const and = dataIn(filter, 'And');
  const tagged = filter?.['Tag'] !== undefined || and?.['Tags'] !== undefined;
  return (
    rule['Status'] === 'Enabled' && !tagged && reaches(and?.['Prefix'] ?? filter?.['Prefix'] ?? rule['Prefix'], spec)
  );
}

function when(part: Data): string {
  const date = part['Date'];
  return typeof date === 'string' ? `on ${date.slice(0, 10)}` : `after ${Number(part['Days'] ?? 0)} days`;
}

/** Of noncurrent versions neither expiry nor archive matters: a backup server never reads them. */
function faultsOf(rule: Data, spec: BackupTargetSpec): Fault[] {
  const { name } = spec.bucket;
  const id = typeof rule['ID'] === 'string' ? rule['ID'] : '';
  const cure = `Remove rule ${id}, or limit it to a prefix without backups.`;
  const expiration = dataIn(rule, 'Expiration');
  const expires = expiration?.['Days'] !== undefined || expiration?.['Date'] !== undefined;
  const cold = listOf(rule['Transitions']).filter((to) => archives.has(String(to['StorageClass'])));
  return [
    ...(expiration && expires
      ? [
          {
            reason: 'LifecycleExpiresBackups',
            breaks: true,
            message: `Lifecycle rule ${id} of bucket ${name} deletes objects ${when(expiration)}: backups would be lost. ${cure}`,
          },
        ]
      : []),
    ...cold.map((to) => ({
      reason: 'LifecycleArchivesBackups',
      breaks: true,
      message: `Lifecycle rule ${id} of bucket ${name} moves objects to ${String(to['StorageClass'])} ${when(to)}, where no backup server can read them. ${cure}`,
    })),
  ];
}

export function lifecycleFaults(spec: BackupTargetSpec, lifecycle: string | undefined): Fault[] {
  const { rules } = JSON.parse(lifecycle ?? '{}') as { rules?: unknown };
  return listOf(rules)
    .filter((rule) => concerns(rule, spec))
    .flatMap((rule) => faultsOf(rule, spec));
}

/** They take what is in Intelligent-Tiering, wherever that came from: our own rule, another's, or a program that puts it there. */
export function archiveTierFaults(spec: BackupTargetSpec, { archiveTiers }: RareSettings): Fault[] {
  return archiveTiers
    .filter(({ prefix, tagged }) => !tagged && reaches(prefix, spec))
    .map(({ id, tier, days }) => ({
      reason: 'ArchiveTiersEnabled',
      breaks: true,
      message: `Intelligent-Tiering configuration ${id} of bucket ${spec.bucket.name} moves objects to ${tier} after ${days} days without a read, where no backup server can read them. Remove configuration ${id}, or limit it to a prefix without backups.`,
    }));
}
