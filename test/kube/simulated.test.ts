// SPDX-License-Identifier: GPL-3.0-or-later
/** src/kube against the simulated API server, with everything wrong that a watch and a request can have. */
import { describe, expect, test } from '@jest/globals';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { Events } from '../../src/kube/events.ts';
import { GrantsWatch } from '../../src/kube/grants-watch.ts';
import { Lease } from '../../src/kube/lease.ts';
import { decide } from '../../src/kube/namespace-grants.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { Reflector } from '../../src/kube/reflector.ts';
import { SecretWatch } from '../../src/kube/secret-watch.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { collectionSource } from '../../src/kube/source.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import type { Call } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgetCrd, widgets } from '../e2e/kube-world.ts';
import { seeded } from './seeded.ts';

const place = { namespace: 'default' };

function aWorld(token = 'admin-token') {
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

function mirrors(reflector: Reflector, { kubernetes }: World): boolean {
  const theirs = kubernetes.objects('widgets').map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
  const ours = [...reflector.cache.keys()].map(
    (key) => `${key.split('/')[1]}@${reflector.cache.get(key)?.metadata.resourceVersion}`,
  );
  return theirs.sort().join() === ours.sort().join();
}

/** Runs while virtual time passes. */
async function during<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const state = { over: false };
  const watched = promise.finally(() => (state.over = true));
  watched.catch(() => undefined);
  while (!state.over) await clock.advance(100);
  return watched;
}

describe('on the simulated API server', () => {
  test('a reflector ends with the right world after any of 60 random sequences of faults, over exactly one watch', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const world = aWorld();
      const { clock, kubernetes, client, put } = world;
      const { faults } = kubernetes;
      const reflector = new Reflector({ source: collectionSource(client, widgets), clock, random, onChange: () => {} });
      reflector.start();
      const trouble = [
        () => faults.cut(),
        () => faults.expire(),
        () => faults.brokenLine(),
        () => faults.silence(),
        () => faults.tear(),
        () => kubernetes.compact(),
        () => faults.staleLists(3),
        () => faults.watch({ replay: 0.5, reorder: 0.5, lagMs: 200 }),
        () => faults.request({ kind: 'error', status: 429, afterCalls: 2, action: 'watch widgets', count: 2 }),
        () => faults.request({ kind: 'error', status: 503, count: 3 }),
        () => faults.request({ kind: 'error', status: 410, action: 'list widgets', count: 2 }),
        () => faults.request({ kind: 'hang', action: 'watch widgets', count: 1 }),
        () => faults.request({ kind: 'reset', action: 'list widgets', count: 1 }),
        () => faults.request({ kind: 'requestLost', count: 2 }),
        () => kubernetes.restore(kubernetes.snapshot()),
      ];
      for (let step = 0; step < 15; step++) {
        trouble[Math.floor(random() * trouble.length)]!();
        const name = `w${Math.floor(random() * 6)}`;
        if (random() < 0.7) put(name, step % 10);
        else await during(clock, client.remove(widgets, { ...place, name })).catch(() => undefined);
        await clock.advance(Math.floor(random() * 4000));
      }
      faults.clear();
      await clock.advance(180_000);
      expect({ seed, mirrors: mirrors(reflector, world) }).toEqual({ seed, mirrors: true });
      const stopping = reflector.stop();
      await clock.advance(1);
      await stopping;
      expect(faults.cut()).toBe(0);
    }
  });

  test('a reflector finds events that never came by its next list', async () => {
    const world = aWorld();
    const { clock, kubernetes, client, put } = world;
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(1000);
    kubernetes.faults.watch({ drop: 1 });
    put('lost', 1);
    await clock.advance(40 * 60_000);
    expect(mirrors(reflector, world)).toBe(true);
  });

  test('at rest a reflector lists nothing and opens a dozen watches an hour', async () => {
    const { clock, client, calls } = aWorld();
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(3_600_000);
    expect(calls.filter(({ action }) => action === 'list widgets').length).toBeLessThanOrEqual(2);
    expect(calls.length).toBeLessThan(50);
  });

  test('a CRD that comes later is found by itself', async () => {
    const clock = new VirtualClock();
    const kubernetes = createKubernetes({ clock });
    const wire = createWire({ transport: kubernetes.service, clock, fence: unfenced });
    const client = createKubeClient({
      connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
      wire,
    });
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(120_000);
    kubernetes.install([widgetCrd]);
    await clock.advance(31_000);
    expect(await reflector.synced).toBe(true);
  });

  test('referenced Secrets are watched by name, one watch each however many use them, and never listed', async () => {
    const { clock, kubernetes, client, calls } = aWorld();
    const secret = (name: string, value: string) =>
      kubernetes.install([
        { apiVersion: 'v1', kind: 'Secret', metadata: { name, ...place }, stringData: { key: value } },
      ]);
    const changes: string[] = [];
    const watch = new SecretWatch({
      client,
      clock,
      random: Math.random,
      onChange: (namespace, name) => changes.push(`${namespace}/${name}`),
    });
    const aws = { ...place, name: 'aws' };
    watch.use('default/one', [aws]);
    watch.use('default/two', [aws, { ...place, name: 'pbs' }]);
    await clock.advance(1000);
    expect([changes, watch.size, watch.usersOf('default', 'aws')]).toEqual([[], 2, ['default/one', 'default/two']]);
    secret('aws', 'canary-1');
    secret('unrelated', 'canary');
    await clock.advance(1000);
    secret('aws', 'canary-2');
    await clock.advance(1000);
    kubernetes.faults.cut();
    kubernetes.compact();
    await during(
      clock,
      client.remove({ group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }, aws),
    );
    await clock.advance(10_000);
    expect(changes).toEqual(['default/aws', 'default/aws', 'default/aws']);
    expect(new Set(calls.map(({ action }) => action))).toEqual(
      new Set(['get secrets', 'watch secrets', 'delete secrets']),
    );
    watch.use('default/one', []);
    watch.use('default/two', [{ ...place, name: 'pbs' }]);
    await clock.advance(1000);
    expect(watch.size).toBe(1);
    const before = calls.length;
    await clock.advance(3_600_000);
    expect(calls.length - before).toBeLessThan(100);
    const stopping = watch.stop();
    await clock.advance(1);
    await stopping;
    expect(kubernetes.faults.cut()).toBe(0);
    expect(JSON.stringify(calls)).not.toContain('canary');
  });

  test('namespace grants follow their ConfigMap, also through a broken watch', async () => {
    const { clock, kubernetes, client } = aWorld();
    const told: number[] = [];
    const grants = new GrantsWatch({
      client,
      clock,
      random: Math.random,
      configMap: { ...place, name: 'grants' },
      onChange: ({ problems }) => told.push(problems.length),
    });
    const set = (text: string) =>
      kubernetes.install([
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...place, name: 'grants' }, data: { 'team-a': text } },
      ]);
    const may = () => decide(grants.grants, 'team-a', { use: 'identity' }).allowed;
    grants.start();
    await clock.advance(100);
    expect([await grants.synced, may()]).toEqual([true, false]);
    set('identity');
    await clock.advance(100);
    expect(may()).toBe(true);
    kubernetes.faults.cut();
    set('nonsense');
    await clock.advance(2000);
    expect([may(), told]).toEqual([false, [0, 1]]);
    const stopping = grants.stop();
    await clock.advance(1);
    await stopping;
  });

  test('finalizer, status, Secret, event and lease are written as the API server wants them', async () => {
    const { clock, kubernetes, client, put, calls } = aWorld();
    put('one', 1);
    const events = new Events({ client, clock, instance: 'test' });
    const objects = createObjects({ client, resources: [widgets], note: events.note });
    const secrets = createSecrets({ client });
    const all = async () => {
      const object = (await client.get(widgets, { ...place, name: 'one' }))!;
      const held = await objects.addFinalizer(object, 'hybridcloud.dev/test');
      const told = await objects.writeStatus(held, { observedGeneration: 1 });
      objects.note(told, { type: 'Normal', reason: 'CreateBucket', action: 'CreateBucket', message: 'made' });
      const made = await secrets.create(told, {
        name: 's',
        type: 'x.dev/key',
        annotations: {},
        data: new Map([['k', 'v']]),
      });
      await secrets.remove(await secrets.replace(made, { annotations: { a: 'b' }, data: new Map([['k', 'w']]) }));
      await objects.removeFinalizer(told, 'hybridcloud.dev/test');
      await client.remove(widgets, { ...place, name: 'one' });
      return objects.writeStatus(told, {}).then(
        () => 'written',
        (error: { reason: string }) => error.reason,
      );
    };
    expect(await during(clock, all())).toBe('ObjectGone');
    await clock.advance(100);
    expect(kubernetes.objects('events')).toEqual([expect.objectContaining({ reason: 'CreateBucket', count: 1 })]);
    const lease = new Lease({ client, clock, random: Math.random, ...place, name: 'leader', identity: 'me' });
    lease.start();
    await clock.advance(60_000);
    expect(lease.holds()).toBe(true);
    const stopping = lease.stop();
    await clock.advance(1);
    await stopping;
    expect(kubernetes.objects('leases')).toEqual([
      expect.objectContaining({ spec: expect.objectContaining({ holderIdentity: '' }) }),
    ]);
    expect(calls.filter((call) => call.lease).every(({ action }) => action.endsWith(' leases'))).toBe(true);
  });
});
