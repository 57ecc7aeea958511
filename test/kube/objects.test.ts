// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { createObjects } from '../../src/kube/objects.ts';
import { scopeOf } from '../../src/kube/own-object.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { widgets } from './fake-api.ts';
import { FakeStore } from './fake-store.ts';

const path = '/apis/test.dev/v1/namespaces/a/widgets/one';

function setup() {
  const store = new FakeStore();
  const client = store.client(new VirtualClock());
  const written: string[] = [];
  const objects = createObjects({
    client,
    resources: [widgets],
    note: () => {},
    onWrite: (object) => written.push(object.metadata.resourceVersion),
  });
  const make = () =>
    client.create(widgets, { namespace: 'a' }, { metadata: { name: 'one', namespace: 'a' }, spec: { size: 1 } });
  return { store, client, objects, written, make };
}

describe('writes to an object', () => {
  test('a finalizer goes on and comes off beside others, each once, and every answer is told', async () => {
    const { store, objects, written, make } = setup();
    const object = await make();
    const other = await objects.addFinalizer(object, 'other/one');
    const ours = await objects.addFinalizer(other, 'ours/one');
    expect(ours.metadata.finalizers).toEqual(['other/one', 'ours/one']);
    const requests = store.requests.length;
    expect(await objects.addFinalizer(ours, 'ours/one')).toBe(ours);
    expect(store.requests).toHaveLength(requests);
    const off = await objects.removeFinalizer(ours, 'ours/one');
    expect(off.metadata.finalizers).toEqual(['other/one']);
    expect(await objects.removeFinalizer(off, 'ours/one')).toBe(off);
    expect(written).toEqual([other, ours, off].map((one) => one.metadata.resourceVersion));
  });

  test('a finalizer on a version that is not the newest is a conflict, not an overwrite', async () => {
    const { objects, make } = setup();
    const object = await make();
    await objects.addFinalizer(object, 'someone/else');
    await expect(objects.addFinalizer(object, 'ours/one')).rejects.toMatchObject({
      class: 'Transient',
      reason: 'Conflict',
    });
  });

  test('an object that is gone, or another one of that name, is ObjectGone for finalizer and status', async () => {
    const { store, objects, make } = setup();
    const object = await make();
    store.objects.delete(path);
    const gone = { class: 'Transient', reason: 'ObjectGone', message: 'Widget a/one is gone' };
    await expect(objects.addFinalizer(object, 'x/y')).rejects.toMatchObject(gone);
    await expect(objects.writeStatus(object, {})).rejects.toMatchObject(gone);
    expect(store.objects.size).toBe(0);
    const successor = await make();
    await expect(
      objects.removeFinalizer({ ...object, metadata: { ...object.metadata, finalizers: ['x/y'] } }, 'x/y'),
    ).rejects.toMatchObject(gone);
    await expect(objects.writeStatus(object, { ready: true })).rejects.toMatchObject(gone);
    expect(store.objects.get(path)).toEqual(successor);
  });

  test('a status is applied by the operator, by force, with the uid, to the status alone', async () => {
    const { store, objects, make } = setup();
    const object = await make();
    await objects.writeStatus(object, { observedGeneration: 3 });
    const { url, headers, body } = store.requests.at(-1)!;
    expect(url.pathname + url.search).toBe(`${path}/status?fieldManager=hybrid-cloud-operator&force=true`);
    expect(headers['content-type']).toBe('application/apply-patch+yaml');
    expect(JSON.parse(String(body))).toEqual({
      apiVersion: 'test.dev/v1',
      kind: 'Widget',
      metadata: {
        name: 'one',
        namespace: 'a',
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
      },
      status: { observedGeneration: 3 },
    });
  });

  test('a status survives a change of the spec in between, but not one of the status', async () => {
    const { objects, client, make } = setup();
    const object = await make();
    const at = { namespace: 'a', name: 'one' };
    await client.patch(widgets, at, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } });
    const written = await objects.writeStatus(object, { phase: 1 });
    expect(written).toMatchObject({ metadata: { labels: { a: 'b' } }, status: { phase: 1 } });
    await expect(objects.writeStatus(object, { phase: 0 })).rejects.toMatchObject({
      class: 'Transient',
      reason: 'Conflict',
    });
    expect((await client.get(widgets, at))?.status).toEqual({ phase: 1 });
  });

  test('a kind that is not known is a bug, and says so', async () => {
    const { objects, make } = setup();
    const object = await make();
    await expect((async () => objects.writeStatus({ ...object, kind: 'Gadget' }, {}))()).rejects.toThrow(
      'no resource is known for test.dev/v1 Gadget',
    );
  });
});

test.each([
  [{ managementPolicy: 'Observe' }, 'Observe'],
  [{ managementPolicy: 'Plan' }, 'Plan'],
  [{ managementPolicy: 'Everything' }, 'Apply'],
  [{}, 'Apply'],
  [undefined, 'Apply'],
  [null, 'Apply'],
])('the scope of an object whose spec is %j has policy %s', (spec, policy) => {
  const metadata = { name: 'n', namespace: 'a', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '' };
  expect(scopeOf({ apiVersion: 'x', kind: 'K', metadata, spec })).toEqual({
    kind: 'K',
    namespace: 'a',
    name: 'n',
    uid: 'u',
    policy,
  });
});
