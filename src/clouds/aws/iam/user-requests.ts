// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to an IAM user, as data. */
import type * as IAM from '@aws-sdk/client-iam';
import type { Tags } from '../../../core/owner-mark.ts';
import { toTagList } from '../tags.ts';
import { write, type AwsRequest } from '../request.ts';

/** Users of ours live under this path, so that the operator's own rights can end there: arn:aws:iam::*:user/hybridcloud/* */
export const userPath = '/hybridcloud/';

export function createUser(user: string, tags: Tags, boundary?: string): AwsRequest {
  return write('iam', 'CreateUser', {
    UserName: user,
    Path: userPath,
    Tags: toTagList(tags),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
  } satisfies IAM.CreateUserCommandInput);
}

export function putUserBoundary(user: string, boundary: string): AwsRequest {
  return write('iam', 'PutUserPermissionsBoundary', {
    UserName: user,
    PermissionsBoundary: boundary,
  } satisfies IAM.PutUserPermissionsBoundaryCommandInput);
}

export function tagUser(user: string, tags: Tags): AwsRequest {
  return write('iam', 'TagUser', { UserName: user, Tags: toTagList(tags) } satisfies IAM.TagUserCommandInput);
}

export function putUserPolicy(user: string, policyName: string, document: string): AwsRequest {
  return write('iam', 'PutUserPolicy', {
    UserName: user,
    PolicyName: policyName,
    PolicyDocument: document,
  } satisfies IAM.PutUserPolicyCommandInput);
}

export function deleteUserPolicy(user: string, policyName: string): AwsRequest {
  return write('iam', 'DeleteUserPolicy', {
    UserName: user,
    PolicyName: policyName,
  } satisfies IAM.DeleteUserPolicyCommandInput);
}

export function deleteUser(user: string): AwsRequest {
  return write('iam', 'DeleteUser', { UserName: user } satisfies IAM.DeleteUserCommandInput);
}

export function createAccessKey(user: string): AwsRequest {
  return write('iam', 'CreateAccessKey', { UserName: user } satisfies IAM.CreateAccessKeyCommandInput);
}

export function deactivateAccessKey(user: string, key: string): AwsRequest {
  return write('iam', 'UpdateAccessKey', {
    UserName: user,
    AccessKeyId: key,
    Status: 'Inactive',
  } satisfies IAM.UpdateAccessKeyCommandInput);
}

export function deleteAccessKey(user: string, key: string): AwsRequest {
  return write('iam', 'DeleteAccessKey', {
    UserName: user,
    AccessKeyId: key,
  } satisfies IAM.DeleteAccessKeyCommandInput);
}
