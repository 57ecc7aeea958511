// SPDX-License-Identifier: GPL-3.0-or-later
import { backupJobs, includedIn, type KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import { backupRuns, reportOf, type BackupRun } from '../../../clouds/pve/backup-runs.ts';
import { resourcesOf, type Resources } from '../../../clouds/pve/resources.ts';
import { storageState } from '../../../clouds/pve/storage-entries.ts';
import { runsFollowing } from '../../../clouds/pve/schedules.ts';
import { Failure } from '../../../core/failure.ts';
import { aheadOf } from './ahead.ts';
import { isOf } from './selection.ts';
import { toldRuns } from './runs.ts';
import type { PveSeen, SeenJob, SeenRun } from './seen.ts';
import type { WorthWish } from './wish.ts';
import type { WorthWorld } from './world.ts';

const hour = 3_600_000;
/** Weekly jobs, with a day to spare. */
const leastWindow = 8 * 24 * hour;
/** Of one node in one look; runs to other storages are between ours. */
const mostReports = 12;

/** A node that has just gone, or is cut off, is no reason to know nothing of the others (595 to 599: pveproxy does not reach it). */
async function unlessLost<T>(read: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NodeUnreachable') return otherwise;
    throw error;
  }
}

interface Listed extends Pick<Resources, 'guests'> {
  /** That lead to our storage, switched on. */
  readonly jobs: readonly KnownJob[];
}

/** The newest first, until each job's last one is among them. */
async function ours(
  { pve }: WorthWorld,
  { storage }: WorthWish,
  { runs, jobs, guests }: Listed & { readonly runs: readonly BackupRun[] },
): Promise<readonly SeenRun[]> {
  let missing = jobs;
  const found: SeenRun[] = [];
  for (const run of runs.filter(({ end }) => end.is !== 'Running').slice(0, mostReports)) {
    if (missing.length === 0) break;
    const report = await reportOf(pve, run);
    if (report?.storage !== storage) continue;
    missing = missing.filter((job) => !isOf(job, { ...report, node: run.upid.node }, guests));
    found.push({ node: run.upid.node, startedAt: run.upid.startedAt * 1000, end: run.end, report });
  }
  return found;
}

async function runsOf(
  world: WorthWorld,
  wish: WorthWish,
  { nodes, jobs, guests }: Listed & Pick<Resources, 'nodes'>,
): Promise<Pick<PveSeen, 'runs' | 'running'>> {
  const { pve, now } = world;
  const window = Math.max(leastWindow, 2 * wish.recoveryPointHours * hour);
  const found: SeenRun[] = [];
  const running: number[] = [];
  for (const { name, online } of nodes) {
    if (!online) continue;
    const read = pve.look(`backup runs of ${name}`, wish.maxAgeMs, () =>
      backupRuns(pve, name, Math.floor((now() - window) / 1000)),
    );
    const runs = await unlessLost(read, []);
    running.push(...runs.flatMap(({ upid, end }) => (end.is === 'Running' ? [upid.startedAt * 1000] : [])));
    found.push(...(await unlessLost(ours(world, wish, { runs, jobs, guests }), [])));
  }
  return { runs: found.sort((a, b) => b.startedAt - a.startedAt), running };
}

/** Of those that lead here. */
async function seenJob({ pve }: WorthWorld, { maxAgeMs }: WorthWish, job: KnownJob): Promise<SeenJob> {
  const { id, schedule, nextRun } = job;
  const [included, following] = await Promise.all([
    pve.look(`included in ${id}`, maxAgeMs, () => includedIn(pve, id)),
    nextRun === undefined ? [] : runsFollowing(pve, schedule, { after: nextRun * 1000, count: toldRuns - 1 }),
  ]);
  return { ...job, following, ...(included ? { included } : {}) };
}

export async function observePve(world: WorthWorld, wish: WorthWish): Promise<PveSeen> {
  const { pve, now } = world;
  const { maxAgeMs, storage } = wish;
  const { resources, aheadMs } = await pve.look('resources', maxAgeMs, async () => {
    const found = await resourcesOf(pve);
    return { resources: found, aheadMs: aheadOf(found.date, now()) };
  });
  const jobs = await pve.look('backup jobs', maxAgeMs, () => backupJobs(pve));
  const active = jobs.filter((job) => job.enabled && job.storage === storage);
  const known = await Promise.all(active.map((job) => seenJob(world, wish, job)));
  const { nodes, guests } = resources;
  const node = nodes.find(({ name, online }) => online && name === wish.node) ?? nodes.find(({ online }) => online);
  const state = await pve.look(`storage ${storage} on ${node?.name ?? wish.node}`, maxAgeMs, () =>
    storageState(pve, node?.name ?? wish.node, storage),
  );
  const runs = await runsOf(world, wish, { nodes, guests, jobs: active });
  return {
    aheadMs,
    nodes,
    guests,
    jobs: jobs.map((job) => known.find(({ id }) => id === job.id) ?? job),
    ...(state ? { storage: state } : {}),
    ...runs,
  };
}
