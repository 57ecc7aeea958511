// SPDX-License-Identifier: GPL-3.0-or-later
/** One consumer at a time. The claimants here are BackupTargets, for want of another kind: the mechanism knows none. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claim, claimOn, release, type Claimant, type Claiming } from '../../../src/core/claims.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import { createObjects } from '../../../src/kube/objects.ts';
import { annotate, backupTargets, target, worlds, type Running, type Worlds } from '../worlds.ts';
import { account, cloudWrites, editSecret, editSpec, glide, isReady, remove, stalledBy, userOf } from './hands.ts';

let world: Worlds;
let running: Running;
const objects = () => createObjects({ client: world.admin, resources: [backupTargets], note: () => undefined });
const claimed = () => (world.get()?.status as { claimedBy?: Claimant } | undefined)?.claimedBy;

function now(name?: string): KubeObject {
  const object = world.get(name);
  if (!object) throw new Error(`no ${name ?? 'object'}`);
  return structuredClone(object);
}

function as(name: string): Claimant {
  return { kind: 'BackupTarget', namespace: 'default', name, uid: now(name).metadata.uid };
}

/** As a consumer does: after a conflict it reads again. */
async function insist(by: Claimant, seen: KubeObject, takeOver?: string): Promise<Claiming> {
  try {
    return await claim(objects(), seen, by, takeOver);
  } catch {
    return claim(objects(), now(), by, takeOver);
  }
}

beforeEach(async () => {
  world = worlds();
  running = world.operator();
  world.kubernetes.install([target(), target({}, 'one'), target({}, 'two')]);
  await world.until(() => ['vm-backups', 'one', 'two'].every((name) => isReady(world, name)));
});
afterEach(() => world.end());

test('Of two that claim what they saw unclaimed one gets it, the other learns who has it; and it shows in the status.', async () => {
  const [one, two] = [as('one'), as('two')];
  const seen = now();
  const both = await Promise.all([insist(one, seen), insist(two, seen)]);
  expect(both.filter(({ held }) => held)).toHaveLength(1);
  const winner = claimOn(now());
  const refused = both.find(({ held }) => !held);
  expect(refused).toMatchObject({
    hold: { why: 'Blocked', reason: 'InUse', blockedBy: [{ id: `default/${winner?.name}` }] },
  });
  await world.until(() => claimed()?.uid === winner?.uid, 5);
  expect(claimed()).toEqual(winner);
  // again and again: nothing changes
  const { resourceVersion } = now().metadata;
  const repeated = await claim(objects(), now(), winner?.name === 'one' ? one : two);
  expect(repeated.held).toBe(true);
  expect(now().metadata.resourceVersion).toBe(resourceVersion);
});

test('Taken over only from exactly the one that is named; given back only by who has it.', async () => {
  const [one, two] = [as('one'), as('two')];
  await claim(objects(), now(), one);
  for (const wrong of [undefined, '', 'uid', two.uid])
    expect(await claim(objects(), now(), two, wrong)).toMatchObject({ held: false, hold: { reason: 'InUse' } });
  await release(objects(), now(), two);
  expect(claimOn(now())).toEqual(one);
  expect(await claim(objects(), now(), two, one.uid)).toMatchObject({ held: true });
  expect(claimOn(now())).toEqual(two);
  await release(objects(), now(), one);
  expect(claimOn(now())).toEqual(two);
  await release(objects(), now(), two);
  expect(claimOn(now())).toBeUndefined();
  await world.until(() => claimed() === undefined, 5);
});

test('What is claimed is not taken away, under any policy, until the claimant is gone; then it goes by itself.', async () => {
  await claim(objects(), now(), as('one'));
  running.records.length = 0;
  await remove(world);
  await world.until(() => stalledBy(world) === 'InUse', 5);
  expect(world.get()?.status).toMatchObject({ blockedBy: [{ kind: 'BackupTarget', id: 'default/one' }] });
  expect(world.condition('Ready')?.message).toMatch(/BackupTarget default\/one uses this object/);
  await editSpec(world, { managementPolicy: 'Plan' });
  await glide(world, 320);
  expect(stalledBy(world)).toBe('InUse');
  await editSpec(world, { managementPolicy: 'Apply' });
  await glide(world, 20);
  expect(
    cloudWrites(running).filter(({ call }) => call.action.startsWith('Delete') && call.action !== 'DeleteObject'),
  ).toEqual([]);
  expect(userOf(world)?.keys).toHaveLength(1);
  expect(await claim(objects(), now(), as('two'))).toMatchObject({ held: false, hold: { reason: 'InUse' } });
  await remove(world, 'one');
  await world.until(() => world.get() === undefined && world.get('one') === undefined, 1300);
  expect(account(world).users()).toHaveLength(1);
});

test('A claimant of a kind that nobody serves here counts as there; its claim ends when a person takes the annotation off.', async () => {
  const other = { kind: 'Restorer', namespace: 'default', name: 'mine', uid: 'u' };
  await claim(objects(), now(), other);
  await remove(world);
  await world.until(() => stalledBy(world) === 'InUse', 5);
  await glide(world, 650);
  expect(stalledBy(world)).toBe('InUse');
  await annotate(world, { 'hybridcloud.dev/claimed-by': null });
  await world.until(() => world.get() === undefined, 900);
});

test('What is no claim is none.', () => {
  const object = now();
  for (const text of ['', 'x', 'a/b/c', 'a/b/c/', 'a/b/c/d/e', '///', '{"kind":"PbsInstance"}']) {
    const annotations = { 'hybridcloud.dev/claimed-by': text };
    expect(claimOn({ ...object, metadata: { ...object.metadata, annotations } })).toBeUndefined();
  }
});

test('What is delivered in the Secret of what is claimed wakes the claimant at once, and nobody else who rests.', async () => {
  await claim(objects(), now(), as('one'));
  await glide(world, 60);
  running.records.length = 0;
  await editSecret(world, { endpoint: Buffer.from('https://s3.example.com').toString('base64') });
  // every look reads the Secret of its object
  const looked = (name: string) => running.records.some(({ call }) => JSON.stringify(call).includes(`"${name}-s3"`));
  await world.until(() => looked('vm-backups') && looked('one'), 30);
  expect(looked('two')).toBe(false);
});
