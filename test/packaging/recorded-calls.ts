// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator asked of Kubernetes in real runs, for the comparison with the rights it is given.
 *
 * Tests that run the whole operator hand each call record of the wire to `recordKubernetesCall`; with RECORD_KUBERNETES_CALLS=FILE
 * in the environment it is kept there, one JSON line a call. `node test/packaging/recorded-calls.ts FILE...` then writes
 * recorded-kubernetes-calls.json from these files.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorNamespace } from '../../deploy/rbac/permissions.ts';
import type { CallRecord } from '../../src/wire/call.ts';

/** One kind of call: its verb and resource as RBAC has them, and where. Names of users' objects are left out. */
export interface RecordedCall {
  readonly verb: string;
  readonly resource: string;
  readonly where: 'allNamespaces' | 'anyNamespace' | 'operatorNamespace' | 'cluster';
  /** Only of objects that always have the same name. */
  readonly name?: string;
}

export const recordingFile = join(import.meta.dirname, 'recorded-kubernetes-calls.json');

/** Appends the call to the file that RECORD_KUBERNETES_CALLS names; without it, and for other services, does nothing. */
export function recordKubernetesCall({ call }: CallRecord, file = process.env['RECORD_KUBERNETES_CALLS']): void {
  if (!file || call.service !== 'kubernetes') return;
  const { action, parameters } = call;
  appendFileSync(file, `${JSON.stringify({ action, parameters })}\n`);
}

interface Line {
  readonly action: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

const clusterScoped = new Set(['namespaces']);
const ownResources = new Set(['leases', 'configmaps']);

export function summary(lines: readonly Line[]): RecordedCall[] {
  const calls = new Map(lines.map(summarised).map((call) => [JSON.stringify(call), call]));
  return [...calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
}

function summarised({ action, parameters }: Line): RecordedCall {
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

if (import.meta.main) {
  const lines = process.argv
    .slice(2)
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Line);
  const recording = { from: `${lines.length} calls of real runs`, calls: summary(lines) };
  writeFileSync(recordingFile, `${JSON.stringify(recording, null, 2)}\n`);
}
