// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup as a client writes it: chunks that are new, indexes, the manifest last (proxmox-backup-client; api2/backup). */
import { putObject } from '../../s3/client.ts';
import { datastoreOf, demandOpen } from '../call.ts';
import { bad } from '../errors.ts';
import { authidOf, pbsDemand, type PbsCaller } from '../permissions.ts';
import { targetOf } from '../s3.ts';
import type { Datastore, PbsServer, Snapshot, SnapshotFile } from '../state.ts';
import type { World } from '../../world.ts';
import {
  blobOf,
  chunkKey,
  digestOfChunk,
  groupPrefix,
  indexOf,
  namespaceKey,
  snapshotName,
  snapshotPrefix,
} from './layout.ts';
import { manifestOf } from './refresh.ts';

export interface Archive {
  /** `drive-scsi0.img` */
  readonly name: string;
  readonly size: number;
  /** What is on it; the same content is the same chunk. */
  readonly content: string;
}

export interface NewBackup {
  readonly store: string;
  readonly ns: string;
  readonly type: 'vm' | 'ct';
  readonly id: string;
  readonly time: number;
  readonly archives: readonly Archive[];
  readonly config: string;
  readonly fingerprint: string | undefined;
  /** A chunk arrives other than its digest says. */
  readonly corrupt: boolean;
}

type Put = (key: string, body: Uint8Array, onlyNew?: boolean) => Promise<void>;

function groupOwner(store: Datastore, { ns, type, id }: NewBackup): string | undefined {
  return [...store.snapshots.values()].find((one) => one.ns === ns && one.type === type && one.id === id)?.owner;
}

/** The first one's authid owns the group; a user what its tokens own, never the other way round. */
function checkOwner(store: Datastore, backup: NewBackup, authid: string): void {
  const owner = groupOwner(store, backup);
  if (owner !== undefined && owner !== authid && !owner.startsWith(`${authid}!`))
    throw bad(`backup owner check failed (${authid} != ${owner})`);
}

function putterOf(world: World, server: PbsServer, store: Datastore): Put {
  if ([...server.full].some((one) => store.path === one || store.path.startsWith(`${one}/`)))
    throw bad('No space left on device (os error 28)');
  const { backend } = store;
  if (!backend) return () => Promise.resolve();
  const target = targetOf(world, server, { ...backend, store });
  return (key, body, onlyNew = false) => putObject(target, key, { body, onlyNew });
}

async function writeArchive(
  put: Put,
  { store, backup, now }: { store: Datastore; backup: NewBackup; now: number },
  archive: Archive,
): Promise<SnapshotFile> {
  const data = new TextEncoder().encode(`${backup.fingerprint ?? ''}:${archive.content}`);
  const digest = digestOfChunk(data);
  if (!store.markers.has(digest) || backup.corrupt)
    await put(chunkKey(store.name, digest), blobOf(backup.corrupt ? data.subarray(1) : data), !backup.corrupt);
  store.markers.set(digest, now);
  const file = {
    filename: `${archive.name}.fidx`,
    size: archive.size,
    'crypt-mode': modeOf(backup),
    chunks: [digest],
  } as const;
  await put(`${snapshotPrefix(store.name, backup)}${file.filename}`, indexOf(archive.size, file.chunks));
  return file;
}

const modeOf = ({ fingerprint }: NewBackup) => (fingerprint === undefined ? 'none' : 'encrypt');

export async function writeBackup(
  world: World,
  server: PbsServer,
  caller: PbsCaller,
  backup: NewBackup,
): Promise<Snapshot> {
  const store = datastoreOf({ server }, backup.store);
  const authid = authidOf(caller);
  pbsDemand(server, caller, `/datastore/${store.name}${backup.ns === '' ? '' : `/${backup.ns}`}`, ['Datastore.Backup']);
  demandOpen(store, 'write');
  if (backup.ns !== '' && !store.namespaces.has(backup.ns)) throw bad(`namespace not found`);
  checkOwner(store, backup, authid);
  if (store.snapshots.has(snapshotName(backup))) throw bad('backup snapshot already exists');
  const put = putterOf(world, server, store);
  if (groupOwner(store, backup) === undefined)
    await put(`${groupPrefix(store.name, backup)}owner`, new TextEncoder().encode(`${authid}\n`));
  const files: SnapshotFile[] = [];
  for (const archive of backup.archives)
    files.push(await writeArchive(put, { store, backup, now: world.clock.now() }, archive));
  const config = new TextEncoder().encode(backup.config);
  const name = backup.type === 'vm' ? 'qemu-server.conf.blob' : 'pct.conf.blob';
  await put(`${snapshotPrefix(store.name, backup)}${name}`, blobOf(config));
  files.push({ filename: name, size: config.length + 12, 'crypt-mode': modeOf(backup), chunks: [] });
  const { ns, type, id, time, fingerprint } = backup;
  const snapshot: Snapshot = {
    ns,
    type,
    id,
    time,
    owner: groupOwner(store, backup) ?? authid,
    files,
    fingerprint,
    protected: false,
    comment: '',
    verification: undefined,
  };
  await put(`${snapshotPrefix(store.name, backup)}index.json.blob`, blobOf(manifestOf(snapshot)));
  store.snapshots.set(snapshotName(snapshot), snapshot);
  return snapshot;
}

/** It is kept locally only; the marker of an empty one is an empty object. */
export async function makeNamespace(world: World, server: PbsServer, store: Datastore, ns: string): Promise<void> {
  await putterOf(world, server, store)(namespaceKey(store.name, ns), new Uint8Array(0));
  store.namespaces.add(ns);
}
