// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { text, texts, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import type { InlinePolicy, Role, User } from '../state.ts';
import { accountOf, allVisible } from './entities.ts';
import { paging } from './names.ts';
import { pageOf } from './paging.ts';
import { onAccount } from './permission.ts';
import { encodeDocument } from './policies.ts';
import { roleXml } from './roles.ts';
import { tagsXml, userXml } from './users.ts';

const kinds = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'];

export const detailOperations: Record<string, QueryOperation> = {
  GetAccountAuthorizationDetails: {
    effect: 'read',
    input: { Filter: { is: 'list', of: text({ oneOf: kinds }) }, ...paging },
    authorize: onAccount('iam:GetAccountAuthorizationDetails'),
    run: getAccountAuthorizationDetails,
  },
};

type Entry = { readonly order: string; readonly user?: User; readonly role?: Role };

/** One page over users, then roles; an entity never spans two pages (API_GetAccountAuthorizationDetails). */
function getAccountAuthorizationDetails(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const filter = texts(input, 'Filter');
  const wanted = (kind: string): boolean => filter.length === 0 || filter.includes(kind);
  const users = wanted('User') ? allVisible(account.users, call.now) : [];
  const roles = wanted('Role') ? allVisible(account.roles, call.now) : [];
  const entries: Entry[] = [
    ...users.map((user) => ({ order: `1${user.name}`, user })),
    ...roles.map((role) => ({ order: `2${role.name}`, role })),
  ];
  const { items, more } = pageOf(entries, input, (entry) => entry.order);
  return {
    UserDetailList: { member: items.flatMap(({ user }) => (user ? [userDetail(account.id, user)] : [])) },
    GroupDetailList: {},
    RoleDetailList: { member: items.flatMap(({ role }) => (role ? [roleDetail(account.id, role)] : [])) },
    Policies: {},
    ...more,
  };
}

function userDetail(account: string, user: User): Xml {
  return {
    ...userXml(account, user),
    UserPolicyList: policiesXml(user.policies),
    GroupList: {},
    AttachedManagedPolicies: {},
    Tags: tagsXml(user.tags),
  };
}

function roleDetail(account: string, role: Role): Xml {
  return {
    ...roleXml(account, role),
    RolePolicyList: policiesXml(role.policies),
    AttachedManagedPolicies: {},
    InstanceProfileList: {},
  };
}

function policiesXml(policies: readonly InlinePolicy[]): Xml {
  if (policies.length === 0) return undefined;
  return {
    member: policies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) })),
  };
}
