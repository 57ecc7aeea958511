// SPDX-License-Identifier: GPL-3.0-or-later
/** What a person approves of a step, and what may turn out otherwise until it is done. */
import { expect, test } from '@jest/globals';
import { digestsOf } from '../../../src/core/plan-hash.ts';
import { identity } from '../../../src/kinds/pbs-instance/identity.ts';
import type { PbsStep } from '../../../src/kinds/pbs-instance/steps.ts';
import { accountSteps } from '../../../src/kinds/pbs-instance/wiring/plan-account.ts';
import { storageSteps } from '../../../src/kinds/pbs-instance/wiring/plan-storage.ts';
import type { WiringSeen } from '../../../src/kinds/pbs-instance/wiring/seen.ts';
import type { WiringWish } from '../../../src/kinds/pbs-instance/wiring/wish.ts';
import { atRest, key, wish } from './wiring/pieces.ts';

const approved = (steps: readonly PbsStep[]) => digestsOf({ identity }, steps);

function addition(fingerprint: string, wanted: WiringWish): readonly PbsStep[] {
  const { storage: _gone, ...seen } = atRest;
  return storageSteps(wanted, { ...seen, key: { found: 'here', file: { ...key, fingerprint, shownAs: fingerprint } } });
}

test('Of a key in the place of the one before, that very key is approved: swapped afterwards, it is another plan.', () => {
  const wanted = { ...wish, lastKey: 'f1' };
  expect(addition('f2', wanted)).toMatchObject([{ do: 'AddStorage', needs: 'approval', key: 'f2' }]);
  expect(approved(addition('f3', wanted))).not.toEqual(approved(addition('f2', wanted)));
});

test('The first key, and the certificate of a server that is still to be installed, nobody knows when the plan is approved.', () => {
  const later = { ...wish, server: { ...wish.server, fingerprint: 'CC:DD' } };
  expect(approved(addition('f3', later))).toEqual(approved(addition('f2', wish)));
  const elsewhere = { ...wish, server: { ...wish.server, host: '192.168.0.21' } };
  expect(approved(addition('f2', elsewhere))).not.toEqual(approved(addition('f2', wish)));
});

test('Of an entry that is taken over without a key, the key that is made for it is not known when the plan is approved; in the place of another one it is.', () => {
  const sending = (fingerprint: string, encryptionKey?: string): readonly PbsStep[] => {
    const { storage } = atRest;
    if (!storage) throw new Error('no storage');
    const { encryptionKey: _key, ...bare } = storage;
    const entry = { ...bare, ...(encryptionKey === undefined ? {} : { encryptionKey }) };
    const file = { ...key, fingerprint, shownAs: fingerprint };
    return storageSteps(wish, { ...atRest, storage: entry, key: { found: 'here', file } });
  };
  expect(sending('f2')).toMatchObject([{ do: 'SendEncryptionKey', effect: 'update' }]);
  expect(approved(sending('f3'))).toEqual(approved(sending('f2')));
  expect(sending('f2', 'f1')).toMatchObject([{ do: 'SendEncryptionKey', effect: 'replace' }]);
  expect(approved(sending('f3', 'f1'))).not.toEqual(approved(sending('f2', 'f1')));
});

test('A token that is there already, because the answer to its creation was lost, is the token that was approved.', () => {
  const token = (tokens: readonly string[]): readonly PbsStep[] => {
    const { server } = atRest;
    if (!server) throw new Error('no server');
    const seen: WiringSeen = { ...atRest, token: { found: 'ours', works: false }, server: { ...server, tokens } };
    return accountSteps(wish, seen);
  };
  expect(token([])).toMatchObject([{ do: 'MakeBackupToken', effect: 'create', renew: false }]);
  expect(token(['pve'])).toMatchObject([{ do: 'MakeBackupToken', effect: 'update', renew: true }]);
  expect(approved(token(['pve']))).toEqual(approved(token([])));
});

test('What is found of a server before is changed as approved, whatever number and certificate the new one gets.', () => {
  const [job] = atRest.jobs;
  if (!job) throw new Error('no job');
  const renumbered = (id: number): PbsStep => ({
    part: 'wiring',
    do: 'ChangeBackupJob',
    effect: 'update',
    target: 'backup job nightly in Proxmox VE',
    job: { ...job, select: { type: 'All', exclude: [id, 300] } },
    was: { ...job, select: { type: 'All', exclude: [100, 300] } },
  });
  expect(approved([renumbered(102)])).toEqual(approved([renumbered(101)]));
  const pinned = (fingerprint: string): readonly PbsStep[] =>
    storageSteps({ ...wish, server: { ...wish.server, fingerprint } }, atRest);
  expect(pinned('<its certificate>')).toMatchObject([{ do: 'ChangeStorage' }]);
  expect(approved(pinned('CC:DD'))).toEqual(approved(pinned('<its certificate>')));
});

test('A datastore is approved once, also where the first try finds the mark of the server before.', () => {
  const making = (reuse: 'Mine' | 'Taken'): PbsStep => ({
    part: 'store',
    do: 'CreateDatastore',
    effect: 'create',
    target: reuse,
    datastore: {
      name: 'vm-backups',
      path: '/mnt/datastore/cache/vm-backups',
      comment: '',
      gcSchedule: 'daily',
      verifyNew: true,
      s3: { client: 'aws', bucket: 'backups' },
      reuse,
    },
  });
  expect(approved([making('Mine'), making('Taken')])).toEqual(approved([making('Mine')]));
});
