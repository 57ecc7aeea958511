// SPDX-License-Identifier: GPL-3.0-or-later
import { queryService } from '../protocol/query.ts';
import { summaryOperations } from './account-summary.ts';
import { detailOperations } from './details.ts';
import { keyOperations } from './keys.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { oidcOperations } from './oidc-providers.ts';
import { policyOperations } from './policies.ts';
import { roleOperations } from './roles.ts';
import { simulateOperations } from './simulate.ts';
import { userOperations } from './users.ts';

export const iam = queryService({
  name: 'iam',
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    ...userOperations,
    ...policyOperations,
    ...keyOperations,
    ...roleOperations,
    ...detailOperations,
    ...oidcOperations,
    ...managedPolicyOperations,
    ...summaryOperations,
    ...simulateOperations,
  },
});
