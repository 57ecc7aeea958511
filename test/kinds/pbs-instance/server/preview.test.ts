// SPDX-License-Identifier: GPL-3.0-or-later
/** What is told of a server that nobody has seen yet is what is done to it later. */
import { expect, test } from '@jest/globals';
import { pbsVersion } from '../../../../src/clouds/pbs/node.ts';
import { shown } from '../../../../src/clouds/proxmox/asked.ts';
import { afterServerEvent, afterServerStep } from '../../../../src/kinds/pbs-instance/server/after.ts';
import { serverFacts } from '../../../../src/kinds/pbs-instance/server/facts.ts';
import { planServer } from '../../../../src/kinds/pbs-instance/server/plan.ts';
import { serverRequests } from '../../../../src/kinds/pbs-instance/server/requests.ts';
import type { Inside, ServerSeen } from '../../../../src/kinds/pbs-instance/server/seen.ts';
import type { ServerStep } from '../../../../src/kinds/pbs-instance/server/steps.ts';
import type { MadeServer } from '../../../../src/kinds/pbs-instance/server/wish.ts';

const wish: MadeServer = {
  type: 'VirtualMachine',
  url: 'https://192.168.0.20:8007',
  granted: false,
  secret: 'main-server',
  vm: 'uuid-1',
  cache: { name: 'cache' },
};
const fresh: ServerSeen = { now: 0, secret: { found: 'absent' }, rootKept: true, shown: 'AB:CD' };

function foreseen(seen: ServerSeen, given: MadeServer = wish): readonly ServerStep[] {
  const all: ServerStep[] = [];
  for (let at = seen, looks = 0; looks < 20; looks++) {
    const { steps } = planServer(given, at);
    if (steps.length === 0) return all;
    for (const step of steps) {
      const next = afterServerStep(at, step);
      // each step shows, and shows once
      expect(next).not.toBe(at);
      expect(afterServerStep(next, step)).toBe(next);
      all.push(step);
      at = next;
    }
  }
  throw new Error('it never ends');
}

test('The whole way is foreseen from nothing.', () => {
  expect(foreseen(fresh).map((one) => one.do)).toEqual([
    'PinCertificate',
    'MakeOperatorToken',
    'GrantOperator',
    'RetireRootPassword',
    'PrepareCacheDisk',
  ]);
});

test('No call that is shown has a value of a secret.', () => {
  const calls = foreseen(fresh).flatMap(serverRequests);
  expect(calls.length).toBeGreaterThan(15);
  const password = calls.find(({ action }) => action === 'PUT /access/password');
  expect(password && shown(password)).toContainEqual({ name: 'password', value: '(not shown)' });
});

test('A fingerprint that a user gave is pinned without a look at what is shown.', () => {
  const { shown: _shown, ...seen } = fresh;
  const [first] = foreseen(seen, { ...wish, fingerprints: ['EF:01'] });
  expect(first).toMatchObject({ do: 'PinCertificate', fingerprint: 'EF:01' });
});

const inside: Inside = { tokenID: 'hybridcloud@pbs!operator', version: pbsVersion('4.2.3'), lacking: [] };
const settled: ServerSeen = {
  now: 0,
  secret: { found: 'ours', vm: 'uuid-1', fingerprints: ['AB:CD'], tokenID: 'hybridcloud@pbs!operator' },
  rootKept: false,
  inside,
};

test('A disk that is being formatted is waited for, and the wait ends.', () => {
  const making = { is: 'Running', startedAt: 0 } as const;
  const cache = { mounted: [], disks: [{ name: 'sdb', unused: true, bytes: 1 }], making };
  const seen = { ...settled, inside: { ...inside, cache } };
  const { hold, steps } = planServer(wish, seen);
  expect(steps).toEqual([]);
  expect(hold).toMatchObject({ why: 'Waiting', reason: 'CacheDiskFormatting' });
  const event = hold?.until ?? { happens: 'Nothing', id: '' };
  expect(planServer(wish, afterServerEvent(seen, event, wish.cache))).toEqual({ steps: [] });
});

test.each([[[]], [['sdb', 'sdc']]])('Which disk shall be the cache is not guessed: %j.', (names: readonly string[]) => {
  const disks = names.map((name) => ({ name, unused: true, bytes: 1 }));
  const seen = { ...settled, inside: { ...inside, cache: { mounted: [], disks } } };
  expect(planServer(wish, seen)).toMatchObject({ steps: [], hold: { why: 'Blocked', reason: 'CacheDiskUnclear' } });
});

test('What is told of it.', () => {
  expect(serverFacts(wish, settled)).toEqual({
    url: wish.url,
    version: '4.2.3',
    fingerprint: 'AB:CD',
    secretName: 'main-server',
    passwordState: 'Dropped',
  });
});
