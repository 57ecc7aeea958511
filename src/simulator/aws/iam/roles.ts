// SPDX-License-Identifier: GPL-3.0-or-later
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Role } from '../state.ts';
import { accountOf, countTrue, isoDate, newID, roleArn, saveRole, trueRole, visibleRole } from './entities.ts';
import { path, policyDocument, policyName, roleName, tags } from './names.ts';
import { onRole, tagsIn } from './permission.ts';
import { checkDocument, encodeDocument, policyIn, withPolicy } from './policies.ts';
import { mergeTags, tagsXml } from './users.ts';

const named = { RoleName: required(roleName) };

export const roleOperations: Record<string, QueryOperation> = {
  CreateRole: {
    effect: 'write',
    input: {
      ...named,
      AssumeRolePolicyDocument: required(policyDocument),
      Path: path,
      Description: text({ max: 1000 }),
      MaxSessionDuration: whole(3600, 43_200),
      Tags: tags,
    },
    authorize: onRole('iam:CreateRole'),
    run: createRole,
  },
  GetRole: { effect: 'read', input: named, authorize: onRole('iam:GetRole'), run: getRole },
  DeleteRole: { effect: 'write', input: named, authorize: onRole('iam:DeleteRole'), run: deleteRole },
  PutRolePolicy: {
    effect: 'write',
    input: { ...named, PolicyName: required(policyName), PolicyDocument: required(policyDocument) },
    authorize: onRole('iam:PutRolePolicy'),
    run: putRolePolicy,
  },
  DeleteRolePolicy: {
    effect: 'write',
    input: { ...named, PolicyName: required(policyName) },
    authorize: onRole('iam:DeleteRolePolicy'),
    run: deleteRolePolicy,
  },
};

export function roleXml(account: string, role: Role): Record<string, Xml> {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(account, role),
    CreateDate: isoDate(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Tags: tagsXml(role.tags),
  };
}

function createRole(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const name = must(input, 'RoleName');
  if (truth(account.roles.get(name.toLowerCase())))
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  if (countTrue(account.roles) >= account.quotas.roles)
    throw new AwsError('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${account.quotas.roles}`, 409);
  const trust = must(input, 'AssumeRolePolicyDocument');
  checkDocument(trust, 'trust');
  const role: Role = {
    name,
    path: may(input, 'Path') ?? '/',
    id: newID(call, 'AROA'),
    createdAt: call.now,
    description: may(input, 'Description'),
    maxSessionSeconds: Number(may(input, 'MaxSessionDuration') ?? 3600),
    trust,
    tags: mergeTags([], tagsIn(input)),
    policies: [],
  };
  saveRole(call, name, role);
  return { Role: roleXml(account.id, role) };
}

function getRole(call: Call, input: Fields): Xml {
  const role = visibleRole(call, must(input, 'RoleName'));
  const more = { Description: role.description, MaxSessionDuration: role.maxSessionSeconds };
  return { Role: { ...roleXml(call.principal.account, role), ...more } };
}

function deleteRole(call: Call, input: Fields): Xml {
  const role = trueRole(call, must(input, 'RoleName'));
  if (role.policies.length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  saveRole(call, role.name, undefined);
  return undefined;
}

function putRolePolicy(call: Call, input: Fields): Xml {
  const role = trueRole(call, must(input, 'RoleName'));
  const policy = { name: must(input, 'PolicyName'), document: must(input, 'PolicyDocument') };
  checkDocument(policy.document, 'identity');
  saveRole(call, role.name, {
    ...role,
    policies: withPolicy(role.policies, policy, { limit: 10_240, owner: `role ${role.name}` }),
  });
  return undefined;
}

function deleteRolePolicy(call: Call, input: Fields): Xml {
  const role = trueRole(call, must(input, 'RoleName'));
  const gone = policyIn(role.policies, input, 'role');
  saveRole(call, role.name, { ...role, policies: role.policies.filter((policy) => policy !== gone) });
  return undefined;
}
