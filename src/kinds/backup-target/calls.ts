// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, as data: shown in plans, and the very ones that are sent. Pure. */
import * as bucket from '../../clouds/aws/s3/bucket-requests.ts';
import { canaryRequests } from '../../clouds/aws/s3/canary.ts';
import { parametersOf, type AwsRequest } from '../../clouds/aws/request.ts';
import * as user from '../../clouds/aws/iam/user-requests.ts';
import type { PlannedCall } from '../../core/step.ts';
import type { BackupTargetStep, BucketStep, UserStep } from './steps.ts';

export function bucketRequest(step: BucketStep): AwsRequest {
  switch (step.do) {
    case 'CreateBucket':
      return bucket.createBucket(step.bucket, step.region, step.tags);
    case 'AdoptBucket':
    case 'TagBucket':
    case 'ReleaseBucket':
      return bucket.putTags(step, step.tags);
    case 'BlockPublicAccess':
      return bucket.blockPublicAccess(step);
    case 'DisableACLs':
      return bucket.disableACLs(step);
    case 'SetEncryption':
      return bucket.putEncryption(step, step.encryption);
    case 'SetVersioning':
      return bucket.putVersioning(step, step.versioning);
    case 'SetLifecycle':
      return bucket.putLifecycle(step, step.rules);
    case 'RequireTLS':
      return bucket.putPolicy(step, step.policy);
    case 'EmptyBucket':
      return bucket.deleteVersions(step, step.versions);
    case 'DeleteBucket':
      return bucket.deleteBucket(step);
  }
}

export function userRequest(step: UserStep): AwsRequest {
  switch (step.do) {
    case 'CreateUser':
      return user.createUser(step.user, step.tags, step.boundary);
    case 'SetUserBoundary':
      return user.putUserBoundary(step.user, step.boundary);
    case 'AdoptUser':
      return user.tagUser(step.user, step.tags);
    case 'SetUserPolicy':
      return user.putUserPolicy(step.user, step.policyName, step.document);
    case 'RemoveUserPolicy':
      return user.deleteUserPolicy(step.user, step.policyName);
    case 'DeleteUser':
      return user.deleteUser(step.user);
  }
}

function planned({ service, action, input }: AwsRequest): PlannedCall {
  return { service, action, parameters: parametersOf(input) };
}

function onSecret(verb: string, secret: string): PlannedCall {
  return { service: 'kubernetes', action: `${verb} secrets`, parameters: [{ name: 'name', value: secret }] };
}

/** Writes, in order. A read that a step makes for its own safety is not shown. */
export function calls(step: BackupTargetStep): readonly PlannedCall[] {
  switch (step.do) {
    case 'ReserveSecret':
    case 'ReserveNextKey':
    case 'PromoteAccessKey':
      return [onSecret(step.effect, step.secret)];
    case 'CreateAccessKey':
      return [planned(user.createAccessKey(step.user)), onSecret('update', step.secret)];
    case 'DeleteAccessKey':
      return [planned(user.deleteAccessKey(step.user, step.key))];
    case 'DeactivateAccessKey':
      return [planned(user.deactivateAccessKey(step.user, step.key)), onSecret('update', step.secret)];
    case 'DescribeAccess':
      return [onSecret('update', step.secret)];
    case 'RemoveSecret':
      return [onSecret('delete', step.secret)];
    case 'ValidateAccess':
    case 'ProveAccessKey':
      return canaryRequests(step)
        .filter((request) => request.effect === 'write')
        .map(planned);
    default:
      return [planned('user' in step ? userRequest(step) : bucketRequest(step))];
  }
}
