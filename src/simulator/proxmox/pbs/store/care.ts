// SPDX-License-Identifier: GPL-3.0-or-later
/** Garbage collection, prune, verification (pbs-datastore: datastore.rs, prune.rs; proxmox-backup: verify.rs). */
import { deleteObjects, getObject, headBucket, listObjects, putObject } from '../../s3/client.ts';
import { bad } from '../errors.ts';
import { targetOf } from '../s3.ts';
import type { Datastore, JobRecord, Snapshot } from '../state.ts';
import type { PbsJob, PbsWorker } from '../worker.ts';
import { blobOf, chunkKey, dataOf, digestOfChunk, snapshotName, snapshotPrefix } from './layout.ts';
import { manifestOf } from './refresh.ts';

export function storeOf({ server, task }: PbsJob): Datastore {
  const store = server.datastores.get(String(task.effect.with['store']));
  if (!store) throw bad(`no such datastore '${String(task.effect.with['store'])}'`);
  return store;
}

const minute = 60_000;
const chunkSize = 4_194_304;

/** What a collection tells, before there was one. */
export const noCollection: Readonly<Record<string, number>> = Object.fromEntries(
  [
    'index-file-count',
    'index-data-bytes',
    'disk-bytes',
    'disk-chunks',
    'removed-bytes',
    'removed-chunks',
    'pending-bytes',
    'pending-chunks',
    'removed-bad',
    'still-bad',
  ].map((name) => [name, 0]),
);

function touch(store: Datastore, at: number): number {
  const referenced = new Set(
    [...store.snapshots.values()].flatMap(({ files }) => files.flatMap(({ chunks }) => chunks)),
  );
  for (const digest of referenced) store.markers.set(digest, at);
  return referenced.size;
}

/** Unreferenced, and not touched for 24 hours and 5 minutes: freed at the second daily run at the earliest. */
async function sweep(job: PbsJob, store: Datastore): Promise<{ readonly removed: number; readonly left: number }> {
  const { world, server, at } = job;
  const cutoff = at - Number(/gc-atime-cutoff=(\d+)/.exec(String(store.options['tuning'] ?? ''))?.[1] ?? 1445) * minute;
  const digests = new Set(store.markers.keys());
  const target = store.backend && targetOf(world, server, { ...store.backend, store });
  if (target) {
    digests.clear();
    for (const key of await listObjects(target, `${store.name}/.chunks/`)) digests.add(key.split('/').at(-1) ?? '');
  }
  const old = [...digests].filter((digest) => (store.markers.get(digest) ?? 0) < cutoff);
  if (target)
    await deleteObjects(
      target,
      old.map((digest) => chunkKey(store.name, digest)),
    );
  for (const digest of old) store.markers.delete(digest);
  return { removed: old.length, left: digests.size - old.length };
}

export const gcWorker: PbsWorker = async (job) => {
  const { world, server, task, at } = job;
  const store = storeOf(job);
  if (store.backend && !(await headBucket(targetOf(world, server, { ...store.backend, store }))))
    throw bad('bucket does not exist or no permission to access it');
  const referenced = touch(store, at);
  const { removed, left } = await sweep(job, store);
  task.log.push(`Removed chunks: ${removed}`, `On-Disk chunks: ${left}`);
  store.gcStatus = {
    ...noCollection,
    upid: task.upid,
    'index-file-count': store.snapshots.size,
    'index-data-bytes': referenced * chunkSize,
    'disk-bytes': left * chunkSize,
    'disk-chunks': left,
    'removed-bytes': removed * chunkSize,
    'removed-chunks': removed,
  };
  return 'OK';
};

const windows: readonly (readonly [string, (at: Date) => string])[] = [
  ['keep-last', (at) => at.toISOString()],
  ['keep-hourly', (at) => at.toISOString().slice(0, 13)],
  ['keep-daily', (at) => at.toISOString().slice(0, 10)],
  ['keep-weekly', (at) => String(Math.floor((at.getTime() / 86_400_000 + 3) / 7))],
  ['keep-monthly', (at) => at.toISOString().slice(0, 7)],
  ['keep-yearly', (at) => at.toISOString().slice(0, 4)],
];

/** pbs-datastore, prune.rs: each rule keeps the newest of as many windows as it says, windows that are covered already not counted. */
function keptOf(group: readonly Snapshot[], options: JobRecord['options']): ReadonlySet<Snapshot> {
  // what is protected stays, and covers no window
  const kept = new Set<Snapshot>();
  if (!windows.some(([name]) => options[name] !== undefined)) return new Set(group);
  const free = group.filter((one) => !one.protected);
  for (const [name, windowOf] of windows) {
    const covered = new Set([...kept].map((one) => windowOf(new Date(one.time * 1000))));
    let left = Number(options[name] ?? 0);
    for (const one of free) {
      const window = windowOf(new Date(one.time * 1000));
      if (left === 0) break;
      if (kept.has(one) || covered.has(window)) continue;
      covered.add(window);
      kept.add(one);
      left--;
    }
  }
  return new Set([...kept, ...group.filter((one) => one.protected)]);
}

export function withinNamespace(snapshot: Snapshot, options: JobRecord['options']): boolean {
  const ns = String(options['ns'] ?? '');
  const depth = Number(options['max-depth'] ?? 7);
  if (snapshot.ns !== ns && ns !== '' && !snapshot.ns.startsWith(`${ns}/`)) return false;
  const below = snapshot.ns === ns ? 0 : snapshot.ns.slice(ns === '' ? 0 : ns.length + 1).split('/').length;
  return below <= depth;
}

export async function removeSnapshot(
  { world, server }: Pick<PbsJob, 'world' | 'server'>,
  store: Datastore,
  snapshot: Snapshot,
): Promise<void> {
  if (store.backend) {
    const target = targetOf(world, server, { ...store.backend, store });
    await deleteObjects(target, await listObjects(target, snapshotPrefix(store.name, snapshot)));
  }
  store.snapshots.delete(snapshotName(snapshot));
}

function groupsOf(snapshots: readonly Snapshot[]): readonly (readonly Snapshot[])[] {
  const groups = new Map<string, Snapshot[]>();
  for (const one of snapshots) {
    const name = `${one.ns}:${one.type}/${one.id}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => b.time - a.time));
}

/** Removes of each group what its rules do not keep. */
export async function pruneGroups(
  on: Pick<PbsJob, 'world' | 'server'>,
  store: Datastore,
  given: { readonly snapshots: readonly Snapshot[]; readonly options: JobRecord['options'] },
): Promise<void> {
  for (const group of groupsOf(given.snapshots)) {
    const kept = keptOf(group, given.options);
    for (const snapshot of group) if (!kept.has(snapshot)) await removeSnapshot(on, store, snapshot);
  }
}

export const pruneWorker: PbsWorker = async (job) => {
  const store = storeOf(job);
  const options = JSON.parse(String(job.task.effect.with['options'])) as JobRecord['options'];
  const snapshots = [...store.snapshots.values()].filter((one) => withinNamespace(one, options));
  await pruneGroups(job, store, { snapshots, options });
  return 'OK';
};

/** From S3, every chunk of it, each time. */
async function soundOf(job: PbsJob, store: Datastore, snapshot: Snapshot): Promise<boolean> {
  const target = store.backend && targetOf(job.world, job.server, { ...store.backend, store });
  for (const digest of snapshot.files.flatMap(({ chunks }) => chunks)) {
    if (!target) continue;
    const blob = await getObject(target, chunkKey(store.name, digest));
    const data = blob && dataOf(blob);
    if (!data || digestOfChunk(data) !== digest) {
      job.task.log.push(`chunk ${digest} is corrupt`);
      return false;
    }
  }
  return true;
}

function due(snapshot: Snapshot, options: JobRecord['options'], at: number): boolean {
  const { verification } = snapshot;
  if (!verification || options['ignore-verified'] === false) return true;
  const days = Number(options['outdated-after'] ?? Infinity);
  return at - verification.at > days * 86_400_000;
}

export const verifyWorker: PbsWorker = async (job) => {
  const store = storeOf(job);
  const options = JSON.parse(String(job.task.effect.with['options'])) as JobRecord['options'];
  const failed: string[] = [];
  for (const snapshot of store.snapshots.values()) {
    if (!withinNamespace(snapshot, options) || !due(snapshot, options, job.at)) continue;
    const only = options['only'];
    if (only !== undefined && only !== snapshotName(snapshot)) continue;
    const sound = await soundOf(job, store, snapshot);
    snapshot.verification = { state: sound ? 'ok' : 'failed', upid: job.task.upid, at: job.at };
    if (!sound) failed.push(`${snapshot.type}/${snapshot.id}/${snapshot.time}`);
    if (store.backend) {
      const target = targetOf(job.world, job.server, { ...store.backend, store });
      await putObject(target, `${snapshotPrefix(store.name, snapshot)}index.json.blob`, {
        body: blobOf(manifestOf(snapshot)),
      });
    }
  }
  return failed.length === 0 ? 'OK' : 'verification failed - please check the log for details';
};
