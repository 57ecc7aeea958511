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

/** What `kubectl apply --server-side` does. */
export async function applyExample(client: KubeClient, manifest: Manifest): Promise<Applied> {
  const api = kinds.find(({ kind }) => kind === manifest.kind);
  if (!api) throw new Error(`no kind of ours: ${manifest.kind}`);
  const { group, version, kind, plural } = api;
  const at = systemClock.monotonic();
  const { namespace, name } = manifest.metadata;
  await client.patch(
    { group, version, kind, plural, namespaced: true },
    { namespace, name },
    { type: 'apply', body: manifest, fieldManager: 'demo', force: false },
  );
  return { manifest, plural, at };
}
