// SPDX-License-Identifier: GPL-3.0-or-later
/** Reflectors and watches by name against a real API server, through a network that breaks, as a user with no more rights than needed. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { GrantsWatch } from '../../src/kube/grants-watch.ts';
import { decide } from '../../src/kube/namespace-grants.ts';
import { Reflector, type ReconnectReason } from '../../src/kube/reflector.ts';
import { SecretWatch } from '../../src/kube/secret-watch.ts';
import { collectionSource } from '../../src/kube/source.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { startServer, there, title, type RealServer } from './kube-server.ts';
import { aClient, clockAt, established, until, widgetCrd, widgets } from './kube-world.ts';

let server: RealServer;
let admin: KubeClient;
const place = { namespace: 'default' };
const running: { stop(): Promise<void> }[] = [];

const rules = (name: string, rule: object) => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules: [rule] },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'User', name: 'operator', apiGroup: 'rbac.authorization.k8s.io' }],
  },
];

beforeAll(async () => {
  if (!there) return;
  server = await startServer();
  admin = aClient({ file: server.kubeconfig });
  await server.apply(
    widgetCrd,
    ...rules('widgets', { apiGroups: [widgets.group], resources: ['widgets'], verbs: ['list', 'watch'] }),
    ...rules('one-secret', {
      apiGroups: [''],
      resources: ['secrets', 'configmaps'],
      resourceNames: ['aws', 'grants'],
      verbs: ['get', 'watch'],
    }),
  );
  await established(admin);
}, 120_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  if (there) await server.stop();
}, 60_000);

function aReflector(speed = 1) {
  const passing = clockAt(speed);
  let slept = 0;
  let refused = 0;
  const clock: typeof passing = {
    ...passing,
    sleep: async (ms, signal) => {
      await passing.sleep(ms, signal);
      // the watchdog's sleep is cut off in each round
      if (!signal?.aborted) slept += ms;
    },
  };
  const seen: string[] = [];
  const client = aClient({ file: server.farKubeconfig, context: 'operator', clock });
  const reflector = new Reflector({
    source: collectionSource(client, widgets),
    clock,
    random: Math.random,
    onChange: (key) => seen.push(key),
    onProblem: (_message, error) => (refused += error instanceof Failure && error.retryAfterMs !== undefined ? 1 : 0),
  });
  running.push(reflector);
  reflector.start();
  const count = (why: ReconnectReason) => reflector.counters().reconnects.get(why) ?? 0;
  const refusals = () => refused + count('refused') + count('expired');
  return { seen, reflector, waited: () => slept, count, refusals };
}

const put = (name: string) =>
  admin.patch(
    widgets,
    { ...place, name },
    {
      type: 'apply',
      body: { metadata: { name }, spec: { size: Math.floor(Math.random() * 9) } },
      fieldManager: 'test',
      force: true,
    },
  );
const drop = (name: string) => admin.remove(widgets, { ...place, name });

async function mirrors(reflector: Reflector): Promise<boolean> {
  const { items } = await admin.list(widgets, place);
  const theirs = items.map((item) => `${item.metadata.name}@${item.metadata.resourceVersion}`).sort();
  const ours = [...reflector.cache.keys()]
    .map((key) => `${key.split('/')[1]}@${reflector.cache.get(key)?.metadata.resourceVersion}`)
    .sort();
  return theirs.join() === ours.join();
}

(there ? describe : describe.skip)(title, () => {
  test('a reflector mirrors what is there and what comes, over one connection each', async () => {
    for (let index = 0; index < 30; index++) await put(`w${index}`);
    const { seen, reflector } = aReflector();
    expect(await reflector.synced).toBe(true);
    expect(reflector.cache.size).toBe(30);
    await put('new');
    await drop('w0');
    await until(() => seen.includes('default/new') && seen.at(-1) === 'default/w0');
    expect(await mirrors(reflector)).toBe(true);
    expect(JSON.stringify(reflector.cache.get('default/new'))).not.toContain('managedFields');
  });

  test('after a reset, what happened meanwhile is seen after at most 1.2 s of waiting, without a list', async () => {
    const { seen, reflector, waited, count, refusals } = aReflector();
    await reflector.synced;
    for (let round = 0, counted = 0; counted < 8; round++) {
      expect(round).toBeLessThan(30);
      await delay(200);
      const before = { waited: waited(), refusals: refusals() };
      server.network.reset();
      await put(`reset-${round}`);
      await until(() => seen.includes(`default/reset-${round}`));
      // A busy server, or one that starts a new cache for a young resource, answers 429 with a wait of its own: that says nothing of ours.
      // A watch of two seconds is a good one, after which waiting starts from its first limit again.
      if (refusals() > before.refusals) {
        await delay(2500);
        continue;
      }
      counted++;
      // what the reflector itself waits: how long the server and this machine take is no part of it
      expect(waited() - before.waited).toBeLessThanOrEqual(1200);
    }
    expect(reflector.counters().relists).toBe(1 + count('expired'));
    expect(count('reset')).toBeGreaterThan(5);
  });

  test('a half-open connection is noticed by its silence', async () => {
    const { seen, reflector } = aReflector(40);
    await reflector.synced;
    await delay(300);
    server.network.mute();
    await put('silent');
    // 90 s and a little, forty times faster; the server itself would end the watch after 270 s at the earliest, by its own slow clock
    await until(() => seen.includes('default/silent'), 15_000);
    expect(reflector.counters().reconnects.get('stalled')).toBeGreaterThan(0);
  });

  test('an API server that is killed and comes back loses nothing, deletions included', async () => {
    const { reflector } = aReflector();
    await reflector.synced;
    await server.restart();
    await until(
      async () =>
        put('after-restart').then(
          () => true,
          () => false,
        ),
      60_000,
    );
    await until(
      async () =>
        drop('w1').then(
          () => true,
          () => false,
        ),
      30_000,
    );
    await until(() => mirrors(reflector).catch(() => false), 45_000);
    expect(reflector.cache.get('default/w1')).toBeUndefined();
  }, 150_000);

  test('a Secret is watched by its name alone, with no right to list, through change, deletion and reset', async () => {
    const records: CallRecord[] = [];
    const clock = clockAt();
    const client = aClient({
      file: server.farKubeconfig,
      context: 'operator',
      clock,
      onCall: (record) => records.push(record),
    });
    const changes: string[] = [];
    const watch = new SecretWatch({
      client,
      clock,
      random: Math.random,
      onChange: (namespace, name) => changes.push(`${namespace}/${name}`),
    });
    running.push(watch);
    watch.use('default/one', [{ namespace: 'default', name: 'aws' }]);
    watch.use('default/two', [{ namespace: 'default', name: 'aws' }]);
    await until(() => records.some((record) => record.call.action === 'watch secrets'));
    const told = async (count: number) => expect(await until(() => changes.length >= count)).toBeLessThan(10_000);
    await server.kubectl(['create', 'secret', 'generic', 'aws', '--from-literal=key=canary']);
    await told(1);
    await server.kubectl(['create', 'secret', 'generic', 'other', '--from-literal=key=canary']);
    await server.kubectl(['patch', 'secret', 'aws', '-p', '{"stringData":{"key":"canary-2"}}']);
    await told(2);
    server.network.reset();
    await server.kubectl(['delete', 'secret', 'aws']);
    await told(3);
    expect(changes).toEqual(['default/aws', 'default/aws', 'default/aws']);
    expect([...new Set(records.map((record) => `${record.call.action} ${record.result}`))].sort()).toEqual(
      ['get secrets 200', 'get secrets 404', 'watch secrets 200'].filter((line) =>
        records.some((record) => `${record.call.action} ${record.result}` === line),
      ),
    );
    expect(records.map((record) => record.call.action)).not.toContain('list secrets');
    expect(JSON.stringify(records)).not.toContain('canary');
    const connections = server.network.connections;
    watch.use('default/one', []);
    expect(watch.size).toBe(1);
    watch.use('default/two', []);
    expect(watch.size).toBe(0);
    await until(() => server.network.connections < connections);
  });

  test('namespace grants follow their ConfigMap, and go with it', async () => {
    const clock = clockAt();
    const client = aClient({ file: server.farKubeconfig, context: 'operator', clock });
    const grants = new GrantsWatch({
      client,
      clock,
      random: Math.random,
      configMap: { namespace: 'default', name: 'grants' },
    });
    running.push(grants);
    grants.start();
    expect(await grants.synced).toBe(true);
    const may = () => decide(grants.grants, 'team-a', { use: 'identity' }).allowed;
    expect(may()).toBe(false);
    await server.kubectl(['create', 'configmap', 'grants', '--from-literal=team-a=identity']);
    await until(may);
    await server.kubectl(['patch', 'configmap', 'grants', '-p', '{"data":{"team-a":"nonsense"}}']);
    await until(() => !may());
    expect(grants.grants.problems).toEqual([expect.stringContaining('key "team-a", line 1')]);
    await server.kubectl(['patch', 'configmap', 'grants', '-p', '{"data":{"team-a":"identity"}}']);
    await until(may);
    await server.kubectl(['delete', 'configmap', 'grants']);
    await until(() => !may());
  });
});
