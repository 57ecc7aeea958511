// SPDX-License-Identifier: GPL-3.0-or-later
/** Which guest is tested when, what stands in the way, and what is told. */
import { expect, test } from '@jest/globals';
import type { RestoreStatus } from '../../../../src/api/pbs-instance/restore-tests.ts';
import { rfc3339 } from '../../../../src/core/time.ts';
import { afterRestore, afterRestoreEvent } from '../../../../src/kinds/pbs-instance/restore/after.ts';
import { begunTests } from '../../../../src/kinds/pbs-instance/restore/begun.ts';
import { saysNothing } from '../../../../src/kinds/pbs-instance/restore/causes.ts';
import { restoreFacts } from '../../../../src/kinds/pbs-instance/restore/facts.ts';
import { restoreNews } from '../../../../src/kinds/pbs-instance/restore/news.ts';
import { planRestore, restoreDue } from '../../../../src/kinds/pbs-instance/restore/plan.ts';
import { restoreCalls } from '../../../../src/kinds/pbs-instance/restore/requests.ts';
import type { CopySeen, RestoreSeen } from '../../../../src/kinds/pbs-instance/restore/seen.ts';
import { restoreVerdict } from '../../../../src/kinds/pbs-instance/restore/verdict.ts';
import type { RestoreWish } from '../../../../src/kinds/pbs-instance/restore/wish.ts';

const now = Date.UTC(2026, 0, 20, 12);
const hour = 3_600_000;
const day = 24 * hour;
const wish: RestoreWish = { node: 'node1', storage: 'local-lvm', intervalMs: 7 * day, from: 'pbs-main', server: 'one' };
const owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'PbsInstance/team-a/main' };
const candidate = (guest: number, ago = 10 * hour) => ({
  guest,
  name: `vm${guest}`,
  snapshotAt: now - ago,
  size: 8 * 1024 ** 3,
});
const room = { active: true, content: 'images,rootdir', avail: 1024 ** 4 };
const seen: RestoreSeen = {
  now,
  owner,
  running: [],
  ended: [],
  copies: [],
  candidates: [candidate(100), candidate(101), candidate(102)],
  busy: false,
  nextID: 105,
  room,
};

type Tested = NonNullable<RestoreStatus['guests']>[number];
const tested = (id: number, ago: number, more: Partial<Tested> = {}): Tested => ({
  id,
  name: `vm${id}`,
  time: rfc3339(now - ago),
  snapshotTime: rfc3339(now - ago - hour),
  seconds: 60,
  result: 'Restored',
  ...more,
});
const told = (...guests: Tested[]) => ({ restoreTests: { tested: '0/3', serverID: 'one', guests } });
const failed = { result: 'Failed', message: 'restore failed: wrong digest' } as const;
const notDone = { result: 'NotDone', message: 'no space left on device' } as const;

const choices = [
  ['never tested: the lowest id, at once', told(), 100, 0],
  ['the longest untested', told(tested(100, 3 * day), tested(101, 20 * day), tested(102, 10 * day)), 101, 4 * day],
  ['what was never tested before what was', told(tested(100, 8 * day)), 101, -day],
  ['a failed one with its next backup', told(tested(100, 2 * day), tested(101, day, failed)), 101, hour - day],
  ['a failed one without a newer backup waits', told(tested(100, hour, failed)), 101, 7 * day - hour],
  ['what came to no end once, minutes later', told(tested(100, 60_000, notDone)), 100, 9 * 60_000],
  ['... and again, hours later', told(tested(100, hour, { ...notDone, tries: 2 })), 100, 5 * hour],
  ['another server: at once', { restoreTests: { ...told(tested(100, day)).restoreTests, serverID: 'two' } }, 101, 0],
] as const;

test.each(choices)('Whose turn it is: %s.', (_, last, guest, due) => {
  const at = restoreDue(wish, seen, last);
  expect(restoreFacts(wish, seen, last)?.nextID).toBe(guest);
  expect(at).toBe(Math.max(now, due === 0 ? now : now + due));
});

const copy: CopySeen = { place: { node: 'node2', vmid: 107 }, is: 'Whole', running: false };
const running = { guest: 100, name: 'vm100', snapshotAt: now - hour, copy: copy.place, at: now, task: 'UPID:1' };

const stories = [
  ['due', {}, ['RestoreCopy'], undefined],
  ['no free id is known: it is not due', { nextID: undefined }, [], undefined],
  ['a backup runs', { busy: true }, [], undefined],
  ['no backup is good', { candidates: [] }, [], undefined],
  ['it is being restored', { running: [running] }, [], 'RestoreTestRunning'],
  ['a copy is there', { copies: [copy] }, ['DestroyCopy'], undefined],
  ['it is being destroyed', { copies: [{ ...copy, leaving: 'UPID:2' }] }, [], 'RestoreTestRunning'],
  ['somebody has started it', { copies: [{ ...copy, running: true }] }, [], 'RestoreCopyInUse'],
  ['it is locked', { copies: [{ ...copy, lock: 'create' }] }, [], 'Locked'],
  [
    'it could not be destroyed a moment ago',
    { copies: [{ ...copy, stuck: { message: 'x', at: now } }] },
    [],
    'TaskFailed',
  ],
  [
    '... and a while ago',
    { copies: [{ ...copy, stuck: { message: 'x', at: now - hour } }] },
    ['DestroyCopy'],
    undefined,
  ],
  ['no room', { room: { ...room, avail: 1024 } }, [], 'RestoreNoRoom'],
  ['no such storage', { room: 'missing' }, [], 'RestoreStorageUnusable'],
  ['a storage for other things', { room: { ...room, content: 'iso' } }, [], 'RestoreStorageUnusable'],
  ['a storage that is off', { room: { ...room, active: false } }, [], 'RestoreStorageUnusable'],
] as const;

test.each(stories)('What is done: %s.', (_, more, steps, reason) => {
  const world = { ...seen, ...more } as RestoreSeen;
  const part = planRestore(wish, world, {});
  expect([part.steps.map((step) => step.do), part.hold?.reason]).toEqual([steps, reason]);
  for (const step of part.steps) {
    const next = afterRestore(world, step);
    expect(next).not.toBe(world);
    expect(afterRestore(next, step)).toBe(next);
    expect(step.routine).toBe(true);
  }
});

test('A preview comes to its end: one test, and its copy gone.', () => {
  let at = seen;
  const done: string[] = [];
  for (let rounds = 0; rounds < 9; rounds++) {
    const { steps, hold } = planRestore(wish, at, { restoreTests: { tested: '0/3', serverID: 'two' } });
    for (const step of steps) {
      done.push(step.do);
      at = afterRestore(at, step);
    }
    if (hold?.until) at = afterRestoreEvent(at, hold.until);
  }
  expect(done).toEqual(['RestoreCopy', 'DestroyCopy']);
});

test('The copy is never started, gets addresses of its own, and bears marks that are not the machine’s.', () => {
  const [step] = planRestore(wish, seen, {}).steps;
  const [call] = step ? restoreCalls(step) : [];
  const of = Object.fromEntries((call?.parameters ?? []).map(({ name, value }) => [name, value]));
  expect(call?.action).toBe('POST /nodes/{id}/qemu');
  expect(of).toMatchObject({
    vmid: '<next free id>',
    archive: 'pbs-main:backup/vm/100/2026-01-20T02:00:00Z',
    storage: 'local-lvm',
    unique: '1',
    start: '0',
    onboot: '0',
    protection: '0',
    tags: expect.stringMatching(/^hybridcloud-copy-[0-9a-f]+;hybridcloud-restore-test$/),
    description: expect.stringContaining('hybridcloud.dev/owner=uid-1'),
  });
  expect(of).not.toHaveProperty('force');
});

test('The next status knows the test by its announcement, and the one after by the task; what is made up is none.', () => {
  const [step] = planRestore(wish, seen, {}).steps;
  const entry = { at: rfc3339(now), step: JSON.stringify(step) };
  expect(begunTests({ begun: [entry, { at: '', step: '"RestoreCopy"' }, { at: '', step: '{' }] })).toEqual([
    { guest: 100, name: 'vm100', snapshotAt: now - 10 * hour, copy: { node: 'node1', vmid: 105 }, at: now },
  ]);
  const status = restoreFacts(wish, { ...seen, running: [running] }, {});
  expect(begunTests({ restoreTests: status, begun: [] })).toMatchObject([
    { guest: 100, task: 'UPID:1', copy: copy.place },
  ]);
});

test('What ended is told once, with what it says of the backup.', () => {
  const ended = {
    guest: 100,
    name: 'vm100',
    snapshotAt: now - hour,
    at: now - 100_700,
    seconds: 93,
    result: 'Restored',
  } as const;
  const world = { ...seen, ended: [ended] };
  const first = restoreFacts(wish, world, told());
  expect(first).toMatchObject({
    tested: '1/3',
    serverID: 'one',
    guests: [{ id: 100, seconds: 93, result: 'Restored' }],
  });
  expect(restoreFacts(wish, world, { restoreTests: first })).toEqual(first);
  expect(restoreNews({}, { restoreTests: first }).map(({ reason }) => reason)).toEqual(['RestoreTestPassed']);
  expect(restoreNews({ restoreTests: first }, { restoreTests: first })).toEqual([]);
  const wrong = { ...world, ended: [{ ...ended, ...failed }] };
  expect(restoreVerdict(wish, wrong, told())).toMatchObject({ status: 'False', reason: 'RestoreFailed' });
  const open = { ...world, ended: [{ ...ended, ...notDone }], nextID: undefined } as unknown as RestoreSeen;
  expect(restoreVerdict(wish, open, told())).toMatchObject({ status: 'Unknown', reason: 'RestoreTestNotDone' });
  expect(restoreVerdict(wish, world, told())).toMatchObject({ status: 'True', reason: 'RestoresWork' });
  expect(restoreVerdict(wish, seen, {})).toMatchObject({ status: 'Unknown', reason: 'NoRestoreTestYet' });
});

test('Without tests only what is there is told, and nothing once it is gone.', () => {
  expect(restoreFacts(undefined, seen, told(tested(100, day)))).toBeUndefined();
  expect(restoreFacts(undefined, { ...seen, copies: [{ ...copy, of: running }] }, {})).toMatchObject({
    running: [{ copyID: 107, id: 100 }],
  });
  expect(planRestore(undefined, { ...seen, copies: [copy] }, {}).steps.map((step) => step.do)).toEqual(['DestroyCopy']);
});

const texts = [
  ['Permission check failed (/sdn/zones/localnetwork/vmbr5, SDN.Use)', true],
  ["500 Can't connect to 192.168.0.20:8007 (No route to host)", true],
  ["lvcreate 'pve/vm-105-disk-0' error:   Free space too small", true],
  ['unexpected status', true],
  ['restore failed: wrong digest for chunk', false],
  ['missing key - manifest was created with key ab:cd', false],
  ["wrong key - manifest's key ab does not match provided key cd", false],
] as const;

test.each(texts)('%s: nothing is said of the backup: %s.', (text, nothing) => {
  expect(saysNothing(text)).toBe(nothing);
});
