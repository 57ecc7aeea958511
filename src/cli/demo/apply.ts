// SPDX-License-Identifier: GPL-3.0-or-later
import { kinds } from '../../api/kinds.ts';
import type { KubeClient } from '../../kube/client.ts';
import { systemClock } from '../system-clock.ts';
import type { Manifest } from './examples.ts';

export interface Applied {
  readonly manifest: Manifest;
  readonly plural: string;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** Keys in order, and annotations even where there are none: to kubectl, another text is another configuration. */
function asKubectl(manifest: Manifest): string {
  const metadata = { annotations: {}, ...manifest.metadata };
  return JSON.stringify({ ...manifest, metadata }, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What `kubectl apply` does, and leaves behind: a later one of the user's finds what it compares with, and changes nothing. */
export async function applyExample(client: KubeClient, manifest: Manifest): Promise<Applied> {
  const api = kinds.find(({ kind }) => kind === manifest.kind);
  if (!api) throw new Error(`no kind of ours: ${manifest.kind}`);
  const { group, version, kind, plural } = api;
  const at = systemClock.monotonic();
  const { namespace, name } = manifest.metadata;
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${asKubectl(manifest)}\n` };
  const body = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  await client.patch(
    { group, version, kind, plural, namespaced: true },
    { namespace, name },
    { type: 'apply', body, fieldManager: 'demo', force: false },
  );
  return { manifest, plural, at };
}
