// SPDX-License-Identifier: GPL-3.0-or-later
/** Finalizers, statuses, specs and namespaces, changed by hand at bad moments. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import { readStatus } from '../../../src/core/status.ts';
import { backupTargets, target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  account,
  at,
  bucketOf,
  deliveredKey,
  editSpec,
  glide,
  isReady,
  isSynced,
  remove,
  rootOf,
  secrets,
  userOf,
  generationSeen,
} from './hands.ts';

let world: Worlds;
let running: Running;
const wellAgain = () => isReady(world) && isSynced(world);
const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

beforeEach(() => {
  world = worlds();
  running = world.operator();
});
afterEach(() => world.end());

async function forge(status: object): Promise<void> {
  const place = { ...at('vm-backups'), subresource: 'status' } as const;
  await world.admin.patch(backupTargets, place, { type: 'merge', body: { status } });
}

test('The finalizer is taken off by hand: it is put back, and a deletion still takes everything away.', async () => {
  world.kubernetes.install([target()]);
  await world.until(wellAgain);
  await world.admin.patch(backupTargets, at('vm-backups'), { type: 'merge', body: { metadata: { finalizers: null } } });
  await world.until(() => (world.get()?.metadata.finalizers ?? []).length === 1, 5);
  await remove(world);
  await world.until(() => world.get() === undefined, 900);
  expect(account(world).users()).toEqual([]);
});

describe('A status that is edited by hand', () => {
  beforeEach(async () => {
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
  });

  test('with the id of a key that is not ours: that key lives on, also when the Secret and then the object are deleted.', async () => {
    await world.pass(2);
    const { AccessKey } = await rootOf(world).send<{ AccessKey: { AccessKeyId: string } }>(
      write('iam', 'CreateAccessKey', { UserName: 'user-vm-backups' }),
    );
    const foreign = AccessKey.AccessKeyId;
    await forge({ accessKey: { id: foreign, createdAt: '2020-01-01T00:00:00Z' } });
    await world.admin.remove(
      { ...backupTargets, group: '', version: 'v1', kind: 'Secret', plural: 'secrets' },
      at('vm-backups-s3'),
    );
    await glide(world, 400);
    expect(userOf(world)?.keys.map(({ id }) => id)).toContain(foreign);
    await remove(world);
    await glide(world, 400);
    expect(userOf(world)?.keys.map(({ id }) => id)).toContain(foreign);
    expect(world.condition('Ready')?.message).toContain(foreign);
  });

  test('with conditions that lie: the next look tells the truth, and nothing was done for them.', async () => {
    running.records.length = 0;
    const lie = { status: 'False', reason: 'Nonsense', message: '', lastTransitionTime: '2020-01-01T00:00:00Z' };
    await forge({
      conditions: [{ type: 'Ready', ...lie }],
      observedGeneration: 99,
    });
    await world.until(() => wellAgain(), 320);
    expect(generationSeen(world)).toBe(1);
    const writes = running.records.filter(({ call }) => call.effect === 'write' && call.service !== 'kubernetes');
    expect(writes.map(({ call }) => call.action)).toEqual(['PutObject', 'DeleteObject']);
  });

  test.each([
    [
      'of a time to come',
      { key: 'key:user-vm-backups', at: '2099-01-01T00:00:00Z', step: '{"do":"CreateAccessKey","besides":[]}' },
    ],
    ['of no known shape', { key: 'x', at: '2026-01-05T09:00:00Z', step: '{"do":"CreateAccessKey"}' }],
    ['of no known step', { key: 'x', at: '2026-01-05T09:00:00Z', step: '{"do":"Nonsense"}' }],
    ['that is no JSON', { key: 'x', at: '2026-01-05T09:00:00Z', step: '{' }],
  ])('with an announcement %s: a deletion waits ten minutes at most, and takes everything away.', async (_, entry) => {
    await forge({ begun: [entry] });
    await world.pass(2);
    await remove(world);
    await world.until(() => world.get() === undefined, 600);
    expect(account(world).users()).toEqual([]);
    expect(running.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('until nothing is left of it: Ready again after one look, with the same key and nothing made twice.', async () => {
    const key = deliveredKey(world);
    const fields = ['accessKey', 'validation', 'conditions', 'bucket', 'user', 'observedGeneration'];
    await forge(Object.fromEntries(fields.map((field) => [field, null])));
    expect(wellAgain()).toBe(false);
    await world.until(wellAgain, 700);
    expect(userOf(world)?.keys.map(({ id }) => id)).toEqual([key]);
  });
});

test('The spec changes at any moment of the creation: it ends as the last spec says, with one key.', async () => {
  for (const afterCalls of [1, 5, 9, 14, 20, 26, 32]) {
    await world.end();
    world = worlds();
    let calls = 0;
    let edit: Promise<void> | undefined;
    world.operator({
      onRequest: ({ url }) => {
        if (url.host !== 'kubernetes.test' && ++calls === afterCalls)
          edit = editSpec(world, { bucket: { versioning: 'Suspended' }, user: { policyName: 'Another-Policy' } });
      },
    });
    world.kubernetes.install([target()]);
    await world.until(() => edit !== undefined && wellAgain() && generationSeen(world) === 2, 700);
    await edit;
    expect(Object.keys(userOf(world)?.policies ?? {})).toEqual(['Another-Policy']);
    expect(bucketOf(world)?.versioning).not.toBe('Enabled');
    expect(userOf(world)?.keys.map(({ id }) => id)).toEqual([deliveredKey(world)]);
  }
});

test('The object is deleted at any moment of its creation: nothing but the kept bucket is left.', async () => {
  for (const afterCalls of [1, 5, 9, 14, 20, 24, 26, 28, 32]) {
    await world.end();
    world = worlds();
    let calls = 0;
    let gone: Promise<void> | undefined;
    world.operator({
      onRequest: ({ url }) => {
        if (url.host !== 'kubernetes.test' && ++calls === afterCalls) gone = remove(world);
      },
    });
    world.kubernetes.install([target()]);
    await world.until(() => gone !== undefined && world.get() === undefined, 1200);
    await gone;
    expect(account(world).users()).toEqual([]);
    expect(world.kubernetes.objects('secrets', 'default')).toEqual([]);
    expect(bucketOf(world)?.tags ?? []).toEqual([]);
  }
});

test('Its namespace is deleted: user and key go, the bucket is kept, and the namespace can end.', async () => {
  await world.end();
  world = worlds({ grants: { backups: 'identity' } });
  world.operator();
  const there = (plural: string) => world.kubernetes.objects(plural, 'backups') as unknown as KubeObject[];
  const bt = () => there('backuptargets')[0];
  world.kubernetes.install([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'backups' } },
    { ...target(), metadata: { name: 'vm-backups', namespace: 'backups' } },
  ]);
  await world.until(() =>
    readStatus(bt()!).conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  expect(account(world).users()).toHaveLength(1);
  await world.admin.remove(namespaces, { name: 'backups' });
  // the namespace controller deletes what is in it, in no order that can be relied on
  const place = (name: string) => ({ namespace: 'backups', name });
  await world.admin.remove(secrets, place('vm-backups-s3')).catch(() => undefined);
  await world.admin.remove(backupTargets, place('vm-backups')).catch(() => undefined);
  await world.until(() => bt() === undefined, 900);
  expect(account(world).users()).toEqual([]);
  expect(account(world).buckets()).toHaveLength(1);
});
