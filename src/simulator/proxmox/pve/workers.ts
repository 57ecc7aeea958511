// SPDX-License-Identifier: GPL-3.0-or-later
/** What PVE's workers do when they are done. Each returns how the task ends; what it throws is how it ends, too. */
import { powerOff, powerOn } from '../machine/boot.ts';
import { fateOf } from '../task.ts';
import type { Guest, Task } from '../state.ts';
import type { World } from '../world.ts';
import { storageWorkers } from './storage/workers.ts';
import { backupWorkers } from './backup/workers.ts';
import { cdromsOf, driveName, freeVolume, parseDrive, realise } from './guests/drives.ts';
import { restore } from './guests/restore-worker.ts';
import { applyPending } from './guests/update.ts';
import { PveError } from './errors.ts';
import type { Worker } from './worker.ts';

function guestOf(world: World, { effect }: Task): Guest {
  const guest = world.state.pve.guests.get(Number(effect.with['vmid']));
  if (!guest)
    throw new Error(
      `Configuration file 'nodes/${String(effect.with['node'])}/qemu-server/${String(effect.with['vmid'])}.conf' does not exist`,
    );
  return guest;
}

/** What a failed creation leaves: nothing. */
function undo(world: World, guest: Guest, made: readonly string[]): void {
  for (const volid of made) freeVolume(world, volid);
  world.state.pve.guests.delete(guest.vmid);
}

const create: Worker = (world, task, at) => {
  const guest = guestOf(world, task);
  const options = JSON.parse(String(task.effect.with['config'])) as Record<string, string>;
  const made: string[] = [];
  const told = fateOf(world.state, 'pve', 'qmcreate');
  try {
    for (const [name, value] of Object.entries(options)) {
      if (!driveName.test(name)) continue;
      const { printed, made: volid } = realise(world, guest.vmid, value);
      options[name] = printed;
      if (volid !== undefined) made.push(volid);
    }
    if (told !== undefined && !told.startsWith('WARNINGS')) throw new PveError(500, told);
  } catch (error) {
    undo(world, guest, made);
    throw new Error(`unable to create VM ${guest.vmid} - ${(error as Error).message}`, { cause: error });
  }
  guest.config = options;
  // a start that fails is a warning in the log and nothing else
  if (task.effect.with['start'] === true) powerOn(world, guest, at);
  return told ?? 'OK';
};

const start: Worker = (world, task, at) => {
  const guest = guestOf(world, task);
  const told = fateOf(world.state, 'pve', 'qmstart');
  if (told !== undefined && !told.startsWith('WARNINGS')) return told;
  applyPending(world, guest);
  for (const { file } of cdromsOf(guest))
    if (!world.state.pve.volumes.has(file)) return `volume '${file}' does not exist`;
  if (!guest.running) powerOn(world, guest, at);
  return told ?? 'OK';
};

const stop: Worker = (world, task, at) => {
  const guest = guestOf(world, task);
  powerOff(world, guest, at);
  applyPending(world, guest);
  return fateOf(world.state, 'pve', 'qmstop') ?? 'OK';
};

/** Without a system that hears the power button, only force ends it. */
const shutdown: Worker = (world, task, at) => {
  const guest = guestOf(world, task);
  if (guest.phase.is !== 'up' && task.effect.with['force'] !== true) return 'VM quit/powerdown failed - got timeout';
  powerOff(world, guest, at);
  applyPending(world, guest);
  return 'OK';
};

const reboot: Worker = (world, task, at) => {
  const guest = guestOf(world, task);
  if (guest.phase.is !== 'up') return 'VM quit/powerdown failed';
  powerOff(world, guest, at);
  applyPending(world, guest);
  powerOn(world, guest, at);
  return 'OK';
};

function purge({ state }: World, vmid: number): void {
  for (const job of state.pve.jobs.values()) {
    const ids = (job.options['vmid'] ?? '').split(',').filter((one) => one !== '' && one !== String(vmid));
    if (job.options['vmid'] !== undefined) job.options['vmid'] = ids.join(',');
  }
}

/** Volumes that its configuration names, and with `destroy-unreferenced-disks` whatever else is called after it. */
function freeDisks(world: World, { vmid, config }: Guest, unreferenced: boolean): void {
  const named = new Set(
    Object.entries(config)
      .filter(([name]) => driveName.test(name) || /^unused\d+$/.test(name))
      .map(([, value]) => parseDrive(value).file),
  );
  const mine = [...world.state.pve.volumes.values()].filter((volume) => volume.vmid === vmid);
  for (const { volid } of mine) if (unreferenced || named.has(volid)) freeVolume(world, volid);
}

const destroy: Worker = (world, task) => {
  const guest = guestOf(world, task);
  const { vmid } = guest;
  if (guest.running) return `VM ${vmid} is running - destroy failed`;
  const told = fateOf(world.state, 'pve', 'qmdestroy');
  if (told !== undefined && !told.startsWith('WARNINGS')) return told;
  freeDisks(world, guest, task.effect.with['unreferenced'] === true);
  if (task.effect.with['purge'] === true) purge(world, vmid);
  world.state.pve.guests.delete(vmid);
  return told ?? 'OK';
};

export const pveWorkers: Readonly<Record<string, Worker>> = {
  create,
  restore,
  start,
  stop,
  shutdown,
  reboot,
  destroy,
  nothing: (world, task) => fateOf(world.state, 'pve', task.type) ?? 'OK',
  ...storageWorkers,
  ...backupWorkers,
};
