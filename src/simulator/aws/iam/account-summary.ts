// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { accountOf, allVisible } from './entities.ts';
import { onAccount } from './permission.ts';

/** API_GetAccountSummary: what there is and what there may be, as the caller sees it now. The entries that exist here. */
function summary(call: Call): Xml {
  const { users, roles, managedPolicies, quotas } = accountOf(call);
  const counted: Record<string, number> = {
    Users: allVisible(users, call.now).length,
    UsersQuota: quotas.users,
    Roles: allVisible(roles, call.now).length,
    RolesQuota: quotas.roles,
    Policies: managedPolicies?.size ?? 0,
    AccessKeysPerUserQuota: quotas.accessKeysPerUser,
    UserPolicySizeQuota: 2048,
    PolicySizeQuota: 6144,
  };
  return { SummaryMap: { entry: Object.entries(counted).map(([key, value]) => ({ key, value: String(value) })) } };
}

export const summaryOperations: Record<string, QueryOperation> = {
  GetAccountSummary: { effect: 'read', input: {}, authorize: onAccount('iam:GetAccountSummary'), run: summary },
};
