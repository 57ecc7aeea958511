// SPDX-License-Identifier: GPL-3.0-or-later
/** What the operator asks of Kubernetes, for the comparison with the rights it is given. */
import { join } from 'node:path';
import { operatorNamespace } from '../../deploy/rbac/permissions.ts';
import type { Call } from '../../src/wire/call.ts';

/** One kind of call: its verb and resource as RBAC has them, and where. Names of users' objects are left out. */
export interface RecordedCall {
  readonly verb: string;
  readonly resource: string;
  readonly where: 'allNamespaces' | 'anyNamespace' | 'operatorNamespace' | 'cluster';
  /** Only of objects that always have the same name. */
  readonly name?: string;
}

/** The part of a call that says what was asked, and of what. */
export type Asked = Pick<Call, 'action' | 'parameters'>;

export const recordingFile = join(import.meta.dirname, 'recorded-kubernetes-calls.json');

const clusterScoped = new Set(['namespaces']);
const ownResources = new Set(['leases', 'configmaps']);

export function summary(asked: readonly Asked[]): RecordedCall[] {
  const calls = new Map(asked.map(summarised).map((call) => [JSON.stringify(call), call]));
  return [...calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
}

function summarised({ action, parameters }: Asked): RecordedCall {
  const [verb = '', resource = ''] = action.split(' ');
  const valueOf = (wanted: string) => parameters.find(({ name }) => name === wanted)?.value;
  const name = valueOf('name');
  if (clusterScoped.has(resource)) return { verb, resource, where: 'cluster', ...(name ? { name } : {}) };
  const namespace = valueOf('namespace');
  if (namespace === undefined) return { verb, resource, where: 'allNamespaces' };
  if (namespace !== operatorNamespace || !ownResources.has(resource)) return { verb, resource, where: 'anyNamespace' };
  // a create is authorised before the name is known (Kubernetes documentation, "Referring to resources")
  return { verb, resource, where: 'operatorNamespace', ...(name && verb !== 'create' ? { name } : {}) };
}
