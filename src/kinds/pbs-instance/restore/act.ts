// SPDX-License-Identifier: GPL-3.0-or-later
/** One write each, which begins a task. What is destroyed must be our copy now, by its marks; what has none, by who made it and that it is empty. */
import { isOurCopy } from '../../../clouds/pve/marks.ts';
import { listedTasks } from '../../../clouds/pve/tasks.ts';
import { powerOf, vmAt, type VmPlace } from '../../../clouds/pve/vms.ts';
import { Failure } from '../../../core/failure.ts';
import type { Actions } from '../../../core/kind.ts';
import { changed } from '../../changed.ts';
import { isBare } from './bare.ts';
import { makers } from './observe.ts';
import { restoreRequestOf } from './requests.ts';
import type { DestroyCopy, RestoreCopy, RestoreStep } from './steps.ts';
import type { RestoreWorld } from './world.ts';

async function restore({ pve }: RestoreWorld, step: RestoreCopy): Promise<void> {
  try {
    await pve.begin(restoreRequestOf(step));
  } catch (error) {
    const isTaken = error instanceof Failure && error.reason === 'AlreadyThere';
    throw isTaken ? changed(`Id ${step.copy.vmid} of Proxmox VE was taken by somebody else in this moment`) : error;
  }
}

/** The last that made anything of that id was a restore that our token began, and that is over. */
async function isOurs({ pve, tokenID }: RestoreWorld, { node, vmid }: VmPlace): Promise<boolean> {
  const tasks = await listedTasks(pve, { node, vmid, since: 0 });
  const newest = tasks.find(({ upid }) => makers.includes(upid.type));
  return newest?.upid.type === 'qmrestore' && newest.upid.user === tokenID && newest.end.is === 'Failed';
}

async function destroy(world: RestoreWorld, step: DestroyCopy): Promise<void> {
  const { pve, owner } = world;
  const power = await powerOf(pve, step.copy);
  const made = step.is === 'Whole' || (await isOurs(world, step.copy));
  // whose it is comes last: nothing stands between that look and what is begun
  const config = await vmAt(pve, step.copy);
  if (!config) return;
  const is = step.is === 'Whole' ? isOurCopy(config, owner) : made && isBare(config);
  if (!is) throw changed(`VM ${step.copy.vmid} on ${step.copy.node} is no copy of ours; it was not touched`);
  if (power?.running) throw changed(`${step.target} is running by now`);
  await pve.begin(restoreRequestOf(step));
}

export const restoreActions: Actions<RestoreStep, RestoreWorld> = { RestoreCopy: restore, DestroyCopy: destroy };
