// SPDX-License-Identifier: GPL-3.0-or-later
import { operatorNamespace, permissions, type Permission, type Permissions } from './permissions.ts';

const name = 'hybrid-cloud-operator';
/** A role that nothing binds until a namespace is granted. */
export const secretsRole = `${name}-secrets`;

const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;
const labels = { 'app.kubernetes.io/name': name };
const subjects = [{ kind: 'ServiceAccount', name, namespace: operatorNamespace }];

function rulesOf(granted: readonly Permission[]) {
  return granted.map(({ group, resource, verbs, names }) => ({
    apiGroups: [group],
    resources: [resource],
    ...(names ? { resourceNames: names } : {}),
    verbs,
  }));
}

/** The reasons of the rules of a role that `baseManifests` made, in their order: a line for each verb. */
export function reasonsOf(manifest: object, given: Permissions = permissions): string[] {
  const { kind, metadata } = manifest as { readonly kind: string; readonly metadata: { readonly name: string } };
  const lines = (granted: readonly Permission[]) =>
    granted.map(({ verbs, reasons }) => verbs.map((verb, nth) => ` ${verb}: ${reasons[nth]}`).join('\n'));
  if (kind === 'Role') return lines(given.operatorNamespace);
  if (kind !== 'ClusterRole') return [];
  return lines(metadata.name === secretsRole ? given.grantedNamespaces : given.cluster);
}

/** Roles, and what binds them at installation. */
export function baseManifests(given: Permissions = permissions): object[] {
  const own = { name, namespace: operatorNamespace, labels };
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name, labels }, rules: rulesOf(given.cluster) },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects,
    },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: secretsRole, labels },
      rules: rulesOf(given.grantedNamespaces),
    },
    { apiVersion, kind: 'Role', metadata: own, rules: rulesOf(given.operatorNamespace) },
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
