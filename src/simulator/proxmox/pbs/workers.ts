// SPDX-License-Identifier: GPL-3.0-or-later
/** What a PBS's workers do when they are done. */
import { createWorker, deleteWorker } from './store/create.ts';
import { gcWorker, pruneWorker, verifyWorker } from './store/care.ts';
import { refreshWorker } from './store/refresh.ts';
import type { PbsWorker } from './worker.ts';

const directory: PbsWorker = ({ server, task }) => {
  const { name, disk, size, filesystem } = task.effect.with;
  server.mounts.push({
    name: String(name),
    path: `/mnt/datastore/${String(name)}`,
    device: String(disk),
    filesystem: String(filesystem),
    size: Number(size),
  });
  return 'OK';
};

export const pbsWorkers: Readonly<Record<string, PbsWorker>> = {
  directory,
  'create-datastore': createWorker,
  'delete-datastore': deleteWorker,
  's3-refresh': refreshWorker,
  garbage_collection: gcWorker,
  prune: pruneWorker,
  verify: verifyWorker,
};
