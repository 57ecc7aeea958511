// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { AccessKey } from '../../clouds/aws/users.ts';
import type { Desired, Facts } from '../../core/kind.ts';
import type { ProbeResult } from '../../core/step.ts';
import { milliseconds, rfc3339 } from '../../core/time.ts';
import type { Observed } from './observed.ts';

type Verdict = NonNullable<Facts['conditions']>[number];

/** Versions that nobody expires are paid for ever, and a backup server that deletes frees nothing. */
function versioningFit(spec: BackupTargetSpec, observed: Observed): Verdict {
  const type = 'VersioningFit';
  if (observed.bucket.found !== 'here')
    return { type, status: 'Unknown', reason: 'NoBucket', message: 'The bucket does not exist yet' };
  const { versioning, lifecycle } = observed.bucket.settings;
  if (versioning !== 'Enabled')
    return { type, status: 'True', reason: versioning, message: 'What is deleted is gone at once' };
  return lifecycle?.includes('NoncurrentVersionExpiration')
    ? {
        type,
        status: 'True',
        reason: 'OldVersionsExpire',
        message: `What is deleted or overwritten is kept for ${spec.bucket.noncurrentVersionExpirationDays} days, then freed`,
      }
    : {
        type,
        status: 'False',
        reason: 'OldVersionsStay',
        message: 'Versions are kept and nothing expires them: deleting frees no space',
      };
}

/** With no key in the Secret the last one stays written down: else nobody knew any more that it is ours to take away. */
function accessKeyOf(current: AccessKey | undefined, last: BackupTargetStatus) {
  if (current) return { accessKey: { id: current.id, createdAt: rfc3339(current.createdAt) } };
  return last.accessKey ? { accessKey: last.accessKey } : {};
}

export function facts(desired: Desired<BackupTargetSpec, BackupTargetStatus>, observed: Observed): Facts {
  const { bucket, user, secret, keys, partition } = observed;
  const { validation } = desired.last;
  const current = secret.found === 'ours' ? keys.find((key) => key.id === secret.delivered?.key) : undefined;
  return {
    fields: {
      ...(bucket.found === 'here'
        ? {
            bucket: {
              arn: `arn:${partition}:s3:::${desired.spec.bucket.name}`,
              region: bucket.region,
              versioning: bucket.settings.versioning,
            },
          }
        : {}),
      ...(user ? { user: { arn: user.arn } } : {}),
      ...accessKeyOf(current, desired.last),
      ...(validation ? { validation } : {}),
    },
    conditions: [versioningFit(desired.spec, observed)],
  };
}

interface Known {
  readonly last: BackupTargetStatus;
  readonly observed: Observed;
}

export function probed({ last, observed }: Known, result: ProbeResult, now: number): Known {
  const failures = last.validation?.consecutiveFailures ?? 0;
  const lastTime = rfc3339(now);
  const validation: NonNullable<BackupTargetStatus['validation']> =
    result.outcome === 'Succeeded'
      ? { lastTime, outcome: result.outcome, consecutiveFailures: 0 }
      : {
          lastTime,
          outcome: result.outcome,
          reason: result.reason,
          message: result.message.slice(0, 1024),
          consecutiveFailures: failures + 1,
        };
  return {
    last: { ...last, validation },
    // the probe took its time, and that has passed: else its result would seem to come from the future
    observed: { ...observed, now, validation: { ...validation, lastTime: milliseconds(lastTime) } },
  };
}
