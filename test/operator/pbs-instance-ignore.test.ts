// SPDX-License-Identifier: GPL-3.0-or-later
/** What `spec.ignoreFields` of a PbsInstance leaves to others, by the whole operator. */
import { afterEach, expect, test } from '@jest/globals';
import { ignorable } from '../../src/api/pbs-instance/ignored.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const site = () => world.site.world;
const server = () => site().servers()[0]?.state;
const vm = () =>
  site()
    .pve.guests()
    .find(({ config }) => config['name'] === 'pbs-main');
const prune = () => [...(server()?.prune.values() ?? [])][0];
const verify = () => [...(server()?.verify.values() ?? [])][0];
const store = () => [...(server()?.datastores.values() ?? [])][0];
const job = () => site().pve.jobs()[0];

const atNextStart = (key: string) => String(vm()?.pending[key] ?? vm()?.config[key]);

const settings = () => ({
  cores: atNextStart('cores'),
  memory: atNextStart('memory'),
  gc: store()?.options['gc-schedule'],
  prune: prune()?.options['schedule'],
  verify: verify()?.options['schedule'],
  job: job()?.options['schedule'],
});
const theirs = { cores: '7', memory: '12288', gc: 'monthly', prune: '04:44', verify: 'yearly', job: '05:55' };

function byHand(): void {
  const guest = vm();
  if (guest) Object.assign(guest.config, { cores: theirs.cores, memory: theirs.memory });
  Object.assign(store()?.options ?? {}, { 'gc-schedule': theirs.gc });
  Object.assign(prune()?.options ?? {}, { schedule: theirs.prune });
  Object.assign(verify()?.options ?? {}, { schedule: theirs.verify });
  Object.assign(job()?.options ?? {}, { schedule: theirs.job });
}

interface Drifting {
  readonly drift?: readonly { readonly path: string }[];
}
const drift = () => ((world.status() as Drifting).drift ?? []).map(({ path }) => path);
const isSynced = () => world.told('Synced')?.status === 'True';
const patch = (spec: object) => world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { spec } });

test('All that may be left to others stays as they have it, also beside what is put right; taken back, it is as the spec says again.', async () => {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ driftIntervalSeconds: 60, ignoreFields: [...ignorable] })]);
  await world.until(isSynced, 3600);
  const made = settings();
  expect(Object.values(made)).not.toContain(undefined);
  byHand();
  expect(settings()).toEqual(theirs);
  site().calls.length = 0;
  await world.pass(900);
  expect(site().calls.filter(({ effect }) => effect === 'write')).toEqual([]);
  expect([settings(), isSynced(), drift()]).toEqual([theirs, true, []]);
  // what goes with them in one write is put right, and they are written back as they were
  const guest = vm();
  if (guest) guest.config['onboot'] = '0';
  Object.assign(store()?.options ?? {}, { 'verify-new': true });
  Object.assign(prune()?.options ?? {}, { 'keep-last': 1 });
  Object.assign(verify()?.options ?? {}, { 'outdated-after': 1 });
  Object.assign(job()?.options ?? {}, { mode: 'stop' });
  const right = () =>
    String(vm()?.config['onboot']) === '1' &&
    prune()?.options['keep-last'] !== 1 &&
    verify()?.options['outdated-after'] !== 1 &&
    ![true, 1].includes(store()?.options['verify-new'] as boolean) &&
    job()?.options['mode'] === 'snapshot';
  await world.until(() => right() && isSynced(), 900);
  expect(settings()).toEqual(theirs);
  await patch({ ignoreFields: ['datastore.verify.schedule'] });
  await world.until(() => isSynced() && settings().cores === made.cores, 900);
  expect(settings()).toEqual({ ...made, verify: theirs.verify });
}, 240_000);

test('Observe tells what differs, but for what is left to others.', async () => {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ driftIntervalSeconds: 60 })]);
  await world.until(isSynced, 3600);
  await patch({ managementPolicy: 'Observe', ignoreFields: ['server.vm.cores', 'jobs.schedule'] });
  await world.pass(60);
  byHand();
  await world.until(() => drift().length > 0, 300);
  await world.pass(120);
  expect(drift().toSorted()).toEqual([
    'datastore.gcSchedule',
    'datastore.prune.schedule',
    'datastore.verify.schedule',
    'server.vm.memory',
  ]);
}, 240_000);
