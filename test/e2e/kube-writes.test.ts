// SPDX-License-Identifier: GPL-3.0-or-later
/** The client, and what writes through it, on a real API server; `kubectl` looks at the results as a user would. */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../src/core/objects.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { Events } from '../../src/kube/events.ts';
import { Lease } from '../../src/kube/lease.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { realServer, type RealServer } from './server.ts';
import { aClient, clockAt, established, kubectlWith, until, widgetCrd, widgets } from './kube-world.ts';

const started = await realServer({ controllers: false });
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'On a real API server,';
const { kubeconfig: file = '' } = server ?? ({} as Partial<RealServer>);
/** Only a server of our own has a token file and a user without rights. */
const ownServer = (title: string, body: () => Promise<void>) =>
  process.env['E2E_KUBECONFIG'] === undefined
    ? test(title, body)
    : test.skip(`${title}; skipped: only on a server of our own`, body);
const client: KubeClient = server ? aClient({ file }) : (undefined as never);
const kubectl = (...args: string[]) => kubectlWith(file, ['-n', place.namespace, ...args]);
const place = { namespace: `kube-writes-${process.pid}` };

beforeAll(async () => {
  if (!server) return;
  await kubectlWith(file, ['apply', '-f', '-'], JSON.stringify(widgetCrd));
  await kubectlWith(file, ['create', 'namespace', place.namespace]);
  await established(client);
}, 120_000);
afterAll(async () => {
  if (!server) return;
  await kubectlWith(file, ['delete', 'namespace', place.namespace, '--wait=false']);
  await server.stop();
}, 60_000);

const make = (name: string) => client.create(widgets, place, { metadata: { name }, spec: { size: 1 } });

(server ? describe : describe.skip)(title, () => {
  test('every refusal is the Failure that the engine knows', async () => {
    const one = await make('refusals');
    const at = { ...place, name: 'refusals' };
    await expect(make('refusals')).rejects.toMatchObject({ class: 'Transient', reason: 'AlreadyExists' });
    await expect(make('Not A Name')).rejects.toMatchObject({
      class: 'Transient',
      applied: 'no',
      reason: 'Invalid',
      message: expect.stringContaining('metadata.name'),
    });
    await expect(client.patch(widgets, at, { type: 'merge', body: { spec: { size: 10 } } })).rejects.toMatchObject({
      class: 'Transient',
      applied: 'no',
      reason: 'Invalid',
      message: expect.stringMatching(/spec\.size: .*should be less than or equal to 9/),
    });
    const old = { metadata: { ...one.metadata, resourceVersion: '1' } };
    await expect(client.replace(widgets, at, old)).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict' });
    await expect(client.remove(widgets, at, { uid: 'another' })).rejects.toMatchObject({ reason: 'Conflict' });
    expect(await client.get(widgets, { ...place, name: 'nobody' })).toBeUndefined();
    expect(await client.remove(widgets, { ...place, name: 'nobody' })).toBe(false);
    expect(await client.remove(widgets, at, { uid: one.metadata.uid })).toBe(true);
    await expect(client.list({ ...widgets, plural: 'gadgets' }, {})).rejects.toMatchObject({ reason: 'NotFound' });
  });

  ownServer('a refusal by RBAC names verb, resource and cure', async () => {
    const as = aClient({ file, context: 'operator' });
    await expect(as.patch(widgets, { ...place, name: 'one' }, { type: 'merge', body: {} })).rejects.toMatchObject({
      class: 'Denied',
      reason: 'Forbidden',
      message: `the operator may not patch widgets "one" in namespace "${place.namespace}": grant it in RBAC`,
    });
  });

  ownServer('a wrong token is Denied, and is not repeated in the message', async () => {
    const wrong = join(tmpdir(), `kubeconfig-bad-${process.pid}`);
    writeFileSync(wrong, readFileSync(file, 'utf8').replaceAll('admin-token', 'canary-token'));
    const error = await aClient({ file: wrong })
      .get(widgets, { ...place, name: 'x' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ class: 'Denied', reason: 'Unauthorized' });
    expect(JSON.stringify(error) + String(error)).not.toContain('canary');
  });

  test('pages of a list hold every object once', async () => {
    await Promise.all(Array.from({ length: 23 }, (_, index) => make(`page-${index}`)));
    const names: string[] = [];
    let next: string | undefined;
    do {
      const page = await client.list(widgets, place, { limit: 5, ...(next ? { continue: next } : {}) });
      names.push(...page.items.map((item) => item.metadata.name).filter((name) => name.startsWith('page-')));
      next = page.continue;
    } while (next !== undefined);
    expect(new Set(names).size).toBe(23);
    expect(names).toHaveLength(23);
  });

  test('finalizers and status go to exactly one object, and an object that is gone is never made again', async () => {
    const objects = createObjects({ client, resources: [widgets], note: () => {} });
    const object = await make('life');
    const held = await objects.addFinalizer(object, 'hybridcloud.dev/test');
    await expect(objects.addFinalizer(object, 'hybridcloud.dev/other')).rejects.toMatchObject({ reason: 'Conflict' });
    const told = await objects.writeStatus(held, {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status: 'True' }],
    });
    expect(told.status).toMatchObject({ observedGeneration: 1 });
    expect(told.metadata.uid).toBe(object.metadata.uid);
    const managers = await kubectl('get', 'widget', 'life', '-o', 'yaml', '--show-managed-fields');
    expect(managers).toContain('manager: hybrid-cloud-operator');
    await client.patch(
      widgets,
      { ...place, name: 'life' },
      { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
    );
    const again = await objects.writeStatus(told, { observedGeneration: 2 });
    expect(again.metadata.labels).toEqual({ a: 'b' });
    await expect(objects.writeStatus(held, { observedGeneration: 0 })).rejects.toMatchObject({ reason: 'Conflict' });
    await client.remove(widgets, { ...place, name: 'life' });
    const leaving = (await client.get(widgets, { ...place, name: 'life' }))!;
    expect(leaving.metadata.deletionTimestamp).toBeDefined();
    await objects.removeFinalizer(leaving, 'hybridcloud.dev/test');
    expect(await client.get(widgets, { ...place, name: 'life' })).toBeUndefined();
    const gone = { class: 'Transient', reason: 'ObjectGone' };
    await expect(objects.writeStatus(leaving, { observedGeneration: 3 })).rejects.toMatchObject(gone);
    await expect(objects.addFinalizer(object, 'x.dev/y')).rejects.toMatchObject(gone);
    const successor = await make('life');
    await expect(objects.writeStatus(leaving, { observedGeneration: 4 })).rejects.toMatchObject(gone);
    await expect(objects.removeFinalizer(leaving, 'hybridcloud.dev/test')).rejects.toMatchObject(gone);
    expect((await client.get(widgets, { ...place, name: 'life' }))?.metadata.resourceVersion).toBe(
      successor.metadata.resourceVersion,
    );
  });

  test('a Secret is made, replaced by version, and removed by version', async () => {
    const secrets = createSecrets({ client });
    const owner = await make('owner');
    const wanted = {
      name: 'made',
      type: 'hybridcloud.dev/key',
      annotations: { a: '1', b: '2' },
      data: new Map([['key', 'v€']]),
    };
    const made = await secrets.create(owner, wanted);
    await expect(secrets.create(owner, wanted)).rejects.toMatchObject({ reason: 'Conflict' });
    expect(await secrets.read(place.namespace, 'made')).toEqual(made);
    const replaced = await secrets.replace(made, { annotations: { a: '3' }, data: new Map([['other', 'x']]) });
    expect([replaced.annotations, [...replaced.data], replaced.type]).toEqual([
      { a: '3' },
      [['other', 'x']],
      'hybridcloud.dev/key',
    ]);
    await expect(secrets.replace(made, { annotations: {}, data: new Map() })).rejects.toMatchObject({
      reason: 'Conflict',
    });
    await expect(secrets.remove(made)).rejects.toMatchObject({ reason: 'Conflict' });
    expect(
      await kubectl('get', 'secret', 'made', '-o', 'jsonpath={.metadata.ownerReferences[0].uid} {.metadata.labels}'),
    ).toContain(owner.metadata.uid);
    await secrets.remove(replaced);
    await secrets.remove(replaced);
    expect(await secrets.read(place.namespace, 'made')).toBeUndefined();
  });

  test('kubectl describe shows events once, with their count', async () => {
    const object: KubeObject = await make('eventful');
    const events = new Events({ client, clock: clockAt(), instance: 'test-1' });
    const note = {
      type: 'Warning',
      reason: 'NotOurs',
      action: 'Reconcile',
      message: 'bucket "x" is another\'s: annotate to adopt',
    } as const;
    for (let index = 0; index < 5; index++) events.note(object, note);
    await events.stop();
    const second = new Events({ client, clock: clockAt(), instance: 'test-2' });
    second.note(object, note);
    await second.stop();
    expect([events.numbers(), second.numbers()]).toMatchObject([
      { written: 1, dropped: 0 },
      { written: 1, dropped: 0 },
    ]);
    expect(await kubectl('describe', 'widget', 'eventful')).toMatch(
      /Warning\s+NotOurs\s+.*x6 over .*hybrid-cloud-operator\s+bucket "x" is another's/,
    );
    expect((await kubectl('get', 'events', '-o', 'name')).trim().split('\n')).toHaveLength(1);
  });

  test('of two operators one holds the lease, the fence stops the other, and a stop hands it over', async () => {
    const clock = clockAt();
    const [a, b] = ['a', 'b'].map((identity) => {
      const lease: Lease = new Lease({
        client: aClient({ file, fence: { holds: () => lease.holds() } }),
        clock,
        random: Math.random,
        namespace: place.namespace,
        name: 'leader',
        identity,
      });
      return lease;
    }) as [Lease, Lease];
    a.start();
    await until(() => a.holds());
    b.start();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect([a.holds(), b.holds()]).toEqual([true, false]);
    const fenced = aClient({ file, fence: b });
    await expect(fenced.create(widgets, place, { metadata: { name: 'fenced' } })).rejects.toMatchObject({
      class: 'Fenced',
    });
    await a.stop();
    expect(await until(() => b.holds())).toBeLessThan(4000);
    expect(
      await kubectl('get', 'lease', 'leader', '-o', 'jsonpath={.spec.holderIdentity} {.spec.leaseTransitions}'),
    ).toBe('b 1');
    await b.stop();
  });
});
