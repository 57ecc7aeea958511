// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { absentWiring } from '../../../../src/kinds/pbs-instance/wiring/absent.ts';
import { afterWiring } from '../../../../src/kinds/pbs-instance/wiring/after.ts';
import { wiringDrift } from '../../../../src/kinds/pbs-instance/wiring/drift.ts';
import { pbsNeeds, pveNeeds, pveumCommands } from '../../../../src/kinds/pbs-instance/wiring/needs.ts';
import { ownerComment, ownershipOfComment } from '../../../../src/kinds/pbs-instance/wiring/owner-comment.ts';
import { planClosedWiring, planWiring } from '../../../../src/kinds/pbs-instance/wiring/plan.ts';
import { isOurStorage } from '../../../../src/kinds/pbs-instance/wiring/plan-storage.ts';
import type { WiringSeen } from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import type { WiringStep } from '../../../../src/kinds/pbs-instance/wiring/steps.ts';
import type { WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import { cases, foreign, grant, jobs, theirs } from './cases.ts';
import { atRest, key, nothing, other, owner, server, storage, wish } from './pieces.ts';

/** As a preview goes: plan, imagine, plan again. */
function foreseen(
  seen: WiringSeen,
  plan: (wish: WiringWish, seen: WiringSeen) => ReturnType<typeof planWiring> = planWiring,
) {
  const steps: WiringStep[] = [];
  let [at, stop] = [seen, plan(wish, seen)];
  for (let rounds = 0; rounds < 20 && (stop.steps.length > 0 || stop.hold?.until); rounds++) {
    for (const step of stop.steps) at = afterWiring(at, step);
    if (stop.steps.length === 0 && stop.hold?.until) at = afterWiring(at, stop.hold.until);
    steps.push(...stop.steps);
    stop = plan(wish, at);
  }
  return { steps: steps.map((step) => step.do), end: at, hold: stop.hold, left: stop.steps };
}

test('From nothing the way ends at rest: account, key, storage, jobs.', () => {
  const { steps, end, hold, left } = foreseen(nothing);
  expect(steps).toEqual([
    'AddBackupNamespace',
    'AddBackupNamespace',
    'AddBackupUser',
    'MakeBackupToken',
    'GrantBackup',
    'GrantBackup',
    'MakeEncryptionKey',
    'AddStorage',
    'AddBackupJob',
    'AddBackupJob',
  ]);
  expect([hold, left, wiringDrift(wish, end)]).toEqual([undefined, [], []]);
});

test('At rest there is nothing to do, and whatever step is imagined again is the same object.', () => {
  expect(planWiring(wish, atRest)).toEqual({ steps: [] });
  let at = nothing;
  for (let rounds = 0; rounds < 9; rounds++) {
    const { steps, hold } = planWiring(wish, at);
    for (const step of steps) {
      at = afterWiring(at, step);
      expect(afterWiring(at, step)).toBe(at);
    }
    if (hold?.until) at = afterWiring(at, hold.until);
  }
  expect(at.jobs).toHaveLength(2);
});

test('Deletion ends with nothing of ours, from wherever it begins.', () => {
  const { steps, end } = foreseen(atRest, absentWiring);
  expect(steps).toEqual([
    'RemoveBackupJob',
    'RemoveBackupJob',
    'RemoveStorage',
    'RevokeGrant',
    'RevokeGrant',
    'RemoveBackupToken',
    'RemoveBackupUser',
    'RemoveTokenSecret',
  ]);
  expect(end).toMatchObject({ key: { found: 'here' }, jobs: [], left: [] });
  expect(foreseen(nothing, absentWiring).steps).toEqual([]);
  const { server: _, ...gone } = atRest;
  expect(foreseen(gone, absentWiring).steps.filter((step) => step.includes('User') || step.includes('Grant'))).toEqual(
    [],
  );
});

test.each(cases)('Where $is: $steps $hold', ({ seen = {}, wish: change = {}, steps = [], hold }) => {
  const given = { ...wish, ...change };
  const found = seen.token?.found === 'absent' && seen.server ? (seen as WiringSeen) : { ...atRest, ...seen };
  const whole = 'key' in seen || !('encryption' in change) ? found : (({ key: _, ...rest }) => rest)(found);
  const part = planWiring(given, whole);
  expect([part.steps.map((step) => step.do), part.hold?.reason]).toEqual([steps, hold]);
  if (part.hold?.why === 'Blocked') expect(part.hold.blockedBy).toHaveLength(1);
});

test('A job that is to be changed makes the same plan whenever it runs next.', () => {
  const plan = (nextRun: number) => planWiring(wish, { ...atRest, jobs: jobs({ enabled: false, nextRun }) });
  expect(plan(1)).toEqual(plan(2));
});

test('What of a job the spec does not name is imagined to stay as somebody set it.', () => {
  const set = { changeDetection: 'data', notifications: { mailTo: ['root'] } } as const;
  const seen = { ...atRest, jobs: jobs({ ...set, enabled: false }) };
  const [step] = planWiring(wish, seen).steps;
  if (!step) throw new Error('no step');
  expect(afterWiring(seen, step).jobs[0]).toMatchObject({ ...set, enabled: true });
});

test('A job whose tag nobody has any more goes on with whom it had; none is made that would save everybody.', () => {
  const [first] = wish.jobs;
  const given: WiringWish = {
    ...wish,
    jobs: first ? [{ ...first, select: { type: 'Tag', tag: 'gold', except: [] } }] : [],
  };
  const tagged = { unreadable: false, guests: [{ tag: 'gold', ids: [] }] } as const;
  const select = { type: 'IDs', ids: [100] } as const;
  const off: WiringSeen = { ...atRest, tagged, jobs: jobs({ select, enabled: false }).slice(0, 1) };
  expect(planWiring(given, off).steps).toMatchObject([{ do: 'ChangeBackupJob', job: { select, enabled: true } }]);
  expect(wiringDrift(given, off).map(({ path }) => path)).toEqual(['jobs.nightly.enabled']);
  const none: WiringSeen = { ...atRest, tagged, jobs: [] };
  expect(planWiring(given, none)).toMatchObject({
    steps: [],
    hold: { why: 'Blocked', message: expect.stringContaining('it is not made') },
  });
  expect(wiringDrift(given, none)).toEqual([]);
  expect(pveNeeds(given)).toContainEqual(expect.objectContaining({ path: '/vms', anyOf: ['VM.Audit'] }));
});

test('A job that was taken out of the spec goes once the one in its place is made, and not while nobody has the tag of that.', () => {
  const gold = { id: 'gold', enabled: true, schedule: '02:00', mode: 'snapshot' } as const;
  const given: WiringWish = { ...wish, jobs: [{ ...gold, select: { type: 'Tag', tag: 'gold', except: [] } }] };
  const tagged = (ids: readonly number[]) => ({ unreadable: false, guests: [{ tag: 'gold', ids }] }) as const;
  const waits = { ...atRest, tagged: tagged([]) };
  for (const plan of [planWiring, planClosedWiring])
    for (const seen of [waits, { ...waits, tagged: { unreadable: true } } as const])
      expect(plan(given, seen)).toMatchObject({ steps: [], hold: { why: 'Blocked' } });
  expect(planWiring(given, waits).hold?.message).toContain('until then nightly, lab of the spec before goes on');
  const steps = planWiring(given, { ...atRest, tagged: tagged([100]) }).steps.map((step) => step.do);
  expect(steps).toEqual(['AddBackupJob', 'RemoveBackupJob', 'RemoveBackupJob']);
});

test('While the datastore is closed on purpose jobs are as they shall be, and nothing else is done.', () => {
  const broken: WiringSeen = { ...atRest, server: { ...server, namespaces: [], grants: [] }, active: false };
  expect(planClosedWiring(wish, broken)).toEqual({ steps: [] });
  expect(planClosedWiring({ ...wish, jobs: [] }, broken).steps.map((step) => step.do)).toEqual([
    'RemoveBackupJob',
    'RemoveBackupJob',
  ]);
  expect(planClosedWiring(wish, { ...broken, jobs: [] }).steps).toHaveLength(2);
  expect(planClosedWiring(wish, nothing)).toEqual({ steps: [] });
  expect(planClosedWiring(wish, { ...broken, storage: { ...storage, username: 'x' }, jobs: [] })).toEqual({
    steps: [],
  });
  expect(planClosedWiring(wish, { ...broken, jobs: jobs({ comment: '' }) }).hold?.reason).toBe('NotOurs');
});

test('What takes over needs approval; what replaces does, too; a key that may be the last of its kind is named as what is lost.', () => {
  const plan = (seen: Partial<WiringSeen>, adopt: readonly string[] = []) =>
    planWiring({ ...wish, adopt }, { ...atRest, ...seen }).steps;
  expect(plan({ storage: { ...storage, username: 'x' } }, ['pbs-main'])).toMatchObject([
    { needs: 'approval' },
    { do: 'SendBackupToken' },
  ]);
  expect(plan({ jobs: jobs({ comment: '' }) }, ['nightly'])).toMatchObject([{ needs: 'approval' }]);
  expect(plan({ server: { ...server, user: foreign } }, [wish.account.user])).toMatchObject([{ needs: 'approval' }]);
  expect(plan({ storage: { ...storage, server: 'x' } })).toMatchObject([{ effect: 'replace', risk: 'disrupts' }, {}]);
  // no backup can run by it
  expect(plan({ storage: { ...storage, server: 'x' }, active: false })[0]).not.toHaveProperty('risk');
  const file = { is: 'Good', fingerprint: 'f2', shownAs: 'f2' } as const;
  expect(plan({ key: { found: 'here', file } })).toMatchObject([
    { effect: 'replace', risk: 'destroysData', loses: 'f1', key: 'f2' },
  ]);
  // no entry is left to compare with: the status remembers
  const { storage: _, ...gone } = atRest;
  expect(planWiring({ ...wish, lastKey: 'f0' }, gone).steps).toMatchObject([{ do: 'AddStorage', needs: 'approval' }]);
  expect(planWiring({ ...wish, lastKey: 'f1' }, gone).steps[0]).not.toHaveProperty('needs');
});

const there = { ...storage, server: '192.0.2.1' };
const { server: _server, ...gone } = atRest;
const kept = { found: 'ours', works: true } as const;
const known = { ...kept, madeStorage: true } as const;

test.each<[string, WiringSeen, Partial<WiringSeen['storage']> & object, boolean]>([
  ['here, under our user', { ...atRest, token: { found: 'absent' } }, {}, true],
  ['here, under another’s user', { ...atRest, server: { ...server, user: theirs } }, {}, false],
  ['here, the server gone, our token kept', { ...gone, token: kept }, {}, true],
  ['here, the server gone, no token kept', { ...gone, token: { found: 'absent' } }, {}, false],
  ['elsewhere, under a name like ours', { ...atRest, token: kept }, there, false],
  ['elsewhere, known to be made by us', { ...atRest, token: known }, there, true],
  ['elsewhere, the server gone, known to be made by us', { ...gone, token: known }, there, true],
  ['elsewhere, of another id, under a name like ours', { ...atRest, token: known }, { ...there, id: 'other' }, false],
  ['in another datastore, under a name like ours', { ...atRest, token: kept }, { datastore: 'other' }, false],
])('A storage has no mark; that %s is ours, and goes with us, or not.', (_, seen, more, ours) => {
  const entry = { ...storage, ...more };
  const { storage: _wanted, ...rest } = seen;
  const at = { ...rest, jobs: [], ...(entry.id === storage.id ? { storage: entry } : { left: [entry] }) };
  expect(isOurStorage(wish, at, entry)).toBe(ours);
  expect(absentWiring(wish, at).steps.some((step) => step.do === 'RemoveStorage')).toBe(ours);
});

test('Deletion leaves a storage whose key is nowhere else, and a user who has other tokens; a stranger’s it never touches.', () => {
  const reasonOf = (seen: Partial<WiringSeen>) => absentWiring(wish, { ...atRest, jobs: [], ...seen }).hold?.reason;
  expect(reasonOf({ key: { found: 'absent' } })).toBe('EncryptionKeyNotKept');
  expect(reasonOf({ key: { found: 'here', file: { ...key, shownAs: 'f2' } } })).toBe('EncryptionKeyNotKept');
  const bare = { ...server, grants: [], tokens: ['theirs'] };
  const { storage: _, ...without } = { ...atRest, jobs: [], server: bare };
  expect(absentWiring(wish, without).hold?.reason).toBe('UserInUse');
  const strangers = absentWiring(wish, {
    ...atRest,
    jobs: [],
    server: { ...server, user: theirs },
    token: { found: 'foreign' },
  });
  expect(strangers).toEqual({ steps: [] });
});

test('Drift has each setting that differs, in words, and no secret.', () => {
  const seen: WiringSeen = {
    ...atRest,
    storage: { ...storage, disabled: true, namespace: '', server: 'x' },
    jobs: jobs({ enabled: false, select: { type: 'IDs', ids: [1] } }),
    server: { ...server, grants: [...server.grants, grant] },
  };
  expect(wiringDrift(wish, seen)).toEqual([
    { path: 'storage.namespace', want: 'site/a', have: 'none' },
    { path: 'storage.disable', want: 'false', have: 'true' },
    { path: 'storage.server', want: '192.168.0.20', have: 'x' },
    { path: 'jobs.nightly.enabled', want: 'true', have: 'false' },
    { path: 'jobs.nightly.select', want: '{"type":"All","exclude":[900]}', have: '{"type":"IDs","ids":[1]}' },
    { path: `account.${wish.account.user} /`, want: 'none', have: 'Admin' },
  ]);
});

test('The mark in a comment names owner and cluster, whatever is cut; another cluster’s is another’s.', () => {
  const long = {
    uid: '0'.repeat(36),
    cluster: '1'.repeat(36),
    object: `PbsInstance/${'n'.repeat(63)}/${'m'.repeat(200)}`,
  };
  expect(ownerComment(long)).toHaveLength(128);
  expect(ownershipOfComment(ownerComment(long), long)).toBe('mine');
  expect(ownershipOfComment(ownerComment(owner), { ...owner, cluster: 'other' })).toMatchObject({ uid: 'uid-1' });
  expect(ownershipOfComment(ownerComment(other), owner)).toEqual({ other: other.object, uid: 'uid-2' });
  expect(ownershipOfComment('mine', owner)).toBe('nobodys');
});

test('What the tokens need has path, privilege and the command that grants it.', () => {
  const [first] = wish.jobs;
  const fleecing = { ...wish, jobs: first ? [{ ...first, fleecing: 'local-lvm' }, ...wish.jobs.slice(1)] : [] };
  expect(pveNeeds(fleecing).map(({ path, anyOf }) => `${path} ${anyOf.join('|')}`)).toEqual([
    '/storage Datastore.Allocate',
    '/storage/pbs-main Datastore.Allocate',
    '/storage/pbs-main Datastore.Audit',
    '/ Sys.Audit',
    '/ Sys.Modify',
    '/storage/local-lvm Datastore.AllocateSpace',
    '/pool/lab VM.Backup',
  ]);
  expect(pveumCommands(pveNeeds(wish), 'hybrid@pve!operator')).toContain(
    "pveum acl modify /storage --users 'hybrid@pve' --tokens 'hybrid@pve!operator' --roles HybridCloud-storage --propagate 1",
  );
  expect(pbsNeeds(wish).map(({ path }) => path)).toEqual([
    '/access/users',
    '/access/acl',
    '/datastore/vm-backups/site/a',
    '/datastore/vm-backups',
  ]);
});
