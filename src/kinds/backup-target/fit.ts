// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Whether the bucket suits a backup server: settings and policies that somebody else made, that the operator does not touch, and that would
 * break backups or lose them. Which of them stop Ready, and why, is in docs/adr. Pure.
 */
import type { BackupTargetSpec } from '../../api/backup-target.ts';
import type { Verdict } from '../../core/conditions.ts';
import type { Hold } from '../../core/plan.ts';
import type { Fault } from './fault.ts';
import { archiveTierFaults, lifecycleFaults } from './fit-lifecycle.ts';
import { policyFaults } from './fit-policy.ts';
import type { Observed } from './observed.ts';
import { blocked } from './plan/part.ts';

function rareFaults(spec: BackupTargetSpec, { rare }: Observed): Fault[] {
  if (!rare) return [];
  const { name } = spec.bucket;
  const { objectLock, requesterPays } = rare;
  return [
    ...(objectLock ? [objectLockFault(name, objectLock.retention)] : []),
    ...(requesterPays
      ? [
          {
            reason: 'RequesterPays',
            breaks: true,
            message: `Bucket ${name} is a Requester Pays bucket, and no backup server says that it pays. Turn Requester Pays off.`,
          },
        ]
      : []),
    ...archiveTierFaults(spec, rare),
  ];
}

/** Without a default retention nothing is locked by itself, and it is as good as versions. It cannot be turned off. */
function objectLockFault(name: string, retention: string | undefined): Fault {
  return retention === undefined
    ? {
        reason: 'ObjectLockEnabled',
        breaks: false,
        message: `Bucket ${name} has Object Lock, which Proxmox Backup Server does not support; nothing is locked by default, so backups go on. Object Lock cannot be turned off: never give it a default retention, or move to another bucket.`,
      }
    : {
        reason: 'ObjectLockRetention',
        breaks: true,
        message: `Bucket ${name} locks every new object for ${retention}: a backup server cannot write its empty marker objects, and what it deletes is kept and paid for. Remove the default retention of Object Lock.`,
      };
}

/** What breaks comes first. */
export function faultsOf(spec: BackupTargetSpec, observed: Observed): readonly Fault[] {
  const { bucket } = observed;
  if (bucket.found !== 'here' || bucket.region !== spec.aws.region) return [];
  const all = [
    ...lifecycleFaults(spec, bucket.settings.lifecycle),
    ...rareFaults(spec, observed),
    ...policyFaults(spec, observed, bucket.settings.policy),
  ];
  return [...all.filter(({ breaks }) => breaks), ...all.filter(({ breaks }) => !breaks)];
}

function messageOf(faults: readonly Fault[]): string {
  return faults.map(({ message }) => message).join(' ');
}

/** For Ready: only what breaks. */
export function unfit(spec: BackupTargetSpec, observed: Observed): Hold | undefined {
  return holdOf(
    spec,
    faultsOf(spec, observed).filter(({ breaks }) => breaks),
  );
}

/** For a bucket that is to be taken over: whatever it is, it is mended first, while it is still nobody's. */
export function unfitToAdopt(spec: BackupTargetSpec, observed: Observed): Hold | undefined {
  return holdOf(spec, faultsOf(spec, observed));
}

function holdOf(spec: BackupTargetSpec, faults: readonly Fault[]): Hold | undefined {
  const [first] = faults;
  return first && blocked(first.reason, messageOf(faults), { kind: 'Bucket', id: spec.bucket.name });
}

export function fitForBackups(spec: BackupTargetSpec, observed: Observed): Verdict {
  const type = 'FitForBackups';
  const { bucket, rare } = observed;
  if (bucket.found !== 'here')
    return { type, status: 'Unknown', reason: 'NoBucket', message: 'The bucket does not exist yet' };
  const faults = faultsOf(spec, observed);
  const [first] = faults;
  if (first) return { type, status: 'False', reason: first.reason, message: messageOf(faults) };
  const unreadable = rare?.unreadable ?? [];
  return unreadable.length > 0
    ? {
        type,
        status: 'Unknown',
        reason: 'NotReadable',
        message: `Not all settings can be seen. Allow ${unreadable.join(', ')} to the identity that was used.`,
      }
    : { type, status: 'True', reason: 'Fit', message: 'No setting and no policy stands in the way of backups' };
}
