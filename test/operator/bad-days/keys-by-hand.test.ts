// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody lays hands on the access key or on its Secret. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { target, worlds, type Worlds } from '../worlds.ts';
import {
  deleteSecret,
  deliveredKey,
  editSecret,
  glide,
  inIAM,
  isReady,
  isSynced,
  mostKeys,
  rootOf,
  secretOf,
  stalledBy,
  userOf,
} from './hands.ts';

let world: Worlds;
const keys = mostKeys(() => world);
const wellAgain = () => isReady(world) && isSynced(world) && stalledBy(world) === undefined;
const base64 = (text: string) => Buffer.from(text).toString('base64');

beforeEach(async () => {
  world = worlds();
  keys.seen.most = 0;
  world.operator({ onRequest: keys.onRequest });
  world.kubernetes.install([target()]);
  await world.until(() => isReady(world));
});
afterEach(() => world.end());

/** One key, and the Secret holds it. */
function expectWhole(): void {
  const [key, ...more] = userOf(world)?.keys ?? [];
  expect(more).toEqual([]);
  expect(deliveredKey(world)).toBe(key?.id);
  expect(Buffer.from(secretOf(world)?.data['secretAccessKey'] ?? '', 'base64').toString()).toBe(key?.secret);
}

test('The Secret is deleted: a new key is made and delivered, the old one goes, and there are never three.', async () => {
  const old = deliveredKey(world);
  await deleteSecret(world);
  await world.until(() => deliveredKey(world) !== '' && deliveredKey(world) !== old, 10);
  await world.until(() => userOf(world)?.keys.length === 1 && wellAgain(), 60);
  expectWhole();
  expect(deliveredKey(world)).not.toBe(old);
  expect(keys.seen.most).toBe(2);
});

test('The Secret is deleted again and again: still never three keys, and the last one is whole.', async () => {
  for (let n = 0; n < 4; n++) {
    const before = deliveredKey(world);
    await deleteSecret(world);
    await world.until(() => deliveredKey(world) !== '' && deliveredKey(world) !== before, 120);
  }
  await world.until(() => userOf(world)?.keys.length === 1 && wellAgain(), 120);
  expectWhole();
  expect(keys.seen.most).toBeLessThanOrEqual(2);
});

test('A value in the Secret is edited: Stalled with the cure within 10 s, nothing is overwritten; restored, it recovers by itself.', async () => {
  const { data } = secretOf(world) as { data: Record<string, string> };
  const edited = base64('x'.repeat(40));
  await editSecret(world, { secretAccessKey: edited });
  await world.until(() => stalledBy(world) === 'SecretEdited', 10);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'SecretEdited' });
  expect(world.condition('Stalled')?.message).toMatch(/Delete the Secret, and a new key is made\.$/);
  expect(secretOf(world)?.data['secretAccessKey']).toBe(edited);
  await editSecret(world, { secretAccessKey: data['secretAccessKey'] ?? '' });
  await world.until(wellAgain, 10);
  expectWhole();
});

test('The bucket or the endpoint in the Secret is edited: they are written anew, the key stays.', async () => {
  const { data } = secretOf(world) as { data: Record<string, string> };
  await editSecret(world, { bucket: base64('elsewhere'), endpoint: null });
  await world.until(() => secretOf(world)?.data['bucket'] === data['bucket'], 10);
  expect(secretOf(world)?.data).toEqual(data);
  await world.until(wellAgain, 10);
});

test('The key id is cut out of the Secret: as lost as a deleted Secret; a new key is made and the old one goes.', async () => {
  const old = deliveredKey(world);
  await editSecret(world, { accessKeyID: null });
  await world.until(() => deliveredKey(world) !== '' && deliveredKey(world) !== old && wellAgain(), 60);
  await world.until(() => userOf(world)?.keys.length === 1, 60);
  expectWhole();
});

test("The Secret is replaced by somebody else's: it is not touched, and once it is gone a new key is made.", async () => {
  const old = deliveredKey(world);
  const foreign = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'vm-backups-s3', namespace: 'default' },
    type: 'Opaque',
    data: { password: base64('of somebody else') },
  };
  await deleteSecret(world);
  world.kubernetes.install([foreign]);
  await world.until(() => stalledBy(world) === 'SecretNotOurs', 10);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'SecretNotOurs' });
  expect(world.condition('Ready')?.message).toMatch(/Delete it, or name another in accessKey\.secretRef\.$/);
  expect(secretOf(world)?.data).toEqual(foreign.data);
  expect(userOf(world)?.keys.map(({ id }) => id)).toEqual([old]);
  await deleteSecret(world);
  await world.until(() => wellAgain() && userOf(world)?.keys.length === 1, 60);
  expectWhole();
});

test('The key is deleted in IAM: Ready is False with the next validation, and the way out is the Secret.', async () => {
  await world.pass(400);
  const old = deliveredKey(world);
  await inIAM(world, 'DeleteAccessKey', { AccessKeyId: old });
  await world.until(() => stalledBy(world) === 'KeyGone', 400);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'KeyGone' });
  expect(world.condition('Ready')?.message).toMatch(/Delete the Secret, and a new key is made\.$/);
  expect(userOf(world)?.keys).toEqual([]);
  await deleteSecret(world);
  await world.until(wellAgain, 60);
  expectWhole();
});

test('The key is made inactive in IAM: Ready is False with the next validation; active again, it recovers by itself.', async () => {
  await world.pass(400);
  const AccessKeyId = deliveredKey(world);
  await inIAM(world, 'UpdateAccessKey', { AccessKeyId, Status: 'Inactive' });
  await world.until(() => stalledBy(world) === 'KeyInactive', 400);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'KeyInactive' });
  await inIAM(world, 'UpdateAccessKey', { AccessKeyId, Status: 'Active' });
  await world.until(wellAgain, 320);
  expectWhole();
});

test('Somebody makes a second key of the user: it is left alone, also when the Secret is deleted, and that is said.', async () => {
  await world.pass(2);
  const { AccessKey } = await rootOf(world).send<{ AccessKey: { AccessKeyId: string } }>({
    service: 'iam',
    action: 'CreateAccessKey',
    effect: 'write',
    input: { UserName: 'user-vm-backups' },
  });
  await glide(world, 700);
  expect(userOf(world)?.keys.map(({ id }) => id)).toContain(AccessKey.AccessKeyId);
  expect(wellAgain()).toBe(true);
  await deleteSecret(world);
  await world.until(() => stalledBy(world) === 'KeySlotsTaken', 30);
  expect(world.condition('Ready')?.message).toMatch(/Delete one that is not used\.$/);
  expect(userOf(world)?.keys.map(({ id }) => id)).toContain(AccessKey.AccessKeyId);
  await inIAM(world, 'DeleteAccessKey', { AccessKeyId: AccessKey.AccessKeyId });
  await world.until(wellAgain, 400);
  expectWhole();
});
