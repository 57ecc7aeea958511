// SPDX-License-Identifier: GPL-3.0-or-later
/** What is in the bucket, brought back to the local metadata (pbs-datastore, datastore.rs: s3_refresh). */
import { getObject, listObjects } from '../../s3/client.ts';
import { targetOf } from '../s3.ts';
import { atLeast } from '../server.ts';
import type { Datastore, Snapshot, SnapshotFile } from '../state.ts';
import type { PbsJob, PbsWorker } from '../worker.ts';
import { chunksOf, contentPrefix, dataOf, snapshotName } from './layout.ts';

interface Manifest {
  readonly 'backup-type': Snapshot['type'];
  readonly 'backup-id': string;
  readonly 'backup-time': number;
  readonly files: readonly {
    readonly filename: string;
    readonly size: number;
    readonly 'crypt-mode': 'none' | 'encrypt';
  }[];
  readonly unprotected?: {
    readonly 'key-fingerprint'?: string;
    readonly notes?: string;
    readonly verify_state?: { readonly state: 'ok' | 'failed'; readonly upid: string };
  };
}

export function manifestOf(snapshot: Snapshot): Uint8Array {
  const { verification, fingerprint, comment } = snapshot;
  const manifest: Manifest = {
    'backup-type': snapshot.type,
    'backup-id': snapshot.id,
    'backup-time': snapshot.time,
    files: snapshot.files.map(({ filename, size, 'crypt-mode': mode }) => ({ filename, size, 'crypt-mode': mode })),
    unprotected: {
      ...(fingerprint === undefined ? {} : { 'key-fingerprint': fingerprint }),
      ...(comment === '' ? {} : { notes: comment }),
      ...(verification ? { verify_state: { state: verification.state, upid: verification.upid } } : {}),
    },
  };
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** `ns/a/ns/b/vm/100/2026-01-05T02:00:00Z/index.json.blob` */
const manifestKey = /^((?:ns\/[^/]+\/)*)(vm|ct|host)\/([^/]+)\/([^/]+)\/index\.json\.blob$/;
const namespaceOf = (text: string) =>
  text
    .split('/')
    .filter((part, at) => at % 2 === 1 && part !== '')
    .join('/');

interface Loading {
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly prefix: string;
}

function snapshotOf({ objects, prefix }: Loading, key: string): Snapshot | undefined {
  const matched = manifestKey.exec(key.slice(prefix.length));
  const data = dataOf(objects.get(key) ?? Buffer.alloc(0));
  if (!matched || !data) return undefined;
  const manifest = JSON.parse(data.toString('utf8')) as Manifest;
  const folder = key.slice(0, -'index.json.blob'.length);
  const files = manifest.files.map((file): SnapshotFile => {
    const index = file.filename.endsWith('idx') ? objects.get(`${folder}${file.filename}`) : undefined;
    return { ...file, chunks: index ? chunksOf(index) : [] };
  });
  const group = folder.split('/').slice(0, -2).join('/');
  const verified = manifest.unprotected?.verify_state;
  return {
    ns: namespaceOf(matched[1] ?? ''),
    type: manifest['backup-type'],
    id: manifest['backup-id'],
    time: manifest['backup-time'],
    owner: objects.get(`${group}/owner`)?.toString('utf8').trim() ?? 'root@pam',
    files,
    fingerprint: manifest.unprotected?.['key-fingerprint'],
    protected: objects.has(`${folder}.protected`),
    comment: manifest.unprotected?.notes ?? '',
    verification: verified ? { ...verified, at: manifest['backup-time'] * 1000 } : undefined,
  };
}

export async function refresh({ world, server, task, at }: PbsJob, store: Datastore): Promise<void> {
  if (!store.backend) return;
  const target = targetOf(world, server, { ...store.backend, store });
  const prefix = contentPrefix(store.name);
  const objects = new Map<string, Buffer>();
  for (const key of await listObjects(target, prefix))
    objects.set(key, (await getObject(target, key)) ?? Buffer.alloc(0));
  store.snapshots.clear();
  store.namespaces.clear();
  for (const key of objects.keys()) {
    const found = snapshotOf({ objects, prefix }, key);
    if (found) {
      store.snapshots.set(snapshotName(found), found);
      if (found.ns !== '') store.namespaces.add(found.ns);
      for (const digest of found.files.flatMap(({ chunks }) => chunks)) store.markers.set(digest, at);
    }
    // empty ones are lost before 4.1.5
    const marker = /^((?:ns\/[^/]+\/)+)\.namespace$/.exec(key.slice(prefix.length));
    if (marker && atLeast(server, '4.1.5')) store.namespaces.add(namespaceOf(marker[1] ?? ''));
  }
  task.log.push(`fetched ${objects.size} objects, found ${store.snapshots.size} snapshots`);
}

export const refreshWorker: PbsWorker = async (job) => {
  const store = job.server.datastores.get(String(job.task.effect.with['store']));
  if (!store) return 'no such datastore';
  // when it fails the mode stays, as in life
  await refresh(job, store);
  store.maintenance = undefined;
  return 'OK';
};
