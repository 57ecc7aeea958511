// SPDX-License-Identifier: GPL-3.0-or-later
import { tryCanary } from '../../clouds/aws/s3/canary.ts';
import { codeOf } from '../../clouds/aws/errors.ts';
import { missing } from '../../clouds/aws/iam/users.ts';
import { Failure } from '../../core/failure.ts';
import type { Actions } from '../../core/kind.ts';
import { ownershipOf } from '../../core/owner-mark.ts';
import type { ProbeResult } from '../../core/step.ts';
import { places } from './access-secret.ts';
import { describeAccess, removeSecret, reserveSecret } from './act-key.ts';
import { makeKey, promoteAccessKey, removeKey, reserveNextKey, retireAccessKey } from './act-rotation.ts';
import { bucketRequest, userRequest } from './calls.ts';
import type { Clouds } from './connect.ts';
import type { BackupTargetStep, BucketStep, ProbeStep, UserStep } from './steps.ts';

async function onBucket(clouds: Clouds, step: BucketStep): Promise<void> {
  await clouds.buckets.write(bucketRequest(step));
}

async function onUser(clouds: Clouds, step: UserStep): Promise<void> {
  await clouds.users.write(userRequest(step));
}

/** A bucket that cannot be read back is not deleted; one that lost our mark is not ours any more. */
async function destroyBucket(
  clouds: Clouds,
  step: Extract<BucketStep, { do: 'EmptyBucket' | 'DeleteBucket' }>,
): Promise<void> {
  const tags = await clouds.buckets.freshTags(step);
  if (tags === undefined) return;
  if (ownershipOf(tags, clouds.owner) !== 'mine') throw notOurs(`bucket ${step.bucket}`);
  await onBucket(clouds, step).catch((error: unknown) => {
    if (codeOf(error) !== 'NoSuchBucket') throw error;
  });
}

async function destroyUser(
  clouds: Clouds,
  step: Extract<UserStep, { do: 'RemoveUserPolicy' | 'DeleteUser' }>,
): Promise<void> {
  const user = await clouds.users.fresh(step.user);
  if (!user) return;
  if (ownershipOf(user.tags, clouds.owner) !== 'mine') throw notOurs(`user ${step.user}`);
  await onUser(clouds, step).catch((error: unknown) => {
    if (!missing(error)) throw error;
  });
}

function notOurs(what: string): Failure {
  return new Failure({
    class: 'Transient',
    reason: 'Conflict',
    applied: 'no',
    message: `${what} does not carry our mark any more; it was not touched`,
  });
}

async function validate(clouds: Clouds, step: ProbeStep): Promise<ProbeResult> {
  const { outside, scope, session } = clouds;
  const secret = await outside.secrets.read(scope.namespace, step.secret);
  const place = places[step.do === 'ProveAccessKey' ? 'pending' : 'current'];
  const accessKeyID = secret?.data.get(place.id);
  const secretAccessKey = secret?.data.get(place.value);
  // the result is about exactly that key, and no other
  if (accessKeyID !== step.key || !secretAccessKey)
    throw new Failure({
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `Secret ${step.secret} changed`,
    });
  outside.learnSecret(secretAccessKey);
  const backup = outside.aws.bare({
    region: session.region,
    account: session.account,
    credentials: { accessKeyID, secretAccessKey },
  });
  return { ...(await tryCanary(backup, scope, step)), of: step.key };
}

export const act: Actions<BackupTargetStep, Clouds> = {
  CreateBucket: onBucket,
  AdoptBucket: onBucket,
  TagBucket: onBucket,
  BlockPublicAccess: onBucket,
  DisableACLs: onBucket,
  SetEncryption: onBucket,
  SetVersioning: onBucket,
  SetLifecycle: onBucket,
  RequireTLS: onBucket,
  ReleaseBucket: onBucket,
  EmptyBucket: destroyBucket,
  DeleteBucket: destroyBucket,
  CreateUser: onUser,
  AdoptUser: onUser,
  SetUserBoundary: onUser,
  SetUserPolicy: onUser,
  RemoveUserPolicy: destroyUser,
  DeleteUser: destroyUser,
  ReserveSecret: reserveSecret,
  ReserveNextKey: reserveNextKey,
  CreateAccessKey: makeKey,
  PromoteAccessKey: promoteAccessKey,
  DeactivateAccessKey: retireAccessKey,
  DeleteAccessKey: removeKey,
  DescribeAccess: describeAccess,
  RemoveSecret: removeSecret,
  ValidateAccess: validate,
  ProveAccessKey: validate,
};
