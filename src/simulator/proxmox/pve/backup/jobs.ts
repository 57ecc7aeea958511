// SPDX-License-Identifier: GPL-3.0-or-later
/** /cluster/backup (PVE::API2::Backup). */
import { nextRun } from '../../calendar.ts';
import { parsePropertyString } from '../../contract/property-string.ts';
import { nestedFormat } from '../../contract/formats.ts';
import type { BackupJob } from '../../state.ts';
import { newID } from '../../task.ts';
import type { World } from '../../world.ts';
import { needed, storageOf, textParam, type PveCall } from '../call.ts';
import { died, wrongParameters } from '../errors.ts';
import { demand } from '../permissions.ts';
import { checkSelection } from './select.ts';

const noOptions = new Set(['id', 'delete']);
/** Text when they come, objects when they go. */
const nested: Readonly<Record<string, string>> = {
  'prune-backups': 'prune-backups',
  fleecing: 'backup-fleecing',
  performance: 'backup-performance',
};
const numeric = new Set([
  'all',
  'enabled',
  'bwlimit',
  'protected',
  'repeat-missed',
  'lockwait',
  'ionice',
  'zstd',
  'pigz',
  'remove',
]);

function optionsOf({ params }: PveCall): Record<string, string> {
  const entries = Object.entries(params).filter(([name]) => !noOptions.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]),
  );
}

function jobOf({ world, params }: PveCall): BackupJob {
  const id = needed(params, 'id');
  const job = world.state.pve.jobs.get(id);
  if (!job) throw wrongParameters({ id: `No such job '${id}'` });
  return job;
}

function shownValue(name: string, value: string): unknown {
  const format = nested[name];
  const parsed = format === undefined ? undefined : parsePropertyString(value, nestedFormat(format) ?? {});
  if (parsed && 'values' in parsed) return parsed.values;
  return numeric.has(name) && /^\d+$/.test(value) ? Number(value) : value;
}

/** A job runs on many nodes, some of which may not have run it: the next time is that after now (PVE::API2::Backup, index). */
function shown(world: World, { id, options }: BackupJob): object {
  const next =
    options['enabled'] === '0' || options['schedule'] === undefined
      ? undefined
      : nextRun(options['schedule'], world.clock.now());
  return {
    enabled: 1,
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, shownValue(name, value)])),
    id,
    type: 'vzdump',
    ...(next === undefined ? {} : { 'next-run': Math.floor(next / 1000) }),
  };
}

export function listJobs({ world }: PveCall): unknown {
  return [...world.state.pve.jobs.values()].map((job) => shown(world, job));
}

export function showJob(call: PveCall): unknown {
  return shown(call.world, jobOf(call));
}

function check(call: PveCall, options: Readonly<Record<string, string>>): void {
  const { world, caller } = call;
  const { storage, pool } = options;
  const alone = ['tmpdir', 'dumpdir', 'script'].find((name) => options[name] !== undefined);
  if (alone !== undefined && caller.user !== 'root@pam')
    throw wrongParameters({ [alone]: 'Only root may set this option.' });
  if (storage !== undefined) {
    storageOf(world, storage);
    demand(world, caller, `/storage/${storage}`, ['Datastore.Allocate']);
  }
  if (pool !== undefined) {
    if (!world.state.pve.pools.has(pool)) throw died(`pool '${pool}' does not exist`);
    demand(world, caller, `/pool/${pool}`, ['VM.Backup']);
  }
}

export function createJob(call: PveCall): null {
  const { world, params } = call;
  const id = textParam(params, 'id') ?? `backup-${newID(world.state).slice(0, 13)}`;
  const options = optionsOf(call);
  check(call, options);
  checkSelection(options);
  if (options['schedule'] === undefined && options['starttime'] === undefined)
    throw wrongParameters({ schedule: 'property is missing' });
  if (world.state.pve.jobs.has(id)) throw died(`Job '${id}' already exists`);
  world.state.pve.jobs.set(id, { id, options, since: world.clock.now() });
  return null;
}

/** One of `all`, `pool` and `vmid` takes the place of the others. */
function withSelection(options: Record<string, string>, changes: Readonly<Record<string, string>>): void {
  const kind = ['vmid', 'pool', 'all'].find((name) => changes[name] !== undefined && changes[name] !== '0');
  if (kind === undefined) return;
  for (const name of ['vmid', 'pool', 'all']) if (name !== kind) delete options[name];
  if (kind === 'vmid') delete options['exclude'];
}

export function updateJob(call: PveCall): null {
  const { world, params } = call;
  const changes = optionsOf(call);
  const gone = (textParam(params, 'delete') ?? '').split(/[,;\s]+/).filter((one) => one !== '');
  if (Object.keys(changes).length === 0 && gone.length === 0) throw died('no options specified');
  const job = jobOf(call);
  check(call, changes);
  const options = { ...job.options };
  for (const name of gone) delete options[name];
  withSelection(options, changes);
  Object.assign(options, changes);
  checkSelection(options);
  // a new time counts from now, as does a job that is switched on again
  if (options['schedule'] !== job.options['schedule'] || options['enabled'] !== job.options['enabled'])
    job.since = world.clock.now();
  job.options = options;
  return null;
}

export function deleteJob(call: PveCall): null {
  call.world.state.pve.jobs.delete(jobOf(call).id);
  return null;
}
