// SPDX-License-Identifier: GPL-3.0-or-later
import { queryService, type QueryOperation } from '../protocol/query.ts';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';

const getCallerIdentity: QueryOperation = {
  effect: 'read',
  input: {},
  // API_GetCallerIdentity: no permissions are required, not even a Deny forbids it
  run: ({ principal }) => ({ Arn: principal.arn, UserId: principal.id, Account: principal.account }),
};

export const sts = queryService({
  name: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
});
