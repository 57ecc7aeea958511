// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { parsePolicy, PolicyProblem, type PolicyRole } from '../policy/document.ts';
import { must, required, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { InlinePolicy } from '../state.ts';
import { saveUser, trueUser, visibleUser } from './entities.ts';
import { paging, policyDocument, policyName, userName } from './names.ts';
import { pageOf } from './paging.ts';
import { onBoundedUser, onUser } from './permission.ts';

const named = { UserName: required(userName), PolicyName: required(policyName) };

export const policyOperations: Record<string, QueryOperation> = {
  PutUserPolicy: {
    effect: 'write',
    input: { ...named, PolicyDocument: required(policyDocument) },
    authorize: onBoundedUser('iam:PutUserPolicy'),
    run: putUserPolicy,
  },
  GetUserPolicy: { effect: 'read', input: named, authorize: onUser('iam:GetUserPolicy'), run: getUserPolicy },
  DeleteUserPolicy: {
    effect: 'write',
    input: named,
    authorize: onBoundedUser('iam:DeleteUserPolicy'),
    run: deleteUserPolicy,
  },
  ListUserPolicies: {
    effect: 'read',
    input: { UserName: required(userName), ...paging },
    authorize: onUser('iam:ListUserPolicies'),
    run: listUserPolicies,
  },
  ListAttachedUserPolicies: {
    effect: 'read',
    input: { UserName: required(userName), PathPrefix: userName, ...paging },
    authorize: onUser('iam:ListAttachedUserPolicies'),
    run: (call, input) => (visibleUser(call, must(input, 'UserName')), { AttachedPolicies: {}, IsTruncated: false }),
  },
  ListGroupsForUser: {
    effect: 'read',
    input: { UserName: required(userName), ...paging },
    authorize: onUser('iam:ListGroupsForUser'),
    run: (call, input) => (visibleUser(call, must(input, 'UserName')), { Groups: {}, IsTruncated: false }),
  },
};

/** API_PutUserPolicy: MalformedPolicyDocument. */
export function checkDocument(document: string, role: PolicyRole): void {
  try {
    parsePolicy(document, role);
  } catch (error) {
    if (error instanceof PolicyProblem) throw new AwsError('MalformedPolicyDocument', error.message);
    throw error;
  }
}

/** IAM quotas: white space does not count; 2,048 characters for all inline policies of a user together, 10,240 for a role. */
export function withPolicy(
  present: readonly InlinePolicy[],
  added: InlinePolicy,
  { limit, owner }: { limit: number; owner: string },
): InlinePolicy[] {
  const policies = [...present.filter(({ name }) => name !== added.name), added].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const size = policies.reduce((sum, { document }) => sum + document.replace(/\s/g, '').length, 0);
  if (size > limit)
    throw new AwsError('LimitExceeded', `Maximum policy size of ${limit} bytes exceeded for ${owner}`, 409);
  return policies;
}

export function policyIn(policies: readonly InlinePolicy[], input: Fields, owner: string): InlinePolicy {
  const name = must(input, 'PolicyName');
  const policy = policies.find((candidate) => candidate.name === name);
  if (!policy) throw new AwsError('NoSuchEntity', `The ${owner} policy with name ${name} cannot be found.`, 404);
  return policy;
}

function putUserPolicy(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  const policy = { name: must(input, 'PolicyName'), document: must(input, 'PolicyDocument') };
  checkDocument(policy.document, 'identity');
  saveUser(call, user.name, {
    ...user,
    policies: withPolicy(user.policies, policy, { limit: 2048, owner: `user ${user.name}` }),
  });
  return undefined;
}

/** Documents come back URL-encoded as RFC 3986 says (API_GetUserPolicy). */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function getUserPolicy(call: Call, input: Fields): Xml {
  const user = visibleUser(call, must(input, 'UserName'));
  const policy = policyIn(user.policies, input, 'user');
  return { UserName: user.name, PolicyName: policy.name, PolicyDocument: encodeDocument(policy.document) };
}

function deleteUserPolicy(call: Call, input: Fields): Xml {
  const user = trueUser(call, must(input, 'UserName'));
  const gone = policyIn(user.policies, input, 'user');
  saveUser(call, user.name, { ...user, policies: user.policies.filter((policy) => policy !== gone) });
  return undefined;
}

function listUserPolicies(call: Call, input: Fields): Xml {
  const user = visibleUser(call, must(input, 'UserName'));
  const { items, more } = pageOf(user.policies, input, (policy) => policy.name);
  return { PolicyNames: { member: items.map((policy) => policy.name) }, ...more };
}
