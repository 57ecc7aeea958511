// SPDX-License-Identifier: GPL-3.0-or-later
/** The key that every backup hangs by: whatever becomes of its Secret or of Proxmox VE's copy, no other takes its place in silence. */
import { expect, test } from '@jest/globals';
import { newKeyFile } from '../../../../src/clouds/pbs/encryption-key.ts';
import { wiringActions } from '../../../../src/kinds/pbs-instance/wiring/act.ts';
import { observeWiring } from '../../../../src/kinds/pbs-instance/wiring/observe.ts';
import { planWiring } from '../../../../src/kinds/pbs-instance/wiring/plan.ts';
import { removalOf } from '../../../../src/kinds/pbs-instance/wiring/plan-storage.ts';
import { dropSecret, owner, putSecret, wiring, type Wiring } from './stage.ts';

const theirs = newKeyFile(new Uint8Array(32).fill(200), Date.UTC(2025, 0, 1));
const inPve = ({ cloud }: Wiring, id = 'pbs-main') => cloud.world.pve.secrets(id)?.encryptionKey;
const inSecret = (stage: Wiring) => stage.secret('main-key')?.get('encryption-key');

test('A key that a person put there is used as it is, to the letter.', async () => {
  const stage = await wiring();
  await putSecret(stage, 'main-key', { 'encryption-key': `${theirs}\n` });
  const { done } = await stage.settle();
  expect(done).not.toContain('MakeEncryptionKey');
  expect([inPve(stage), inSecret(stage)]).toEqual([theirs, `${theirs}\n`]);
});

test('A Secret that is lost while Proxmox VE has the key: nothing is made, and a person is told where it still is.', async () => {
  const stage = await wiring();
  await stage.settle();
  const [before, was] = [inPve(stage), inSecret(stage) ?? ''];
  await dropSecret(stage, 'main-key');
  stage.writes();
  const { hold, done } = await stage.settle();
  expect([done, stage.writes(), hold?.reason]).toEqual([[], [], 'EncryptionKeyLost']);
  expect(hold?.message).toContain('/etc/pve/priv/storage/pbs-main.enc');
  // deletion does not take the last copy along either
  expect((await stage.settle({ absent: true })).hold?.reason).toBe('EncryptionKeyNotKept');
  expect([inPve(stage), stage.secret('main-key')]).toEqual([before, undefined]);
  await putSecret(stage, 'main-key', { 'encryption-key': was });
  expect((await stage.settle({ absent: true })).done).toContain('RemoveStorage');
});

test('Both copies lost, and the status remembers: a hold, and no new key.', async () => {
  const stage = await wiring({ wish: { lastKey: 'ab:cd' } });
  const { hold, done } = await stage.settle();
  expect([done, hold?.reason]).toEqual([[], 'EncryptionKeyLost']);
  expect(stage.secret('main-key')).toBeUndefined();
});

test('A Secret without its owner’s other entries keeps them, and gets the key beside them.', async () => {
  const stage = await wiring();
  await putSecret(stage, 'main-key', { note: 'ours' });
  await stage.settle();
  expect([...(stage.secret('main-key')?.keys() ?? [])].toSorted()).toEqual(['encryption-key', 'note']);
});

test('Another key in the Secret than was planned with: neither sent nor taken for the proof that the old one is kept.', async () => {
  const stage = await wiring();
  await stage.settle();
  const { wish, world } = stage;
  const before = inPve(stage);
  const { storage: entry } = await stage.look();
  await putSecret(stage, 'main-key', { 'encryption-key': theirs });
  const removal = entry && removalOf(wish, entry);
  if (removal?.do !== 'RemoveStorage') throw new Error('no entry');
  await expect(wiringActions.RemoveStorage(world, removal)).rejects.toThrow('no Secret holds');
  const target = 'x';
  const step = { part: 'wiring', effect: 'replace', target, storage: 'pbs-main', keySecret: 'main-key' } as const;
  const planned = { ...step, do: 'SendEncryptionKey', key: 'the old one', was: entry?.encryptionKey ?? '' } as const;
  await expect(wiringActions.SendEncryptionKey(world, planned)).rejects.toThrow('does not hold');
  expect(inPve(stage)).toBe(before);
  // what a person has approved and confirmed is the step of the plan
  expect((await stage.settle()).done).toEqual(['SendEncryptionKey']);
  expect(inPve(stage)).toBe(theirs);
});

test('An entry that leads to another server is made anew with the same key.', async () => {
  const stage = await wiring();
  await stage.settle();
  const before = inPve(stage);
  for (const { id, options } of stage.cloud.world.pve.storages())
    if (id === 'pbs-main') options['server'] = '192.168.0.99';
  expect((await stage.settle()).done).toEqual(['RemoveStorage', 'AddStorage']);
  expect(inPve(stage)).toBe(before);
});

test('The Secret with the key has no owner; that with the token has.', async () => {
  const stage = await wiring();
  await stage.settle();
  const owners = stage.kube
    .objects('secrets', 'team-a')
    .map(({ metadata }) => [metadata.name, metadata.ownerReferences?.map(({ uid }) => uid)]);
  expect(owners).toEqual([
    ['main-key', undefined],
    ['main-pve-token', [owner.uid]],
  ]);
});

test('A key is not put where it would be lost: into the Secret with the token, or into one that somebody else writes.', async () => {
  const stage = await wiring();
  await stage.settle();
  const wish = { ...stage.wish, encryption: { secret: stage.wish.tokenSecret } };
  const { world } = stage;
  const seen = await observeWiring(world, wish);
  expect(seen.key).toEqual({ found: 'unsafe', owner: 'PbsInstance main' });
  const { steps, hold } = planWiring(wish, seen);
  expect([steps, hold?.reason]).toEqual([[], 'EncryptionSecretUnsafe']);
  const making = { part: 'wiring', do: 'MakeEncryptionKey', effect: 'create', target: 'key' } as const;
  const { tokenSecret: keySecret } = wish;
  await expect(wiringActions.MakeEncryptionKey(world, { ...making, keySecret })).rejects.toThrow('belongs to');
  expect([...(stage.secret(keySecret)?.keys() ?? [])].toSorted()).toEqual(['secret', 'tokenID']);
});

test('A key that is in a Secret of somebody else’s is used: whoever keeps it has put it there.', async () => {
  const stage = await wiring();
  const { object } = stage.world;
  const keeper = { ...object, kind: 'ExternalSecret', metadata: { ...object.metadata, uid: 'uid-keeper' } };
  const data = new Map([['encryption-key', theirs]]);
  const { secrets } = stage.world;
  await secrets.create(keeper, { name: 'main-key', type: 'Opaque', annotations: {}, data });
  expect((await stage.settle()).hold).toBeUndefined();
  expect(inPve(stage)).toBe(theirs);
});
