// SPDX-License-Identifier: GPL-3.0-or-later
/** What is not as the spec says, setting by setting, in words for people. Pure. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import type { Encryption } from '../../clouds/aws/s3/bucket-requests.ts';
import type { BucketSettings } from '../../clouds/aws/s3/bucket-settings.ts';
import { canonical } from '../../core/digest.ts';
import type { Difference } from '../../core/drift.ts';
import type { Desired } from '../../core/kind.ts';
import type { Tags } from '../../core/owner-mark.ts';
import type { FoundUser, Observed } from './observed.ts';
import { ignores } from '../../core/ignoring.ts';
import {
  lifecycleBesideOthers,
  policyBesideOthers,
  wantedBucketPolicy,
  wantedEncryption,
  wantedLifecycle,
  wantedUserPolicy,
} from './plan/wanted.ts';
import { wordsFor, type Words } from './plan/words.ts';

interface Context {
  readonly spec: BackupTargetSpec;
  readonly observed: Observed;
  readonly words: Words;
  readonly last: BackupTargetStatus;
}

const nothing = 'none';

/** Of what is ours, or named to become it; nobody else's settings are told. */
export function drift(
  { spec, annotations, last }: Desired<BackupTargetSpec, BackupTargetStatus>,
  observed: Observed,
): readonly Difference[] {
  const context = { spec, observed, last, words: wordsFor(observed, annotations) };
  return [...bucketDrift(context), ...userDrift(context)].filter(({ want, have }) => want !== have);
}

function bucketDrift(context: Context): Difference[] {
  const { spec, observed, words, last } = context;
  const { bucket } = observed;
  const { name } = spec.bucket;
  if (bucket.found === 'absent') return last.bucket ? [{ path: 'bucket', want: name, have: 'absent' }] : [];
  if (bucket.found !== 'here' || bucket.region !== spec.aws.region || !words.concerns(bucket.settings.tags, name))
    return [];
  return [...ownerDrift('bucket', bucket.settings.tags, context), ...settingsDrift(context, bucket.settings)];
}

function ownerDrift(what: 'bucket' | 'user', tags: Tags, { observed, words }: Context): Difference[] {
  const ownership = words.ownershipOf(tags);
  if (ownership === 'mine') return [];
  const have = ownership === 'nobodys' ? 'nobody' : ownership.other;
  return [{ path: `${what}.owner`, want: observed.owner.object, have }];
}

function settingsDrift({ spec, observed, words }: Context, have: BucketSettings): Difference[] {
  const { versioning } = spec.bucket;
  // what never had versions is as good as suspended
  const found = versioning === 'Suspended' && have.versioning === 'Unversioned' ? versioning : have.versioning;
  const lifecycle = lifecycleBesideOthers(spec, have.lifecycle);
  const tls = policyBesideOthers(spec, observed.partition, have.policy);
  const tags = ignores(spec, 'bucket.tags') ? {} : spec.bucket.tags;
  const wanted = { ...tags, ...(words.ownershipOf(have.tags) === 'mine' ? words.mark : {}) };
  const all = [
    ...Object.keys(wanted)
      .sort()
      .map((key) => ({ path: `bucket.tags.${key}`, want: wanted[key] ?? '', have: have.tags[key] ?? nothing })),
    { path: 'bucket.publicAccess', want: 'blocked', have: have.publicAccessBlocked ? 'blocked' : 'not blocked' },
    { path: 'bucket.objectOwnership', want: 'BucketOwnerEnforced', have: have.objectOwnership ?? nothing },
    { path: 'bucket.encryption', want: encryptionText(wantedEncryption(spec)), have: encryptionText(have.encryption) },
    { path: 'bucket.versioning', want: versioning, have: found },
    ...(lifecycle.right
      ? []
      : [
          {
            path: 'bucket.lifecycle',
            want: canonical({ rules: wantedLifecycle(spec) }),
            have: have.lifecycle ?? nothing,
          },
        ]),
    ...(tls.right
      ? []
      : [
          {
            path: 'bucket.policy',
            want: canonical(JSON.parse(wantedBucketPolicy(spec, observed.partition))),
            have: have.policy ?? nothing,
          },
        ]),
  ];
  return all.filter(({ path }) => !ignores(spec, path));
}

function encryptionText(encryption: Encryption | undefined): string {
  if (!encryption) return nothing;
  const { type, kmsKeyID, bucketKey } = encryption;
  return [type, ...(kmsKeyID === undefined ? [] : [kmsKeyID]), ...(bucketKey ? ['bucket key'] : [])].join(', ');
}

function userDrift(context: Context): Difference[] {
  const { spec, observed, words, last } = context;
  const { user } = observed;
  const { name } = spec.user;
  if (!user) return last.user ? [{ path: 'user', want: name, have: 'absent' }] : [];
  if (!words.concerns(user.tags, name)) return [];
  return [
    ...ownerDrift('user', user.tags, context),
    ...boundaryDrift(observed.boundary, user),
    ...policyDrift(context, user),
  ];
}

function boundaryDrift(want: string | undefined, { boundary }: FoundUser): Difference[] {
  return want === undefined ? [] : [{ path: 'user.permissionsBoundary', want, have: boundary ?? nothing }];
}

function policyDrift({ spec, observed }: Context, { policies }: FoundUser): Difference[] {
  const { policyName } = spec.user;
  const want = canonical(JSON.parse(wantedUserPolicy(spec, observed.partition, observed.account, policies)));
  const have = policies[policyName];
  return [{ path: `user.policies.${policyName}`, want, have: have === undefined ? nothing : readable(have) }];
}

function readable(document: string): string {
  try {
    return canonical(JSON.parse(document));
  } catch {
    return document;
  }
}
