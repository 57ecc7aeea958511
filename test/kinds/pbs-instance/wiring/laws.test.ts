// SPDX-License-Identifier: GPL-3.0-or-later
/** Whatever is found: the way ends, no key is lost, and nothing of others is touched. */
import { expect, test } from '@jest/globals';
import { assert, boolean, constantFrom, option, property, record, shuffledSubarray, type Arbitrary } from 'fast-check';
import type { BackupJob, KnownJob } from '../../../../src/clouds/pve/backup-jobs.ts';
import type { StorageEntry } from '../../../../src/clouds/pve/storage-entries.ts';
import { canonical } from '../../../../src/core/digest.ts';
import { absentWiring } from '../../../../src/kinds/pbs-instance/wiring/absent.ts';
import { afterWiring } from '../../../../src/kinds/pbs-instance/wiring/after.ts';
import { ownerComment } from '../../../../src/kinds/pbs-instance/wiring/owner-comment.ts';
import type { Part } from '../../../../src/kinds/pbs-instance/wiring/part.ts';
import { planWiring } from '../../../../src/kinds/pbs-instance/wiring/plan.ts';
import type {
  KeyKept,
  OnServer,
  Tagged,
  TokenKept,
  WiringSeen,
} from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import type { WiringStep } from '../../../../src/kinds/pbs-instance/wiring/steps.ts';
import type { WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import { foreign, grant, theirs } from './cases.ts';
import { atRest, key, now, other, owner, server, storage, wish } from './pieces.ts';

const { encryptionKey: _, ...unencrypted } = storage;
const entries: Arbitrary<StorageEntry> = constantFrom(
  storage,
  unencrypted,
  { ...storage, encryptionKey: 'f2' },
  { ...storage, encryptionKey: '1' },
  { ...storage, username: 'root@pam' },
  { ...storage, type: 'dir' },
  { ...storage, server: '192.168.0.9', disabled: true },
  { ...storage, fingerprint: 'cc', namespace: '', prune: '' },
);
const { user } = server;
const servers: Arbitrary<OnServer> = record({
  namespaces: constantFrom(['site', 'site/a'], ['site'], []),
  user: constantFrom(
    user ?? foreign,
    { ...foreign, ownership: 'mine' as const, enabled: false },
    foreign,
    theirs,
    undefined,
  ),
  tokens: constantFrom(['pve'], [], ['pve', 'another'], ['another']),
  grants: shuffledSubarray([...server.grants, grant]),
}).map(({ user: found, ...rest }) => (found ? { ...rest, user: found } : rest));
const tokens = constantFrom<TokenKept>(
  { found: 'absent' },
  { found: 'foreign' },
  { found: 'ours', works: false },
  { found: 'ours', works: true },
  { found: 'ours', works: true, sentAt: now },
  { found: 'ours', works: true, madeStorage: true },
  { found: 'ours', works: true, sentAt: now, madeStorage: true },
);
const keys = constantFrom<KeyKept>(
  { found: 'absent' },
  { found: 'here', file: key },
  { found: 'here', file: { is: 'Good', fingerprint: 'f2', shownAs: 'f2' } },
  { found: 'here', file: { is: 'Good', fingerprint: 'f3', shownAs: '1' } },
  { found: 'here', file: { is: 'Bad', why: 'x' } },
);
const [nightly] = atRest.jobs;
const strangers: readonly KnownJob[] = nightly
  ? [
      { ...nightly, id: 'theirs', comment: ownerComment(other) },
      { ...nightly, id: 'nobodys', comment: '' },
    ]
  : [];
const jobs = record({
  ours: shuffledSubarray([
    ...atRest.jobs,
    ...atRest.jobs.map((job) => ({ ...job, id: `old-${job.id}`, enabled: false })),
  ]),
  comment: constantFrom(ownerComment(owner), ownerComment(owner), ownerComment(other), ''),
}).map(({ ours, comment }) => [...ours.map((job) => ({ ...job, comment })), ...strangers]);

const worlds: Arbitrary<WiringSeen> = record({
  server: option(servers, { nil: undefined, freq: 9 }),
  token: tokens,
  key: keys,
  storage: option(entries, { nil: undefined, freq: 4 }),
  active: boolean(),
  left: constantFrom([], [{ ...storage, id: 'old' }], [{ ...storage, id: 'old', encryptionKey: 'f9' }]),
  jobs,
  tagged: constantFrom<(Tagged | undefined)[]>(
    undefined,
    { unreadable: true },
    { unreadable: false, guests: [{ tag: 'gold', ids: [] }] },
    { unreadable: false, guests: [{ tag: 'gold', ids: [104, 100] }] },
  ),
}).map(({ server: there, storage: entry, tagged, ...rest }) => ({
  now,
  owner,
  ...rest,
  active: rest.active && entry !== undefined,
  ...(there ? { server: there } : {}),
  ...(tagged ? { tagged } : {}),
  ...(entry ? { storage: entry } : {}),
  // as they are looked for: of whom somebody's entry logs in as
  ...(entry && entry.username !== storage.username
    ? { others: [{ type: 'vm', id: '200', owner: entry.username }] }
    : {}),
}));

const wishes: Arbitrary<WiringWish> = record({
  adopt: constantFrom([], ['pbs-main'], ['nightly'], [wish.account.user, 'pbs-main', 'nightly', 'lab']),
  lastKey: constantFrom(undefined, 'f1', 'f0'),
  encrypted: constantFrom(true, true, false),
  namespace: constantFrom('site/a', ''),
  byTag: boolean(),
}).map(({ adopt, lastKey, encrypted, namespace, byTag }) => {
  const { encryption, ...plain } = wish;
  return {
    ...plain,
    ...(byTag
      ? { jobs: plain.jobs.map((job) => ({ ...job, select: { type: 'Tag', tag: 'gold', except: [104] } as const })) }
      : {}),
    adopt,
    namespace,
    ...(encrypted && encryption ? { encryption } : {}),
    ...(lastKey === undefined ? {} : { lastKey }),
  };
});

/** All that a job names: no more than it did, or than those who have the tag. */
function isMeant({ select }: BackupJob, { jobs: wished }: WiringWish, before?: BackupJob): boolean {
  if (wished.every((job) => job.select.type !== 'Tag')) return true;
  return canonical(select) === canonical(before?.select ?? null) || canonical(select) === canonical(tagIDs);
}
const tagIDs = { type: 'IDs', ids: [100] };

const good = ({ key: kept }: WiringSeen) => (kept?.found === 'here' && kept.file.is === 'Good' ? kept.file : undefined);

/** What must be so in the very moment in which a step is done. */
const lawful: { readonly [Do in WiringStep['do']]?: (step: never, seen: WiringSeen, wish: WiringWish) => boolean } = {
  RemoveStorage: ({ storage: id }: Extract<WiringStep, { do: 'RemoveStorage' }>, seen) => {
    const entry = [...(seen.storage ? [seen.storage] : []), ...seen.left].find((one) => one.id === id);
    const mine = (seen.server?.user?.ownership ?? 'mine') === 'mine';
    return mine && entry?.type === 'pbs' && entry.username === storage.username && keptIn(entry, seen);
  },
  MakeEncryptionKey: (_step, seen, { lastKey }) =>
    seen.key?.found === 'absent' && seen.storage?.encryptionKey === undefined && lastKey === undefined,
  AddStorage: (_step, seen, { encryption }) =>
    seen.storage === undefined && (encryption === undefined || good(seen) !== undefined),
  AddBackupJob: ({ job }: Extract<WiringStep, { do: 'AddBackupJob' }>, seen, want) =>
    seen.active &&
    seen.storage?.encryptionKey === (want.encryption ? good(seen)?.shownAs : undefined) &&
    isMeant(job, want),
  ChangeBackupJob: ({ job, was, needs }: Extract<WiringStep, { do: 'ChangeBackupJob' }>, seen, want) =>
    (commentOf(seen, job.id) === ownerComment(owner) || (needs === 'approval' && want.adopt.includes(job.id))) &&
    isMeant(job, want, was),
  RemoveBackupJob: ({ job }: Extract<WiringStep, { do: 'RemoveBackupJob' }>, seen) =>
    commentOf(seen, job) === ownerComment(owner),
  SendEncryptionKey: (step: Extract<WiringStep, { do: 'SendEncryptionKey' }>) =>
    step.was === undefined || (step.effect === 'replace' && step.risk === 'destroysData'),
  RemoveBackupUser: (_step, { server: there }) => there?.user?.ownership === 'mine',
  RemoveBackupToken: (_step, { server: there }) => there?.user?.ownership === 'mine',
  ChangeBackupOwner: (
    { needs, group }: Extract<WiringStep, { do: 'ChangeBackupOwner' }>,
    seen,
    { adopt, storage: id },
  ) => needs === 'approval' && adopt.includes(id) && group.owner === seen.storage?.username,
  RevokeGrant: (_step, { server: there }) => there?.user?.ownership === 'mine',
};

function keptIn({ encryptionKey }: StorageEntry, seen: WiringSeen): boolean {
  return encryptionKey === undefined || good(seen)?.shownAs === encryptionKey;
}

function commentOf(seen: WiringSeen, id: string): string | undefined {
  return seen.jobs.find((one) => one.id === id)?.comment;
}

type Plan = (wish: WiringWish, seen: WiringSeen) => Part;

/** Each step as it comes, until nothing is left or a person is asked. */
function followed(plan: Plan, want: WiringWish, from: WiringSeen): WiringSeen {
  let seen = from;
  for (let rounds = 0; rounds < 25; rounds++) {
    const { steps, hold } = plan(want, seen);
    for (const step of steps) {
      const law = lawful[step.do] as ((step: WiringStep, seen: WiringSeen, wish: WiringWish) => boolean) | undefined;
      expect([step.do, law?.(step, seen, want) ?? true]).toEqual([step.do, true]);
      seen = afterWiring(seen, step);
    }
    if (steps.length > 0) continue;
    if (hold?.why !== 'Waiting' || !hold.until) return seen;
    seen = afterWiring(seen, hold.until);
  }
  throw new Error('It never ends.');
}

test('From wherever it begins the way ends, and each step on it is lawful; strangers’ jobs stay as they are.', () => {
  assert(
    property(wishes, worlds, (want, seen) => {
      const end = followed(planWiring, want, seen);
      expect(planWiring(want, end).steps).toEqual([]);
      expect(end.jobs.filter(({ id }) => strangers.some((one) => one.id === id))).toEqual(strangers);
    }),
    { numRuns: 1500 },
  );
});

test('So does a deletion, which takes no key along, and leaves nothing of ours but what it is held by.', () => {
  assert(
    property(wishes, worlds, (want, seen) => {
      const end = followed(absentWiring, want, seen);
      expect(end.key).toBe(seen.key);
      const { hold } = absentWiring(want, end);
      if (hold) expect(['EncryptionKeyNotKept', 'UserInUse']).toContain(hold.reason);
      else expect(end.jobs.filter(({ comment }) => comment === ownerComment(owner))).toEqual([]);
      expect(end.jobs.filter(({ id }) => strangers.some((one) => one.id === id))).toEqual(strangers);
    }),
    { numRuns: 1500 },
  );
});
