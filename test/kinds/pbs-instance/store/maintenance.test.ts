// SPDX-License-Identifier: GPL-3.0-or-later
/** A datastore that is closed, by this object and by people, against the simulated backup server. */
import { afterEach, expect, test } from '@jest/globals';
import { storeFacts } from '../../../../src/kinds/pbs-instance/store/facts.ts';
import { observeStore } from '../../../../src/kinds/pbs-instance/store/observe.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import { act, depot, storeName, verbs, walk, type Depot } from './depot.ts';

let at: Depot;
afterEach(() => at.close());

const look = () => observeStore(at.store, at.wants);

test('Maintenance that is asked for is begun under our mark and ended; what a person begins is theirs, and is ended by nobody else.', async () => {
  at = await depot();
  await walk(at);
  const closing = { ...at.wants, maintenance: 'read-only' as const };
  const mode = () => at.server.datastore(storeName)?.maintenance;
  expect(verbs(await walk(at, { wants: closing }))).toEqual(['BeginMaintenance']);
  expect(at.server.datastore(storeName)).toMatchObject({
    maintenance: 'read-only',
    maintenanceMessage: 'hybrid-cloud-operator:uid-main',
  });
  expect(await walk(at, { wants: closing })).toEqual({ done: [] });
  expect(storeFacts(await look())).toMatchObject({ datastore: { state: 'read-only' } });
  expect(verbs(await walk(at, { wants: { ...at.wants, maintenance: 'offline' } }))).toEqual(['BeginMaintenance']);
  expect(mode()).toBe('offline');
  expect(verbs(await walk(at))).toEqual(['EndMaintenance']);
  expect(mode()).toBeUndefined();

  const store = at.server.datastore(storeName);
  if (!store) throw new Error('no datastore');
  store.maintenance = 'read-only';
  store.maintenanceMessage = 'disk is swapped';
  for (const wants of [at.wants, closing, { ...at.wants, maintenance: 'offline' as const }]) {
    const { done, hold } = await walk(at, { wants });
    expect(done).toEqual([]);
    expect(hold?.reason).toBe(wants === closing ? undefined : 'DatastoreInMaintenance');
  }
  expect(mode()).toBe('read-only');
});

test('What a person begins between the look and the step is not ended, and not replaced.', async () => {
  at = await depot();
  await walk(at);
  const closing = { ...at.wants, maintenance: 'offline' as const };
  const [begin] = planStore(closing, await look()).steps;
  const store = at.server.datastore(storeName);
  if (!begin || !store) throw new Error('nothing is begun');
  store.maintenance = 'read-only';
  const refused = expect.objectContaining({ message: expect.stringContaining('somebody else began') });
  await expect(act({ world: at.store, wish: closing }, begin)).rejects.toEqual(refused);
  store.maintenanceMessage = 'hybrid-cloud-operator:uid-main';
  const [end] = planStore(at.wants, await look()).steps;
  if (!end) throw new Error('nothing is ended');
  store.maintenanceMessage = undefined;
  await expect(act({ world: at.store, wish: at.wants }, end)).rejects.toEqual(refused);
  expect(store.maintenance).toBe('read-only');
});
