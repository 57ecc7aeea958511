// SPDX-License-Identifier: GPL-3.0-or-later
/** The workers that make and unmake datastores (api2/config/datastore.rs, do_create_datastore; pbs-datastore, chunk_store.rs and datastore.rs). */
import { deleteObject, deleteObjects, getObject, listObjects, putObject, type S3Target } from '../../s3/client.ts';
import { targetOf } from '../s3.ts';
import type { Datastore, JobRecord, PbsServer } from '../state.ts';
import type { PbsJob, PbsWorker } from '../worker.ts';
import { noCollection } from './care.ts';
import { blobOf, chunkKey, digestOfChunk, inUseKey } from './layout.ts';
import { refresh } from './refresh.ts';
import type { Backend } from './config.ts';

interface Wanted {
  readonly name: string;
  readonly path: string;
  readonly backend: Backend | undefined;
  readonly reuse: boolean;
  readonly overwrite: boolean;
}

function wantedOf({ task }: PbsJob): Wanted {
  const { name, path, backend, reuse, overwrite } = task.effect.with;
  return {
    name: String(name),
    path: String(path),
    backend: backend === '' ? undefined : (JSON.parse(String(backend)) as Backend),
    reuse: reuse === true,
    overwrite: overwrite === true,
  };
}

/** What `path` lies on is full, or there is no such directory to lie on. */
function spaceProblem(server: PbsServer, path: string): string | undefined {
  return [...server.full].some((one) => path === one || path.startsWith(`${one}/`))
    ? 'No space left on device (os error 28)'
    : undefined;
}

/** 65536 directories; whatever fails afterwards, they stay. */
function makeChunkStore(server: PbsServer, { name, path, reuse, backend }: Wanted): void {
  if (reuse && backend) server.chunkStores.delete(path);
  const problem = spaceProblem(server, path);
  if (problem !== undefined)
    throw new Error(`unable to create chunk store '${name}' at "${path}/.chunks" - ${problem}`);
  if (!reuse && server.chunkStores.has(path))
    throw new Error(`unable to create chunk store '${name}' at "${path}/.chunks" - EEXIST: File exists`);
  server.chunkStores.add(path);
}

export async function hostInUse(target: S3Target): Promise<string | undefined> {
  const content = await getObject(target, inUseKey(target.store));
  if (!content) return undefined;
  try {
    return String((JSON.parse(content.toString('utf8')) as { readonly hostname?: unknown }).hostname);
  } catch {
    return 'unknown';
  }
}

/** Only one server at a time. */
async function occupy(target: S3Target, { overwrite }: Wanted): Promise<void> {
  const host = overwrite ? undefined : await hostInUse(target);
  if (host !== undefined) throw new Error(`Bucket already contains datastore in use by host ${host}`);
}

const zeroChunk = () => new Uint8Array(Buffer.from('zstd:4194304 bytes of zero'));

async function furnish(target: S3Target, { name }: Wanted): Promise<void> {
  const marker = new TextEncoder().encode(JSON.stringify({ hostname: target.server.hostname }));
  await putObject(target, inUseKey(name), { body: marker });
  const zero = zeroChunk();
  await putObject(target, chunkKey(name, digestOfChunk(zero)), { body: blobOf(zero), onlyNew: true });
}

function newDatastore(job: PbsJob, wanted: Wanted): Datastore {
  const { options, maintenance } = job.task.effect.with;
  const { name, path, backend, reuse } = wanted;
  return {
    name,
    path,
    backend,
    options: JSON.parse(String(options)) as Datastore['options'],
    maintenance: reuse && backend ? 's3-refresh' : maintenance === '' ? undefined : String(maintenance),
    snapshots: new Map(),
    namespaces: new Set(),
    markers: new Map(backend ? [[digestOfChunk(zeroChunk()), job.at]] : []),
    counters: { get: 0, put: 0, post: 0, head: 0, delete: 0, uploaded: 0, downloaded: 0 },
    gcSince: job.at,
    gcStatus: noCollection,
    createdAt: job.at,
  };
}

export const createWorker: PbsWorker = async (job) => {
  const { world, server, task } = job;
  const wanted = wantedOf(job);
  const target = wanted.backend && targetOf(world, server, { ...wanted.backend, name: wanted.name });
  if (target) await occupy(target, wanted);
  makeChunkStore(server, wanted);
  if (target) await furnish(target, wanted);
  // what fails from here on leaves directories and marker (pbs-config is written last, api2/config/datastore.rs)
  if (task.ending?.afterEffect === true && !task.ending.exit.startsWith('WARNINGS')) return task.ending.exit;
  const store = newDatastore(job, wanted);
  server.datastores.set(store.name, store);
  const prune = String(task.effect.with['prune']);
  if (prune !== '') {
    const made = JSON.parse(prune) as Omit<JobRecord, 'since'>;
    server.prune.set(made.id, { ...made, since: job.at });
  }
  if (store.maintenance === 's3-refresh') {
    await refresh(job, store);
    store.maintenance = undefined;
  }
  return 'OK';
};

function dropJobs(server: PbsServer, store: string): void {
  for (const jobs of [server.prune, server.verify])
    for (const [id, { options }] of jobs) if (options['store'] === store) jobs.delete(id);
  server.access.acl = server.access.acl.filter(
    ({ path }) => path !== `/datastore/${store}` && !path.startsWith(`/datastore/${store}/`),
  );
}

/** Without `destroy-data` the bucket keeps all but the marker, and so does the disk. */
export const deleteWorker: PbsWorker = async ({ world, server, task }) => {
  const { name, destroy, 'keep-jobs': keepJobs } = task.effect.with;
  const store = server.datastores.get(String(name));
  if (!store) return `no such datastore '${String(name)}'`;
  const target = store.backend && targetOf(world, server, { ...store.backend, store });
  if (target && destroy === true) await deleteObjects(target, await listObjects(target, `${store.name}/`));
  else if (target) await deleteObject(target, inUseKey(store.name));
  if (destroy === true) server.chunkStores.delete(store.path);
  server.datastores.delete(store.name);
  if (keepJobs !== true) dropJobs(server, store.name);
  return 'OK';
};
