// SPDX-License-Identifier: GPL-3.0-or-later
/** src/kube before the simulated API server, with everything wrong that a watch and a request can have. */
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { Reflector } from '../../src/kube/reflector.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import type { Call } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgetCrd } from '../e2e/kube-world.ts';

export const place = { namespace: 'default' };

export function aWorld(token = 'admin-token') {
  const clock = new VirtualClock();
  const kubernetes = createKubernetes({ clock });
  kubernetes.install([widgetCrd]);
  const calls: Call[] = [];
  const wire = createWire({
    transport: kubernetes.service,
    clock,
    fence: unfenced,
    onCall: ({ call }) => calls.push(call),
  });
  const client = createKubeClient({ connection: plainConnection({ url: 'http://kubernetes.test', token }), wire });
  const put = (name: string, size: number) =>
    kubernetes.install([
      { apiVersion: 'test.hybridcloud.dev/v1', kind: 'Widget', metadata: { name, ...place }, spec: { size } },
    ]);
  return { clock, kubernetes, client, calls, put };
}

type World = ReturnType<typeof aWorld>;

export function mirrors(reflector: Reflector, { kubernetes }: World): boolean {
  const theirs = kubernetes.objects('widgets').map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
  const ours = [...reflector.cache.keys()].map(
    (key) => `${key.split('/')[1]}@${reflector.cache.get(key)?.metadata.resourceVersion}`,
  );
  return theirs.sort().join() === ours.sort().join();
}

/** Runs while virtual time passes. */
export async function during<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const state = { over: false };
  const watched = promise.finally(() => (state.over = true));
  watched.catch(() => undefined);
  while (!state.over) await clock.advance(100);
  return watched;
}
