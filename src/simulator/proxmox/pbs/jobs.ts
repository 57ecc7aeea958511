// SPDX-License-Identifier: GPL-3.0-or-later
/** Prune and verify jobs, and garbage collection as a job (api2/config/{prune,verify}.rs, api2/admin/{prune,verify,gc}.rs). */
import { nextRun, parseCalendarEvent } from '../calendar.ts';
import type { Value } from '../contract/validate.ts';
import { Extended } from '../reply.ts';
import type { Task } from '../state.ts';
import { checkDigest, digestOf } from './access.ts';
import { list, must, start, text, type PbsCall, type PbsHandler } from './call.ts';
import { bad, parameterError, PbsError } from './errors.ts';
import { pbsDemand, pbsMay } from './permissions.ts';
import type { JobRecord } from './state.ts';

export type JobKind = 'prune' | 'verify';

const privilege = { prune: 'Datastore.Modify', verify: 'Datastore.Verify' } as const;
const worker = { prune: 'prunejob', verify: 'verificationjob' } as const;
const noOptions = new Set(['id', 'digest', 'delete']);

const optionsOf = (params: Readonly<Record<string, Value>>) =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !noOptions.has(name)));
const shown = ({ id, options }: JobRecord) => ({ id, ...options });

function pathOf({ options }: Pick<JobRecord, 'options'>): string {
  const ns = String(options['ns'] ?? '');
  return `/datastore/${String(options['store'])}${ns === '' ? '' : `/${ns}`}`;
}

const digest = ({ server }: PbsCall, kind: JobKind) => digestOf([...server[kind].values()].map(shown));

function jobOf({ server, params }: PbsCall, kind: JobKind): JobRecord {
  const job = server[kind].get(must(params, 'id'));
  // api2: section config lookup
  if (!job)
    throw new PbsError(
      kind === 'prune' || kind === 'verify' ? 404 : 400,
      `job '${must(params, 'id')}' does not exist.`,
    );
  return job;
}

function checkSchedule(params: Readonly<Record<string, Value>>): void {
  if (params['schedule'] !== undefined && !parseCalendarEvent(String(params['schedule'])))
    throw parameterError({ schedule: 'unable to parse calendar event' });
}

export const listJobs =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const seen = [...call.server[kind].values()].filter((job) =>
      pbsMay(call.server, call.caller, pathOf(job), ['Datastore.Audit', privilege[kind]]),
    );
    return new Extended(seen.map(shown), { digest: digest(call, kind) });
  };

export const showJob =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const job = jobOf(call, kind);
    pbsDemand(call.server, call.caller, pathOf(job), ['Datastore.Audit', privilege[kind]]);
    return new Extended(shown(job), { digest: digest(call, kind) });
  };

export const createJob =
  (kind: JobKind): PbsHandler =>
  ({ server, caller, params, world }) => {
    const id = must(params, 'id');
    const options = optionsOf(params);
    pbsDemand(server, caller, pathOf({ options }), [privilege[kind]]);
    if (server[kind].has(id)) throw parameterError({ id: `job '${id}' already exists.` });
    checkSchedule(params);
    if (!server.datastores.has(must(params, 'store'))) throw bad(`no such datastore '${must(params, 'store')}'`);
    server[kind].set(id, { id, options, since: world.clock.now() });
    return null;
  };

export const updateJob =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const { server, caller, params, world } = call;
    const job = jobOf(call, kind);
    pbsDemand(server, caller, pathOf(job), [privilege[kind]]);
    checkDigest(text(params, 'digest'), digest(call, kind));
    checkSchedule(params);
    const options = { ...job.options };
    for (const name of list(params, 'delete')) delete options[name];
    const next = { ...options, ...optionsOf(params) };
    if (next['schedule'] !== job.options['schedule']) job.since = world.clock.now();
    job.options = next;
    return null;
  };

export const deleteJob =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const job = jobOf(call, kind);
    pbsDemand(call.server, call.caller, pathOf(job), [privilege[kind]]);
    checkDigest(text(call.params, 'digest'), digest(call, kind));
    call.server[kind].delete(job.id);
    return null;
  };

/** @param at When; default now. */
export function startJob(
  call: Pick<PbsCall, 'world' | 'server' | 'caller'>,
  kind: JobKind,
  job: JobRecord,
  at = call.world.clock.now(),
): Task {
  const { store } = job.options;
  const effect = { kind, with: { store: String(store), options: JSON.stringify(job.options) } };
  return start(call, { type: worker[kind], id: `${String(store)}:${job.id}`, ms: kind, effect, at });
}

/** The schema says null, it is a UPID. */
export const runJob =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const job = jobOf(call, kind);
    pbsDemand(call.server, call.caller, pathOf(job), [privilege[kind]]);
    return startJob(call, kind, job).upid;
  };

interface Run {
  readonly schedule: JobRecord['options'][string] | undefined;
  readonly since: number;
}

/** jobstate.rs, compute_schedule_status. */
function lastRun({ server }: PbsCall, type: string, id: string, { schedule, since }: Run): Record<string, unknown> {
  const last = [...server.tasks].reverse().find((task) => task.type === type && task.id === id);
  const next = schedule === undefined ? undefined : nextRun(String(schedule), since);
  const ended =
    last?.endedAt === undefined
      ? {}
      : { 'last-run-state': last.exit, 'last-run-endtime': Math.floor(last.endedAt / 1000) };
  return {
    ...(next === undefined ? {} : { 'next-run': Math.floor(next / 1000) }),
    ...(last ? { 'last-run-upid': last.upid, ...ended } : {}),
  };
}

export const jobStates =
  (kind: JobKind): PbsHandler =>
  (call) => {
    const store = text(call.params, 'store');
    const seen = [...call.server[kind].values()]
      .filter(({ options }) => store === undefined || options['store'] === store)
      .filter((job) => pbsMay(call.server, call.caller, pathOf(job), ['Datastore.Audit', privilege[kind]]));
    const states = seen.map((job) => {
      const { options, since, id } = job;
      const schedule = options['disable'] === true ? undefined : options['schedule'];
      return {
        ...shown(job),
        ...lastRun(call, worker[kind], `${String(options['store'])}:${id}`, { schedule, since }),
      };
    });
    return new Extended(states, { digest: digest(call, kind) });
  };

/** Its own `upid` is that of the last collection. */
function withoutUpid({ 'last-run-upid': _, ...run }: Record<string, unknown>): object {
  return run;
}

/** One store's, or all; without a schedule it runs by hand only. */
export function gcStates(call: PbsCall): unknown {
  const { server, caller, params } = call;
  const wanted = text(params, 'store');
  const states = [...server.datastores.values()]
    .filter(
      ({ name }) =>
        (wanted === undefined || name === wanted) && pbsMay(server, caller, `/datastore/${name}`, ['Datastore.Audit']),
    )
    .map(({ name, options, gcStatus, gcSince }) => ({
      store: name,
      ...gcStatus,
      ...(options['gc-schedule'] === undefined ? {} : { schedule: options['gc-schedule'] }),
      ...withoutUpid(lastRun(call, 'garbage_collection', name, { schedule: options['gc-schedule'], since: gcSince })),
    }));
  return states;
}
