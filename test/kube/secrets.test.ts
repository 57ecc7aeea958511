// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { createSecrets } from '../../src/kube/secrets.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { FakeStore } from './fake-store.ts';

const owner = {
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: {
    name: 'one',
    namespace: 'a',
    uid: 'owner-uid',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '',
  },
};
const wanted = { name: 's', type: 'test.dev/key', annotations: { note: 'x' }, data: new Map([['key', 'canary-ü']]) };

function setup() {
  const store = new FakeStore();
  const learnt: string[] = [];
  const records: CallRecord[] = [];
  const client = store.client(new VirtualClock(), { onCall: (record) => records.push(record) });
  return { store, learnt, records, secrets: createSecrets({ client, learn: (value) => learnt.push(value) }) };
}

describe('Secrets', () => {
  test('are made for their owner, typed and labelled, and read back decoded', async () => {
    const { store, secrets } = setup();
    const made = await secrets.create(owner, wanted);
    expect(await secrets.read('a', 's')).toEqual(made);
    expect(made).toMatchObject({
      name: 's',
      namespace: 'a',
      type: 'test.dev/key',
      annotations: { note: 'x' },
      data: wanted.data,
    });
    expect(made.owners).toEqual([{ uid: 'owner-uid', kind: 'Widget', name: 'one' }]);
    expect(store.objects.get('/api/v1/namespaces/a/secrets/s')).toMatchObject({
      kind: 'Secret',
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'hybrid-cloud-operator' },
        ownerReferences: [
          { apiVersion: 'test.dev/v1', kind: 'Widget', name: 'one', uid: 'owner-uid', controller: true },
        ],
      },
      data: { key: Buffer.from('canary-ü').toString('base64') },
    });
  });

  test('that are not there are undefined; one that came first is a conflict', async () => {
    const { secrets } = setup();
    expect(await secrets.read('a', 's')).toBeUndefined();
    await secrets.create(owner, wanted);
    await expect(secrets.create(owner, wanted)).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict' });
  });

  test('are replaced as they were read: keys and annotations that are not wanted go, labels and owners stay', async () => {
    const { store, secrets } = setup();
    const made = await secrets.create(owner, wanted);
    const replaced = await secrets.replace(made, { annotations: { other: 'y' }, data: new Map([['second', '2']]) });
    expect([replaced.annotations, [...replaced.data]]).toEqual([{ other: 'y' }, [['second', '2']]]);
    expect(replaced.owners).toEqual(made.owners);
    expect(store.objects.get('/api/v1/namespaces/a/secrets/s')?.metadata['labels']).toBeDefined();
    await expect(secrets.replace(made, { annotations: {}, data: new Map() })).rejects.toMatchObject({
      reason: 'Conflict',
    });
  });

  test('are removed exactly as they were read, and being gone already is no error', async () => {
    const { store, secrets } = setup();
    const made = await secrets.create(owner, wanted);
    const newer = await secrets.replace(made, { annotations: {}, data: new Map() });
    await expect(secrets.remove(made)).rejects.toMatchObject({ reason: 'Conflict' });
    await secrets.remove(newer);
    await secrets.remove(newer);
    const successor = await secrets.create(owner, wanted);
    await secrets.remove(newer);
    expect(successor.uid).not.toBe(newer.uid);
    expect(store.objects.size).toBe(1);
    await expect(secrets.replace(newer, { annotations: {}, data: new Map() })).rejects.toMatchObject({
      reason: 'ObjectGone',
    });
  });

  test('never show a value in a call or a Failure, and teach every value to the redactor', async () => {
    const { store, records, learnt, secrets } = setup();
    const made = await secrets.create(owner, wanted);
    store.before = async () => ({ status: 422, headers: {}, body: echo() });
    const failure = await secrets
      .replace(made, { annotations: {}, data: new Map([['key', 'canary-2']]) })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ class: 'Transient', reason: 'Invalid', applied: 'no' });
    expect(JSON.stringify([records, String(failure), failure])).not.toMatch(/canary|Y2FuYXJ5/);
    expect(new Set(learnt)).toEqual(new Set(['canary-ü', 'canary-2']));
  });

  test('with no data, or a key called __proto__, are read as what they are', async () => {
    const { store, secrets } = setup();
    store.before = async () => ({ status: 200, headers: {}, body: odd() });
    const secret = await secrets.read('a', 's');
    expect([...secret!.data]).toEqual([['__proto__', 'x']]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

async function* echo(): AsyncGenerator<Uint8Array> {
  const causes = [{ field: 'data[key]', reason: 'FieldValueInvalid', message: 'Invalid value: "canary-2"' }];
  yield Buffer.from(
    JSON.stringify({
      kind: 'Status',
      code: 422,
      reason: 'Invalid',
      message: 'data: canary-2 is invalid',
      details: { causes },
    }),
  );
}

async function* odd(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    '{"metadata":{"name":"s","namespace":"a","uid":"u","resourceVersion":"1"},"data":{"__proto__":"eA=="}}',
  );
}
