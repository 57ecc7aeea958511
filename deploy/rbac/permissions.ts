// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator may do in Kubernetes: exactly what it was recorded asking for (recorded-requests.ts), and no more. What no recording
 * can know is said here: where a right holds. test/packaging/rbac.test.ts takes each right away and sees something break.
 */
import { settings } from '../../src/operator/configuration.ts';
import { reasonFor } from './reasons.ts';
import { recordedRequests, type RecordedRequest } from './recorded-requests.ts';

export interface Permission {
  /** Empty for the core API. */
  readonly group: string;
  /** As RBAC writes it: `backuptargets/status`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Only objects of these names. */
  readonly names?: readonly string[];
  /** One for each verb. */
  readonly reasons: readonly string[];
}

/** Where a set of permissions holds. */
export type Reach = 'cluster' | 'grantedNamespaces' | 'operatorNamespace';

/** Names that the manifests and the settings' defaults have to agree on. */
export const operatorNamespace = settings.namespace.fallback ?? '';

/**
 * Custom resources and their Events may be in any namespace, so rights to them hold in all. Who may watch the Secrets of a cluster may
 * read them all, and who may write its ConfigMaps may change what others run by, so these rights hold only where an administrator binds them.
 */
function reachOf({ namespace, resource }: RecordedRequest): Reach {
  if (namespace === 'own') return 'operatorNamespace';
  return resource === 'secrets' || resource === 'configmaps' ? 'grantedNamespaces' : 'cluster';
}

/** A create is authorised before there is a name (Kubernetes documentation, "Using RBAC Authorization", "Referring to resources"). */
function namesOf({ verb, name }: RecordedRequest): readonly string[] | undefined {
  return name === undefined || verb === 'create' ? undefined : [name];
}

/** The rules for a reach, one for each resource and name. @throws when nobody said why a right is needed. */
export function permissionsOf(requests: readonly RecordedRequest[], reach: Reach): Permission[] {
  const rules = new Map<string, RecordedRequest[]>();
  for (const request of requests.filter((one) => reachOf(one) === reach)) {
    const key = JSON.stringify([request.group, request.resource, namesOf(request)]);
    rules.set(key, [...(rules.get(key) ?? []), request]);
  }
  return [...rules.values()].flatMap(([first, ...more]) => (first ? [ruleOf(first, more)] : []));
}

function ruleOf(first: RecordedRequest, more: readonly RecordedRequest[]): Permission {
  const { group, resource } = first;
  const names = namesOf(first);
  const verbs = [...new Set([first, ...more].map(({ verb }) => verb))].sort();
  const reasons = verbs.map((verb) => reasonFor(verb, resource));
  return { group, resource, verbs, reasons, ...(names ? { names } : {}) };
}

export const reaches: readonly Reach[] = ['cluster', 'grantedNamespaces', 'operatorNamespace'];

export type Permissions = Readonly<Record<Reach, readonly Permission[]>>;

export const permissions: Permissions = {
  cluster: permissionsOf(recordedRequests, 'cluster'),
  grantedNamespaces: permissionsOf(recordedRequests, 'grantedNamespaces'),
  operatorNamespace: permissionsOf(recordedRequests, 'operatorNamespace'),
};
