// SPDX-License-Identifier: GPL-3.0-or-later
/** Policies of their own, here as permissions boundaries only: they cannot be attached. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { ManagedPolicy } from '../state.ts';
import { accountOf, isoDate, newID, saveUser, trueUser } from './entities.ts';
import { path, policyDocument, policyName, userName } from './names.ts';
import { onBoundedUser, onPolicy } from './permission.ts';
import { checkDocument } from './policies.ts';

const arnText = text({ min: 20, max: 2048 });

export function policyArn(account: string, { path: under, name }: Pick<ManagedPolicy, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:policy${under}${name}`;
}

/** IAM and AWS STS quotas: 6,144 characters, white space not counted. */
const largest = 6144;

function createPolicy(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const document = must(input, 'PolicyDocument');
  checkDocument(document, 'identity');
  if (document.replace(/\s/g, '').length > largest)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${largest}`, 409);
  const policy: ManagedPolicy = {
    name: must(input, 'PolicyName'),
    path: may(input, 'Path') ?? '/',
    id: newID(call, 'ANPA'),
    createdAt: call.now,
    document,
  };
  const arn = policyArn(account.id, policy);
  account.managedPolicies ??= new Map();
  if ([...account.managedPolicies.values()].some(({ name }) => name.toLowerCase() === policy.name.toLowerCase()))
    throw new AwsError(
      'EntityAlreadyExists',
      `A policy called ${policy.name} already exists. Duplicate names are not allowed.`,
      409,
    );
  account.managedPolicies.set(arn, policy);
  const { name: PolicyName, id: PolicyId, path: Path } = policy;
  return { Policy: { PolicyName, PolicyId, Arn: arn, Path, DefaultVersionId: 'v1', CreateDate: isoDate(call.now) } };
}

/** A boundary has to be there when it is set. */
export function checkedBoundary(call: Call, arn: string): string {
  if (!accountOf(call).managedPolicies?.has(arn))
    throw new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
  return arn;
}

function putBoundary(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  saveUser(call, user.name, { ...user, boundary: checkedBoundary(call, must(input, 'PermissionsBoundary')) });
  return undefined;
}

function deleteBoundary(call: Call, input: Fields): Xml {
  const { boundary, ...user } = trueUser(call, must(input, 'UserName'));
  // API_DeleteUserPermissionsBoundary: NoSuchEntity
  if (boundary === undefined)
    throw new AwsError('NoSuchEntity', `The permissions boundary of user ${user.name} cannot be found.`, 404);
  saveUser(call, user.name, user);
  return undefined;
}

export const managedPolicyOperations: Record<string, QueryOperation> = {
  CreatePolicy: {
    effect: 'write',
    input: { PolicyName: required(policyName), PolicyDocument: required(policyDocument), Path: path },
    authorize: onPolicy('iam:CreatePolicy'),
    run: createPolicy,
  },
  PutUserPermissionsBoundary: {
    effect: 'write',
    input: { UserName: required(userName), PermissionsBoundary: required(arnText) },
    authorize: onBoundedUser('iam:PutUserPermissionsBoundary'),
    run: putBoundary,
  },
  DeleteUserPermissionsBoundary: {
    effect: 'write',
    input: { UserName: required(userName) },
    authorize: onBoundedUser('iam:DeleteUserPermissionsBoundary'),
    run: deleteBoundary,
  },
};
