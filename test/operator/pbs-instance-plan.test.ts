// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstance under managementPolicy Plan, by the whole operator: nothing before it is approved, then all of that, and nothing else. */
import { afterEach, expect, test } from '@jest/globals';
import type { CallRecord } from '../../src/wire/call.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { target, type Running } from './worlds.ts';

let world: Proxmox;
let running: Running;
afterEach(() => world.end());

interface Shown {
  readonly plan?: { readonly hash: string; readonly steps: readonly { readonly do: string }[] };
}

const shown = () => (world.status() as Shown).plan;
const synced = () => world.told('Synced');
const steps = () => shown()?.steps.map((step) => step.do) ?? [];
/** At Proxmox VE, the backup server and AWS. */
const outside = ({ call }: CallRecord) => call.effect === 'write' && call.service !== 'kubernetes';
const ofProxmox = ({ call }: CallRecord) => call.service === 'pve' || call.service === 'pbs';
const writes = () => running.records.filter(outside).map(({ call }) => call.action);

async function approve(): Promise<void> {
  const annotations = { 'hybridcloud.dev/approve': shown()?.hash ?? '' };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata: { annotations } } });
}

async function until(what: () => boolean, seconds: number): Promise<void> {
  await world.until(what, seconds).catch((error: unknown) => {
    throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
  });
}

function approvalIsUsed(): boolean {
  const object = world.kubernetes.objects('pbsinstances', 'default')[0];
  const metadata = object?.['metadata'] as { readonly annotations?: object } | undefined;
  return !Object.hasOwn(metadata?.annotations ?? {}, 'hybridcloud.dev/approve');
}

function secrets(): readonly string[] {
  return world.kubernetes.objects('secrets', 'default').map((one) => (one['metadata'] as { name: string }).name);
}

test.each([
  ['whose BackupTarget is ready', 600],
  ['whose BackupTarget has no key yet', 0],
])(
  'A server %s is shown whole, nothing is written before that is approved, and then it is done as approved.',
  async (_, early) => {
    world = proxmox();
    running = world.start();
    world.kubernetes.install([target(early > 0 ? {} : { managementPolicy: 'Plan' })]);
    if (early > 0) await world.until(() => world.condition('Ready')?.status === 'True', early);
    const before = secrets();
    running.records.length = 0;
    world.kubernetes.install([pbsInstance({ managementPolicy: 'Plan' })]);
    await until(() => synced()?.reason === 'ApprovalNeeded', 60);
    const planned = steps();
    await world.pass(120);
    expect(writes()).toEqual([]);
    expect(secrets()).toEqual(before);
    expect(world.site.world.pve.guests().map(({ vmid }) => vmid)).toEqual([200, 201]);

    await approve();
    await world.pass(900);
    if (early === 0) world.kubernetes.install([target()]);
    await until(() => approvalIsUsed() && synced()?.status === 'True', 3600);
    const events = new Set(world.kubernetes.objects('events').map((one) => one['reason'] as string));
    expect(planned.filter((step) => !events.has(step))).toEqual([]);
    expect(world.status()).toMatchObject({
      vm: { phase: 'Running' },
      storage: { state: 'Active' },
      jobs: [{ id: 'nightly' }],
    });
    // and it rests
    running.records.length = 0;
    await world.pass(900);
    expect(running.records.filter((one) => outside(one) && ofProxmox(one))).toEqual([]);
  },
  120_000,
);

test('A server that is lost is told whole before anything is done, and one approval is enough for all of it.', async () => {
  world = proxmox();
  running = world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await until(() => synced()?.status === 'True', 3600);
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { spec: { managementPolicy: 'Plan' } } });
  await world.pass(60);
  const { pve } = world.site.world;
  const lost = pve.guests().find(({ config }) => config['name'] === 'pbs-main');
  pve.removeGuest(lost?.vmid ?? 0);
  running.records.length = 0;
  await until(() => shown() !== undefined && synced()?.status === 'False', 1200);
  expect(synced()?.message).not.toContain('Then it stops');
  // the mark of the server before is in the bucket
  expect(steps().filter((step) => step === 'CreateDatastore')).toHaveLength(2);
  expect(steps().slice(-2)).toEqual(['ChangeStorage', 'SendBackupToken']);
  expect(writes()).toEqual([]);

  await approve();
  await until(() => approvalIsUsed() && synced()?.status === 'True', 3600);
  expect(world.status()).toMatchObject({ vm: { phase: 'Running' }, storage: { state: 'Active' } });
  expect(pve.jobs()).toHaveLength(1);
}, 120_000);
