// SPDX-License-Identifier: GPL-3.0-or-later
/** What has come due since somebody last looked, in its order: workers that end, guests that boot, jobs whose hour has come. */
import { nextRun } from './calendar.ts';
import { dueOf, progress } from './machine/progress.ts';
import { startJob } from './pbs/jobs.ts';
import { PbsError } from './pbs/errors.ts';
import type { PbsServer } from './pbs/state.ts';
import { start } from './pbs/call.ts';
import { pbsWorkers } from './pbs/workers.ts';
import { serverAt } from './machine/reach.ts';
import { runJob } from './pve/backup/vzdump.ts';
import { PveError } from './pve/errors.ts';
import { LinkError } from './pve/storage/pbs-link.ts';
import { pveWorkers } from './pve/workers.ts';
import { S3Error } from './s3/client.ts';
import type { Task } from './state.ts';
import { endTask, fateOf } from './task.ts';
import type { World } from './world.ts';

interface Due {
  readonly at: number;
  run(): void | Promise<void>;
}

/** Any error ends a worker with its text; what is none of ours is a bug. */
async function exitOf(run: () => string | Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    const ours =
      error instanceof PveError || error instanceof PbsError || error instanceof S3Error || error instanceof LinkError;
    if (ours || (error instanceof Error && error.constructor === Error)) return error.message;
    throw error;
  }
}

/** What such a worker began, it takes back itself when it fails: disks, and the lock. */
const takesBack = new Set(['create', 'restore']);

/** As somebody told of this one task. */
async function ended(
  world: World,
  { type, ending, effect }: Task,
  run: () => string | Promise<string>,
): Promise<string> {
  if (!ending) return exitOf(run);
  const { exit, afterEffect } = ending;
  if (!afterEffect && !exit.startsWith('WARNINGS') && !takesBack.has(effect.kind)) return exit;
  if (!afterEffect && takesBack.has(effect.kind)) world.state.fates.unshift({ product: 'pve', type, exit, times: 1 });
  const came = await exitOf(run);
  return came === 'OK' ? exit : came;
}

function pveTask(world: World, task: Task): Due {
  return {
    at: task.dueAt,
    async run() {
      const worker = pveWorkers[task.effect.kind];
      if (!worker) throw new TypeError(`No worker for ${task.effect.kind}.`);
      const exit = await ended(world, task, () => worker(world, task, task.dueAt));
      // stopped in the meantime, or lost with its node
      if (task.exit === undefined) endTask(task, exit, task.dueAt);
    },
  };
}

function pbsTask(world: World, server: PbsServer, task: Task): Due {
  return {
    at: task.dueAt,
    async run() {
      const worker = pbsWorkers[task.effect.kind];
      if (!worker) throw new TypeError(`No worker for ${task.effect.kind}.`);
      // what ran when it went off is never heard of again (proxmox-rest-server, worker_task.rs: TaskState::Unknown)
      if (serverAt(world, server.address) !== server) return endTask(task, 'unknown', task.dueAt);
      const told = fateOf(world.state, 'pbs', task.type);
      const done = told === undefined || told.startsWith('WARNINGS');
      const exit = done ? await ended(world, task, () => worker({ world, server, task, at: task.dueAt })) : told;
      if (task.exit === undefined) endTask(task, exit === 'OK' ? (told ?? 'OK') : exit, task.dueAt);
    },
  };
}

function pveJobs(world: World): Due[] {
  return [...world.state.pve.jobs.values()].flatMap((job) => {
    const { schedule, enabled } = job.options;
    const at = schedule === undefined || enabled === '0' ? undefined : nextRun(schedule, job.since);
    if (at === undefined) return [];
    const run = (): void => {
      job.since = at;
      // PVE::Service::pvescheduler; a job whose time has passed meanwhile waits for its next one, but with repeat-missed
      if (world.state.pve.schedulerStopped !== true) runJob(world, job, at);
    };
    return [{ at, run }];
  });
}

const caller = { user: 'root@pam' };

/** proxmox-backup-proxy looks every minute; a server that is off misses its hour. */
function pbsJobs(world: World, server: PbsServer): Due[] {
  const up = () => serverAt(world, server.address) === server;
  const on = { world, server, caller };
  const found: Due[] = [];
  for (const kind of ['prune', 'verify'] as const)
    for (const job of server[kind].values()) {
      const at =
        job.options['disable'] === true || job.options['schedule'] === undefined
          ? undefined
          : nextRun(String(job.options['schedule']), job.since);
      if (at === undefined) continue;
      const run = (): void => {
        job.since = at;
        if (up()) startJob(on, kind, job, at);
      };
      found.push({ at, run });
    }
  for (const store of server.datastores.values()) {
    const schedule = store.options['gc-schedule'];
    const at = schedule === undefined ? undefined : nextRun(String(schedule), store.gcSince);
    if (at === undefined) continue;
    const run = (): void => {
      store.gcSince = at;
      if (!up() || store.maintenance !== undefined) return;
      const effect = { kind: 'garbage_collection', with: { store: store.name } };
      start(on, { type: 'garbage_collection', id: store.name, ms: 'garbageCollection', effect, at });
    };
    found.push({ at, run });
  }
  return found;
}

function everything(world: World): Due[] {
  const { pve, servers } = world.state;
  const running = (tasks: readonly Task[]) => tasks.filter(({ exit }) => exit === undefined);
  return [
    ...running(pve.tasks).map((task) => pveTask(world, task)),
    ...[...pve.guests.values()].flatMap((guest) => {
      const at = dueOf(guest);
      return at === undefined ? [] : [{ at, run: () => progress(world, guest, at) }];
    }),
    ...pveJobs(world),
    ...[...servers.values()].flatMap((server) => [
      ...running(server.tasks).map((task) => pbsTask(world, server, task)),
      ...pbsJobs(world, server),
    ]),
  ];
}

/** Undefined: nothing comes by itself. */
export function nextDue(world: World): number | undefined {
  return everything(world).reduce<number | undefined>(
    (first, { at }) => (first === undefined || at < first ? at : first),
    undefined,
  );
}

export async function settle(world: World): Promise<void> {
  const now = world.clock.now();
  for (;;) {
    const due = everything(world)
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at);
    const [first] = due;
    if (!first) return;
    await first.run();
  }
}
