// SPDX-License-Identifier: GPL-3.0-or-later
import { fateOf } from '../../task.ts';
import type { Task } from '../../state.ts';
import type { World } from '../../world.ts';
import { freeVolume } from '../guests/drives.ts';
import { freeOf } from '../space.ts';
import type { Worker } from '../worker.ts';
import { mismatch } from './content.ts';

/** Overwrites what is there, without a word. */
function keep(world: World, { effect }: Task, at: number, bytes: Uint8Array): string {
  const { volid, storage, content } = effect.with;
  const record = world.state.pve.storages.get(String(storage));
  if (!record) return `storage '${String(storage)}' does not exist`;
  const former = world.state.pve.volumes.get(String(volid))?.size ?? 0;
  if (freeOf(world, record) + former < bytes.length)
    return `cp: error writing '${String(volid)}': No space left on device`;
  world.state.pve.volumes.set(String(volid), {
    volid: String(volid),
    storage: String(storage),
    vmid: undefined,
    content: content === 'import' ? 'import' : 'iso',
    size: bytes.length,
    ctime: at,
    bytes,
    server: undefined,
  });
  return 'OK';
}

const upload: Worker = (world, task, at) => {
  const { arriving } = world.state.pve;
  const volid = String(task.effect.with['volid']);
  const bytes = arriving.get(volid);
  const told = fateOf(world.state, 'pve', task.type);
  if (told !== undefined) return told;
  if (task.effect.with['wrong'] !== '') return String(task.effect.with['wrong']);
  if (!bytes) return `cp: cannot stat '/var/tmp/pveupload': No such file or directory`;
  arriving.delete(volid);
  return keep(world, task, at, bytes);
};

/** With a checksum, what is there and fits stays (PVE::Tools, download_file_from_url). */
const download: Worker = (world, task, at) => {
  const { url, checksum, algorithm, volid } = task.effect.with;
  const told = fateOf(world.state, 'pve', task.type);
  if (told !== undefined) return told;
  const there = world.state.pve.volumes.get(String(volid))?.bytes;
  const sum = String(checksum);
  if (sum !== '' && there && mismatch(there, String(algorithm), sum) === undefined) return 'OK';
  task.log.push(`downloading ${String(url)} to /var/lib/vz/template/iso/`);
  const bytes = world.download(String(url));
  if (!bytes) return `download failed: command '/usr/bin/wget' failed: exit code 8`;
  const wrong = sum === '' ? undefined : mismatch(bytes, String(algorithm), sum);
  return wrong ?? keep(world, task, at, bytes);
};

/** An image that is not there is a line in the log (PVE::Storage::Plugin, free_image). */
const remove: Worker = (world, task) => {
  const volid = String(task.effect.with['volid']);
  const told = fateOf(world.state, 'pve', task.type);
  if (told !== undefined && !told.startsWith('WARNINGS')) return told;
  if (!world.state.pve.volumes.has(volid)) task.log.push(`disk image '${volid}' does not exist`);
  freeVolume(world, volid);
  return told ?? 'OK';
};

export const storageWorkers: Readonly<Record<string, Worker>> = { upload, download, 'delete-volume': remove };
