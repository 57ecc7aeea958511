// SPDX-License-Identifier: GPL-3.0-or-later
/** `makeInformer` and `CustomObjectsApi` as their documentation shows, with 64 keyed workers of the plainest kind around them. */
import {
  CustomObjectsApi,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { setTimeout as delay } from 'node:timers/promises';
import { announced, finalizer, isDone, ready, things, type Start, type Thing } from './side.ts';

const workers = 64;
const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

export const start: Start = async ({ url, cloudMs, began }) => {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'bench', server: url, skipTLSVerify: true }],
    users: [{ name: 'bench', token: 'token' }],
    contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
    currentContext: 'bench',
  });
  const api = config.makeApiClient(CustomObjectsApi);
  const informer = makeInformer(
    config,
    `/apis/${things.group}/${things.version}/${things.plural}`,
    () => api.listClusterCustomObject(things) as Promise<never>,
  );
  const waiting = new Set<string>();
  const running = new Set<string>();

  async function reconcile(thing: Thing): Promise<void> {
    began(thing.spec);
    if (isDone(thing)) return;
    const { name, namespace, generation, finalizers = [] } = thing.metadata;
    const at = { ...things, namespace, name };
    if (!finalizers.includes(finalizer)) {
      const body = { metadata: { finalizers: [...finalizers, finalizer] } };
      await api.patchNamespacedCustomObject({ ...at, body }, mergePatch);
      await api.patchNamespacedCustomObjectStatus({ ...at, body: { status: announced } }, mergePatch);
      if (cloudMs > 0) await delay(cloudMs);
    }
    await api.patchNamespacedCustomObjectStatus({ ...at, body: { status: ready(generation) } }, mergePatch);
  }

  function pump(): void {
    for (const key of waiting) {
      if (running.size >= workers) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const [namespace, name = ''] = key.split('/');
      const thing = informer.get(name, namespace) as Thing | undefined;
      if (!thing) continue;
      running.add(key);
      void reconcile(thing).finally(() => {
        running.delete(key);
        pump();
      });
    }
  }

  const told = ({ metadata }: KubernetesObject) => {
    waiting.add(`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`);
    pump();
  };
  informer.on('add', told);
  informer.on('update', told);
  await informer.start();
};
