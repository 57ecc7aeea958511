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
