// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { Desired, Facts } from '../../core/kind.ts';
import type { ProbeResult } from '../../core/step.ts';
import { ownershipOf } from '../../core/owner-mark.ts';
import { rfc3339 } from '../../core/time.ts';
import { fitForBackups } from './fit.ts';
import { keyFacts, trialFrom } from './key-facts.ts';
import type { Observed } from './observed.ts';
import { permissionsVerdict } from '../permissions.ts';
import { accountFact } from '../same-account.ts';
import { excessOn } from './permissions.ts';
import { ignores } from '../../core/ignoring.ts';

type Verdict = NonNullable<Facts['conditions']>[number];

/** Versions that nobody expires are paid for ever, and a backup server that deletes frees nothing. */
function versioningFit(spec: BackupTargetSpec, observed: Observed): Verdict {
  const type = 'VersioningFit';
  if (observed.bucket.found !== 'here')
    return { type, status: 'Unknown', reason: 'NoBucket', message: 'The bucket does not exist yet' };
  const { versioning, lifecycle } = observed.bucket.settings;
  if (versioning !== 'Enabled')
    return { type, status: 'True', reason: versioning, message: 'What is deleted is gone at once' };
  const kept = ignores(spec, 'bucket.lifecycle')
    ? 'as long as the lifecycle rules of the bucket say'
    : `for ${spec.bucket.noncurrentVersionExpirationDays} days`;
  return lifecycle?.includes('NoncurrentVersionExpiration')
    ? {
        type,
        status: 'True',
        reason: 'OldVersionsExpire',
        message: `What is deleted or overwritten is kept ${kept}, then freed`,
      }
    : {
        type,
        status: 'False',
        reason: 'OldVersionsStay',
        message: 'Versions are kept and nothing expires them: deleting frees no space',
      };
}

function hasOurs({ bucket, user, owner }: Observed): boolean {
  const tags = [...(bucket.found === 'here' ? [bucket.settings.tags] : []), ...(user ? [user.tags] : [])];
  return tags.some((one) => ownershipOf(one, owner) === 'mine');
}

export function facts(desired: Desired<BackupTargetSpec, BackupTargetStatus>, observed: Observed): Facts {
  const { bucket, user, partition } = observed;
  const keys = keyFacts(desired, observed);
  const usage = observed.usage ?? desired.last.usage;
  return {
    fields: {
      ...accountFact(desired.last, { account: observed.account, ours: hasOurs(observed) }),
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
      ...keys.fields,
      ...(usage ? { usage } : {}),
    },
    conditions: [
      fitForBackups(desired.spec, observed),
      versioningFit(desired.spec, observed),
      keys.condition,
      permissionsVerdict(desired.last, observed.rights, excessOn),
    ],
  };
}

interface Known {
  readonly last: BackupTargetStatus;
  readonly observed: Observed;
}

/** Of the key that is to replace the current one, or else of the current one. */
export function probed({ last, observed }: Known, result: ProbeResult, now: number): Known {
  // the probe took its time, and that has passed: else its result would seem to come from the future
  const later = { ...observed, now };
  const { secret } = observed;
  if (result.of !== undefined && secret.found === 'ours' && secret.pending?.delivered?.key === result.of)
    return { last, observed: { ...later, proof: trialFrom(result, observed.proof, now) } };
  const validation = trialFrom(result, observed.validation, now);
  return {
    last: { ...last, validation: { ...validation, lastTime: rfc3339(validation.lastTime) } },
    observed: { ...later, validation },
  };
}
