// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What every cluster allows without being told (Kubernetes: "Using RBAC Authorization", default roles: system:basic-user, system:discovery,
 * system:public-info-viewer, cluster-admin). Kept as rules, not as objects: nobody edits them here.
 */
import type { Json } from '../object.ts';

export interface Bootstrap {
  readonly role: string;
  readonly groups: readonly string[];
  readonly rules: readonly Json[];
}

function mayGet(...nonResourceURLs: readonly string[]): Json {
  return { verbs: ['get'], nonResourceURLs: [...nonResourceURLs] };
}

function mayAsk(group: string, ...resources: readonly string[]): Json {
  return { verbs: ['create'], apiGroups: [group], resources: [...resources] };
}

const known = 'system:authenticated';
const health = ['/healthz', '/livez', '/readyz', '/version', '/version/'];

export const bootstrapRoles: readonly Bootstrap[] = [
  {
    role: 'system:basic-user',
    groups: [known],
    rules: [
      mayAsk('authorization.k8s.io', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'),
      mayAsk('authentication.k8s.io', 'selfsubjectreviews'),
    ],
  },
  {
    role: 'system:discovery',
    groups: [known],
    rules: [
      mayGet(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
  },
  {
    role: 'system:public-info-viewer',
    groups: [known, 'system:unauthenticated'],
    rules: [mayGet(...health)],
  },
  {
    role: 'cluster-admin',
    groups: ['system:masters'],
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
];
