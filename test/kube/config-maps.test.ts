// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { createConfigMaps } from '../../src/kube/config-maps.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { FakeStore } from './fake-store.ts';

const metadata = {
  name: 'one',
  namespace: 'a',
  uid: 'owner-uid',
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: '',
};
const owner = { apiVersion: 'test.dev/v1', kind: 'Widget', metadata };
const wanted = { name: 'm', annotations: { note: 'x' }, data: new Map([['a.cfg', 'text ü\n']]) };

function setup() {
  const store = new FakeStore();
  const records: CallRecord[] = [];
  const client = store.client(new VirtualClock(), { onCall: (record) => records.push(record) });
  return { store, records, configMaps: createConfigMaps(client) };
}

describe('ConfigMaps', () => {
  test('are made for their owner and read back as they are', async () => {
    const { store, configMaps } = setup();
    const made = await configMaps.create(owner, wanted);
    expect(await configMaps.read('a', 'm')).toEqual(made);
    expect(made).toMatchObject({ name: 'm', namespace: 'a', annotations: { note: 'x' }, data: wanted.data });
    expect(made.owners).toEqual([{ uid: 'owner-uid', kind: 'Widget', name: 'one' }]);
    const stored = store.objects.get('/api/v1/namespaces/a/configmaps/m');
    expect(stored).toMatchObject({ kind: 'ConfigMap', data: { 'a.cfg': 'text ü\n' } });
    expect(stored).not.toHaveProperty('type');
  });

  test('that are not there are undefined; one that came first is a conflict', async () => {
    const { configMaps } = setup();
    expect(await configMaps.read('a', 'm')).toBeUndefined();
    await configMaps.create(owner, wanted);
    await expect(configMaps.create(owner, wanted)).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict' });
  });

  test('hold nothing but what they were replaced with, and only of the version that was read', async () => {
    const { configMaps } = setup();
    const first = await configMaps.create(owner, wanted);
    const second = await configMaps.replace(first, { annotations: {}, data: new Map([['b.cfg', 'other']]) });
    expect(second.data).toEqual(new Map([['b.cfg', 'other']]));
    expect(second.annotations).toEqual({});
    await expect(configMaps.replace(first, wanted)).rejects.toMatchObject({ reason: 'Conflict' });
  });

  test('are removed as that very object, and one that is gone is no error', async () => {
    const { configMaps } = setup();
    const made = await configMaps.create(owner, wanted);
    await configMaps.remove(made);
    await configMaps.remove(made);
    expect(await configMaps.read('a', 'm')).toBeUndefined();
  });
});
