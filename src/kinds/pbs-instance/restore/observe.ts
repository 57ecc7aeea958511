// SPDX-License-Identifier: GPL-3.0-or-later
/** A look at restore tests and at what they have left. Reads only. */
import { copyTag, isOurCopy } from '../../../clouds/pve/marks.ts';
import { storageRoom } from '../../../clouds/pve/storage-entries.ts';
import { listedTasks, logTail, type ListedTask } from '../../../clouds/pve/tasks.ts';
import { listedVms, nextFreeID, powerOf, vmAt, type VmPlace } from '../../../clouds/pve/vms.ts';
import { oneLine } from '../../../core/one-line.ts';
import { begunTests, type LastTold } from './begun.ts';
import { isBare } from './bare.ts';
import { saysNothing } from './causes.ts';
import { dueTest } from './choose.ts';
import type { BegunTest, Candidate, CopySeen, EndedTest, RestoreSeen, RunningTest } from './seen.ts';
import type { RestoreWish } from './wish.ts';
import type { RestoreWorld } from './world.ts';

/** What is known of the backups by now. */
export interface Stock {
  readonly candidates?: readonly Candidate[];
  readonly busy: boolean;
}

const hourSeconds = 3600;
/** Of what a log says. */
const longest = 256;
/** Between the announcement and the task, by clocks that do not agree. */
const skewMs = 120_000;

/** What makes a guest of an id, or takes one there. */
export const makers = ['qmcreate', 'qmrestore', 'qmclone', 'vzcreate', 'vzrestore', 'vzclone', 'qmigrate', 'vzmigrate'];

/** @param since Seconds since 1970; default: an hour ago. */
function tasksOn(world: RestoreWorld, { node, vmid }: VmPlace, since?: number): Promise<readonly ListedTask[]> {
  return listedTasks(world.pve, { node, vmid, since: since ?? Math.floor(world.now() / 1000) - hourSeconds });
}

/** Ours, by whose token it is, and the one that was announced. */
function isTaskOf({ tokenID }: RestoreWorld, { at, task }: BegunTest, { upid }: ListedTask): boolean {
  if (upid.type !== 'qmrestore' || upid.user !== tokenID) return false;
  return task === undefined ? upid.startedAt * 1000 >= at - skewMs : upid.text === task;
}

async function endedOf({ pve }: RestoreWorld, test: BegunTest, task: ListedTask): Promise<EndedTest> {
  const { guest, name, snapshotAt } = test;
  const { upid, end, endedAt = upid.startedAt } = task;
  const base = { guest, name, snapshotAt, at: upid.startedAt * 1000, seconds: Math.max(0, endedAt - upid.startedAt) };
  if (end.is !== 'Failed') return { ...base, result: 'Restored' };
  const [line] = await pve.once(`end of ${upid.text}`, () => logTail(pve, upid, 1));
  const message = oneLine((line ?? end.message).replace(/^TASK ERROR: /, '')).slice(0, longest);
  return { ...base, result: saysNothing(message) ? 'NotDone' : 'Failed', message };
}

function leavingIn({ tokenID }: RestoreWorld, tasks: readonly ListedTask[]): Pick<CopySeen, 'leaving' | 'stuck'> {
  const last = tasks.find(({ upid }) => upid.type === 'qmdestroy' && upid.user === tokenID);
  if (last?.end.is === 'Running') return { leaving: last.upid.text };
  if (last?.end.is !== 'Failed') return {};
  return { stuck: { message: last.end.message, at: (last.endedAt ?? last.upid.startedAt) * 1000 } };
}

/** @param stubOf The restore of ours that failed there; only then what has no mark can be ours. */
async function copyAt(
  world: RestoreWorld,
  place: VmPlace,
  { tasks, stubOf }: { readonly tasks: readonly ListedTask[]; readonly stubOf?: ListedTask },
): Promise<CopySeen | undefined> {
  const { pve, owner } = world;
  const config = await vmAt(pve, place);
  if (!config) return undefined;
  const whole = isOurCopy(config, owner);
  const newest = tasks.find(({ upid }) => makers.includes(upid.type));
  const stub = stubOf !== undefined && newest?.upid.text === stubOf.upid.text && isBare(config);
  if (!whole && !stub) return undefined;
  const power = await powerOf(pve, place);
  return {
    place,
    is: whole ? 'Whole' : 'Stub',
    running: power?.running ?? false,
    ...(config.lock === undefined ? {} : { lock: config.lock }),
    ...leavingIn(world, tasks),
  };
}

interface Followed {
  readonly running?: RunningTest;
  readonly ended?: EndedTest;
  readonly copy?: CopySeen;
}

/** Its marks come with the configuration, which is written when all else is done: whatever became of the task then. */
function provenBy(copy: CopySeen | undefined, { message, ...ended }: EndedTest): EndedTest {
  if (copy?.is === 'Whole') return { ...ended, result: 'Restored' };
  return message === undefined ? ended : { ...ended, message };
}

async function follow(world: RestoreWorld, test: BegunTest): Promise<Followed> {
  const told = test.task === undefined ? {} : ({ told: true } as const);
  const since = test.task === undefined ? Math.floor((test.at - skewMs) / 1000) : 0;
  const tasks = await tasksOn(world, test.copy, since);
  const task = tasks.find((one) => isTaskOf(world, test, one));
  if (!task) return {};
  if (task.end.is === 'Running') return { running: { ...test, ...told, task: task.upid.text } };
  const ended = await endedOf(world, test, task);
  const failed = ended.result === 'Restored' ? {} : { stubOf: task };
  const copy = await copyAt(world, test.copy, { tasks, ...failed });
  return {
    ended: { ...provenBy(copy, ended), ...told },
    ...(copy ? { copy: { ...copy, of: { ...test, ...told, task: task.upid.text } } } : {}),
  };
}

const same = (a: VmPlace, b: VmPlace) => a.vmid === b.vmid && a.node === b.node;

/** By their tag, wherever they are: of a status that was lost, or of a call that arrived late. */
async function tagged(world: RestoreWorld, known: readonly VmPlace[]): Promise<readonly CopySeen[]> {
  const { pve, owner } = world;
  const all = (await listedVms(pve)).filter(({ tags }) => tags.includes(copyTag(owner)));
  const others = all.filter((one) => !known.some((place) => same(place, one)));
  const found = await Promise.all(
    others.map(async ({ node, vmid }) =>
      copyAt(world, { node, vmid }, { tasks: await tasksOn(world, { node, vmid }) }),
    ),
  );
  return found.flatMap((copy) => copy ?? []);
}

/** Only what a test that is due needs to begin. */
async function ground(
  { pve }: RestoreWorld,
  { node, storage }: RestoreWish,
): Promise<Pick<RestoreSeen, 'nextID' | 'room'>> {
  const room = await storageRoom(pve, node, storage);
  return { nextID: await nextFreeID(pve), room: room ?? 'missing' };
}

export async function observeRestore(
  world: RestoreWorld,
  wish: RestoreWish | undefined,
  { last, stock }: { readonly last: LastTold; readonly stock: Stock },
): Promise<RestoreSeen> {
  const followed = await Promise.all(begunTests(last).map((test) => follow(world, test)));
  const running = followed.flatMap((one) => one.running ?? []);
  const ended = followed.flatMap((one) => one.ended ?? []);
  const mine = followed.flatMap((one) => one.copy ?? []);
  const known = [...mine.map(({ place }) => place), ...running.map(({ copy }) => copy)];
  const copies = [...mine, ...(await tagged(world, known))];
  const seen: RestoreSeen = { now: world.now(), owner: world.owner, running, ended, copies, ...stock };
  if (!wish || running.length + copies.length > 0) return seen;
  const due = dueTest(wish, seen, last);
  return due && due.at <= seen.now ? { ...seen, ...(await ground(world, wish)) } : seen;
}
