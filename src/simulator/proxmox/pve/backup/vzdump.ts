// SPDX-License-Identifier: GPL-3.0-or-later
/** POST /nodes/{node}/vzdump, and the runs of jobs (PVE::API2::VZDump, PVE::VZDump; pvescheduler). */
import type { BackupJob, Task } from '../../state.ts';
import { newTask } from '../../task.ts';
import type { World } from '../../world.ts';
import { needed, storageOf, type PveCall } from '../call.ts';
import { callerText, demand } from '../permissions.ts';
import { checkSelection, selected, type JobOptions } from './select.ts';

interface Run {
  readonly node: string;
  readonly authid: string;
  readonly options: JobOptions;
  readonly at: number;
}

/** One worker for all of a node's guests. */
export function startRun(world: World, { node, authid, options, at }: Run): Task {
  const mine = selected(world, options).filter(({ guest }) => guest === undefined || guest.node === node);
  const id = mine.length === 1 && options['all'] === undefined ? String(mine[0]?.vmid ?? '') : '';
  const effect = { kind: 'vzdump', with: { options: JSON.stringify(options), at } };
  const ms = Math.max(1000, mine.length * world.times.backup);
  const task = newTask(world.state, { product: 'pve', node, type: 'vzdump', id, authid, now: at, ms, effect });
  world.state.pve.tasks.push(task);
  return task;
}

export function runBackup(call: PveCall): string {
  const { world, caller, params } = call;
  const entries = Object.entries(params).filter(([name]) => name !== 'node');
  const options = Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]),
  );
  checkSelection(options);
  const storage = storageOf(world, options['storage'] ?? 'local');
  for (const { vmid } of selected(world, options)) demand(world, caller, `/vms/${vmid}`, ['VM.Backup']);
  demand(world, caller, `/storage/${storage.id}`, [
    options['prune-backups'] === undefined ? 'Datastore.AllocateSpace' : 'Datastore.Allocate',
  ]);
  return startRun(world, {
    node: needed(params, 'node'),
    authid: callerText(caller),
    options: { ...options, storage: storage.id },
    at: world.clock.now(),
  }).upid;
}

/** On every node that is on, or on the one that the job names. */
export function runJob(world: World, job: BackupJob, at: number): void {
  for (const [node, { online }] of world.state.pve.nodes) {
    if (!online || (job.options['node'] !== undefined && job.options['node'] !== node)) continue;
    startRun(world, { node, authid: 'root@pam', options: job.options, at });
  }
}
