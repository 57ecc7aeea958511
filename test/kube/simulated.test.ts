// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { Events } from '../../src/kube/events.ts';
import { GrantsWatch } from '../../src/kube/grants-watch.ts';
import { Lease } from '../../src/kube/lease.ts';
import { decide } from '../../src/kube/namespace-grants.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { SecretWatch } from '../../src/kube/secret-watch.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { widgets } from '../e2e/kube-world.ts';
import { aWorld, during, place } from './simulated-world.ts';

describe('on the simulated API server', () => {
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

  test('a Secret that may not be read does not stop the watching of another', async () => {
    const { clock, kubernetes, client } = aWorld();
    const changes: string[] = [];
    const problems: string[] = [];
    const onProblem = (_: string, error: unknown, source: string) =>
      problems.push(`${source}: ${(error as Error).message}`);
    const onChange = (_: string, name: string) => changes.push(name);
    const watch = new SecretWatch({ client, clock, random: () => 1, onChange, onProblem });
    kubernetes.faults.request({ kind: 'error', status: 403, action: 'get secrets', count: 1 });
    watch.use('default/one', [{ ...place, name: 'forbidden' }]);
    watch.use('default/two', [{ ...place, name: 'allowed' }]);
    await clock.advance(100);
    for (const name of ['allowed', 'forbidden'])
      kubernetes.install([{ apiVersion: 'v1', kind: 'Secret', metadata: { name, ...place } }]);
    await clock.advance(100);
    expect(changes).toEqual(['allowed']);
    expect(problems).toEqual([
      'secrets default/forbidden: the operator may not get secrets "forbidden" in namespace "default": grant it in RBAC',
    ]);
    await clock.advance(1000);
    expect(changes).toEqual(['allowed', 'forbidden']);
    const stopping = watch.stop();
    await clock.advance(1);
    await stopping;
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
