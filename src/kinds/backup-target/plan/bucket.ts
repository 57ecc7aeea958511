// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { BucketSettings } from '../../../clouds/aws/s3/bucket-settings.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import type { Observed } from '../observed.ts';
import type { BucketStep } from '../steps.ts';
import { ignores } from '../../../core/ignoring.ts';
import { newBucket } from './new-bucket.ts';
import { blocked, type Part } from './part.ts';
import { sameJSON, type Words } from './words.ts';
import { lifecycleBesideOthers, policyBesideOthers, wantedEncryption } from './wanted.ts';

type Here = Extract<Observed['bucket'], { found: 'here' }>;

function strangerHold(spec: BackupTargetSpec, bucket: Here, words: Words): Hold | undefined {
  const { name } = spec.bucket;
  const { region } = spec.aws;
  if (bucket.region !== region) {
    return blocked(
      'WrongRegion',
      `Bucket ${name} exists in ${bucket.region}, and aws.region says ${region}: a bucket cannot move. Make a new BackupTarget with that region, or with another bucket name.`,
      { kind: 'Bucket', id: name },
    );
  }
  const ownership = words.ownershipOf(bucket.settings.tags);
  if (ownership === 'mine' || words.adopting(bucket.settings.tags, name)) return undefined;
  return ownership === 'nobodys'
    ? blocked(
        'NotOurs',
        `Bucket ${name} exists and was not made by this object; nothing in it was changed. To take it over, annotate this object with hybridcloud.dev/adopt: ${name}; else choose another name.`,
        { kind: 'Bucket', id: name },
      )
    : blocked(
        'OwnedByOther',
        `Bucket ${name} belongs to ${ownership.other}; nothing in it was changed. Choose another name, or delete that object first; if it is gone already, annotate this object with hybridcloud.dev/take-over: ${ownership.uid}.`,
        { kind: 'Bucket', id: name },
      );
}

/** All tags as they should be: others' stay, ours and the spec's are set. The mark is no field of the spec, and is never left out. */
function wantedTags(spec: BackupTargetSpec, have: Tags, words: Words): Tags {
  return { ...have, ...(ignores(spec, 'bucket.tags') ? {} : spec.bucket.tags), ...words.mark };
}

export function planBucket(spec: BackupTargetSpec, observed: Observed, words: Words): Part<BucketStep> {
  const { bucket, account, partition } = observed;
  const { name } = spec.bucket;
  const on = { bucket: name, account, target: `bucket ${name}` } as const;
  if (bucket.found === 'elsewhere') {
    return {
      steps: [],
      hold: blocked(
        'BucketNameTaken',
        `The bucket name ${name} is taken by another AWS account: make a new BackupTarget with another bucket name. If it is your own, these credentials may not see it: Allow s3:ListBucket to the identity that was used.`,
        { kind: 'Bucket', id: name },
      ),
    };
  }
  if (bucket.found === 'absent') {
    const tags = wantedTags(spec, {}, words);
    const create: BucketStep = {
      do: 'CreateBucket',
      effect: 'create',
      ...on,
      region: spec.aws.region,
      tags,
      once: `bucket:${name}`,
      repeatable: true,
    };
    // us-east-1 answers 200 for a bucket that the account has already, and changes nothing (S3 API reference, CreateBucket): the mark
    // must be seen before the bucket is taken for ours
    if (spec.aws.region === 'us-east-1') return { steps: [create], lookFirst: true };
    // what is not a default follows at once: nobody gets a key to a bucket that is not closed yet
    return { steps: [create, ...hardening(spec, { on, have: { ...newBucket, tags }, partition, words })] };
  }
  const hold = strangerHold(spec, bucket, words);
  if (hold) return { steps: [], hold };
  return { steps: hardening(spec, { on, have: bucket.settings, partition, words }) };
}

interface Hardening {
  readonly on: { readonly bucket: string; readonly account: string; readonly target: string };
  readonly have: BucketSettings;
  readonly partition: string;
  readonly words: Words;
}

/** Every setting that differs, in a safe order: closed first, then encrypted, then kept. */
function hardening(spec: BackupTargetSpec, { on, have, partition, words }: Hardening): BucketStep[] {
  const tags = wantedTags(spec, have.tags, words);
  const adopting = words.adopting(have.tags, on.bucket);
  const encryption = wantedEncryption(spec);
  const { versioning } = spec.bucket;
  // a bucket that never had versions needs no suspending
  const versioned = versioning === have.versioning || (versioning === 'Suspended' && have.versioning === 'Unversioned');
  const lifecycle = lifecycleBesideOthers(spec, have.lifecycle);
  const tls = policyBesideOthers(spec, partition, have.policy);
  const marking: BucketStep = adopting
    ? { do: 'AdoptBucket', effect: 'update', ...on, tags, needs: 'approval' }
    : { do: 'TagBucket', effect: 'update', ...on, tags };
  const settings: readonly (readonly [right: boolean, step: BucketStep])[] = [
    [sameJSON(tags, have.tags), marking],
    [have.publicAccessBlocked, { do: 'BlockPublicAccess', effect: 'update', ...on }],
    [have.objectOwnership === 'BucketOwnerEnforced', { do: 'DisableACLs', effect: 'update', ...on }],
    [
      ignores(spec, 'bucket.encryption') || sameJSON(encryption, have.encryption),
      { do: 'SetEncryption', effect: 'update', ...on, encryption },
    ],
    [ignores(spec, 'bucket.versioning') || versioned, { do: 'SetVersioning', effect: 'update', ...on, versioning }],
    [
      ignores(spec, 'bucket.lifecycle') || lifecycle.right,
      { do: 'SetLifecycle', effect: 'update', ...on, rules: lifecycle.parts },
    ],
    [tls.right, { do: 'RequireTLS', effect: 'update', ...on, policy: tls.policy }],
  ];
  return settings.filter(([right]) => !right).map(([, step]) => step);
}
