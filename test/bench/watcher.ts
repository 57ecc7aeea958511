// SPDX-License-Identifier: GPL-3.0-or-later
/** One client process: lists and watches until it is told to end, and says what that cost. */
import { setTimeout as delay } from 'node:timers/promises';

const [, , side = '', url = '', count = '0'] = process.argv;
const place = { group: 'hybridcloud.dev', version: 'v1alpha1', plural: 'backuptargets' };

interface Client {
  /** Starts, and resolves once all objects are there. */
  readonly sync: () => Promise<unknown>;
  /** How many objects are known. */
  readonly size: () => number;
}

type Make = (told: () => void) => Promise<Client>;

const ours: Make = async (told) => {
  const { createKubeClient } = await import('../../src/kube/client.ts');
  const { plainConnection } = await import('../../src/kube/connection.ts');
  const { Reflector } = await import('../../src/kube/reflector.ts');
  const { collectionSource } = await import('../../src/kube/source.ts');
  const { realClock } = await import('../../src/simulator/kernel/clock.ts');
  const { unfenced } = await import('../../src/wire/guard.ts');
  const { undiciTransport } = await import('../../src/wire/undici-transport.ts');
  const { createWire } = await import('../../src/wire/wire.ts');
  const clock = realClock();
  const wire = createWire({ transport: undiciTransport(), clock, fence: unfenced });
  const client = createKubeClient({ connection: plainConnection({ url, token: 'token' }), wire });
  const source = collectionSource(client, { ...place, kind: 'BackupTarget', namespaced: true });
  const reflector = new Reflector({ source, clock, random: Math.random, onChange: told });
  return {
    size: () => reflector.cache.size,
    sync: () => {
      reflector.start();
      return reflector.synced;
    },
  };
};

const clientNode: Make = async (told) => {
  const { CustomObjectsApi, KubeConfig, makeInformer } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'bench', server: url, skipTLSVerify: true }],
    users: [{ name: 'bench', token: 'token' }],
    contexts: [{ name: 'bench', cluster: 'bench', user: 'bench' }],
    currentContext: 'bench',
  });
  const api = config.makeApiClient(CustomObjectsApi);
  const path = `/apis/${place.group}/${place.version}/${place.plural}`;
  const informer = makeInformer(config, path, () => api.listClusterCustomObject(place) as never);
  informer.on('add', told);
  informer.on('update', told);
  return { size: () => informer.list().length, sync: () => informer.start() };
};

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function heapMB(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Ends together with its parent, whatever happens. */
process.on('disconnect', () => process.exit());

const told = { events: 0 };
const client = await (side === 'ours' ? ours : clientNode)(() => told.events++);
const heapBefore = heapMB();
const [began, cpu] = [performance.now(), cpuMs()];
await client.sync();
while (client.size() < Number(count)) await delay(1);
const sync = { wallMs: performance.now() - began, cpuMs: cpuMs() - cpu };
const heap = heapMB() - heapBefore;
// the watch opens after the list
await delay(300);
told.events = 0;
process.on('message', ({ events }: { events: number }) => void measure(events));
process.send?.({ sync: { ...sync, heapMB: heap } });

async function measure(events: number): Promise<void> {
  const [at, used] = [performance.now(), cpuMs()];
  while (told.events < events) await delay(1);
  process.send?.({ burst: { wallMs: performance.now() - at, cpuMs: cpuMs() - used } });
}
