// SPDX-License-Identifier: GPL-3.0-or-later
import { operatorNamespace, permissions, type Permission, type Reach } from './permissions.ts';

const name = 'hybrid-cloud-operator';
/** A role that nothing binds until a namespace is granted. */
export const secretsRole = `${name}-secrets`;

const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;
const labels = { 'app.kubernetes.io/name': name };
const subjects = [{ kind: 'ServiceAccount', name, namespace: operatorNamespace }];

function rulesOf(reach: Reach) {
  return permissions[reach].map(({ group, resource, verbs, names }: Permission) => ({
    apiGroups: [group],
    resources: [resource],
    ...(names ? { resourceNames: names } : {}),
    verbs,
  }));
}

/** Roles, and what binds them at installation. */
export function baseManifests(): object[] {
  const own = { name, namespace: operatorNamespace, labels };
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name, labels }, rules: rulesOf('cluster') },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects,
    },
    { apiVersion, kind: 'ClusterRole', metadata: { name: secretsRole, labels }, rules: rulesOf('grantedNamespaces') },
    { apiVersion, kind: 'Role', metadata: own, rules: rulesOf('operatorNamespace') },
    { apiVersion, kind: 'RoleBinding', metadata: own, roleRef: { apiGroup, kind: 'Role', name }, subjects },
  ];
}

/** Lets the operator at the Secrets of the namespace that this is applied to. */
export function grantManifest(): object {
  return {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: secretsRole, labels },
    roleRef: { apiGroup, kind: 'ClusterRole', name: secretsRole },
    subjects,
  };
}

/** The same for all namespaces, for clusters where everybody may know everything. */
export function grantAllManifest(): object {
  return { ...grantManifest(), kind: 'ClusterRoleBinding' };
}
