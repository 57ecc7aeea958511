// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator may do in Kubernetes, as data. `npm run generate` writes the RBAC manifests from it; test/packaging/rbac.test.ts
 * holds it against the calls that were recorded: everything used is granted, and everything granted is used.
 */
import { kinds } from '../../src/api/kinds.ts';
import { settings } from '../../src/operator/configuration.ts';

export interface Permission {
  /** Empty for the core API. */
  readonly group: string;
  /** As RBAC writes it: `backuptargets/status`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /**
   * Only objects of these names. A watch with the field selector `metadata.name` is authorised by that name
   * (Kubernetes documentation, "Using RBAC Authorization", "Referring to resources").
   */
  readonly names?: readonly string[];
}

/** Where a set of permissions holds. */
export type Reach = 'cluster' | 'grantedNamespaces' | 'operatorNamespace';

/** Names that the manifests and the settings' defaults have to agree on. */
export const operatorNamespace = settings.namespace.fallback ?? '';
const leaseNames = [settings.leaseName.fallback ?? ''];
const grantsNames = [settings.grants.fallback ?? ''];

export const permissions: Readonly<Record<Reach, readonly Permission[]>> = {
  cluster: [
    ...kinds.flatMap(({ group, plural }) => [
      { group, resource: plural, verbs: ['get', 'list', 'patch', 'watch'] },
      { group, resource: `${plural}/status`, verbs: ['patch'] },
    ]),
    { group: '', resource: 'events', verbs: ['create', 'get', 'patch'] },
    // its UID tells this cluster's cloud objects from another's
    { group: '', resource: 'namespaces', verbs: ['get'], names: ['kube-system'] },
  ],
  // Who may watch the Secrets of a cluster may read them all, so this holds only where an administrator binds it.
  grantedNamespaces: [{ group: '', resource: 'secrets', verbs: ['create', 'delete', 'get', 'patch', 'watch'] }],
  operatorNamespace: [
    { group: 'coordination.k8s.io', resource: 'leases', verbs: ['create'] },
    { group: 'coordination.k8s.io', resource: 'leases', verbs: ['get', 'update'], names: leaseNames },
    { group: '', resource: 'configmaps', verbs: ['get', 'watch'], names: grantsNames },
  ],
};
