// SPDX-License-Identifier: GPL-3.0-or-later
/** qmrestore from a PBS (PVE::QemuServer, restore_proxmox_backup_archive; pbs-restore). Every chunk is fetched, and has to be what its digest says. */
import { datastoreOf, demandOpen } from '../../pbs/call.ts';
import { authidOf, pbsDemand } from '../../pbs/permissions.ts';
import { targetOf } from '../../pbs/s3.ts';
import type { Datastore, PbsServer, Snapshot } from '../../pbs/state.ts';
import { chunkKey, dataOf, digestOfChunk, snapshotName, snapshotPrefix } from '../../pbs/store/layout.ts';
import { getObject } from '../../s3/client.ts';
import type { Guest, StorageRecord, Task } from '../../state.ts';
import { fateOf } from '../../task.ts';
import type { World } from '../../world.ts';
import { demand } from '../permissions.ts';
import { keyFingerprint } from '../storage/entries.ts';
import { signIn } from '../storage/pbs-link.ts';
import { linkOfStorage } from '../storage/state.ts';
import type { Worker } from '../worker.ts';
import { allocate, driveName, freeVolume, isCdrom, parseDrive, printDrive, sizeText } from './drives.ts';
import { rendered } from './render.ts';
import { archiveOf, stub } from './restore.ts';

interface Source {
  readonly world: World;
  readonly server: PbsServer;
  readonly store: Datastore;
  readonly snapshot: Snapshot;
}

async function sourceOf(world: World, storage: StorageRecord, volid: string): Promise<Source> {
  const { server, caller } = await signIn(world, linkOfStorage(world, storage));
  const store = datastoreOf({ server }, storage.options['datastore'] ?? '');
  const ns = storage.options['namespace'] ?? '';
  pbsDemand(server, caller, `/datastore/${store.name}${ns === '' ? '' : `/${ns}`}`, ['Datastore.Backup']);
  demandOpen(store, 'read');
  const { id, time } = archiveOf(volid);
  const snapshot = store.snapshots.get(snapshotName({ ns, type: 'vm', id, time }));
  // proxmox-backup, api2/reader: the manifest is opened first
  if (!snapshot) throw new Error(`Unable to read manifest of ${volid}: No such file or directory (os error 2)`);
  if (snapshot.owner !== authidOf(caller)) throw new Error('backup owner check failed');
  return { world, server, store, snapshot };
}

/** pbs-datastore, manifest.rs, check_fingerprint. */
function checkKey({ fingerprint }: Snapshot, have: string | undefined): void {
  if (fingerprint === undefined) return;
  if (have === undefined) throw new Error(`missing key - manifest was created with key ${fingerprint}`);
  if (have !== fingerprint)
    throw new Error(`wrong key - manifest's key ${fingerprint} does not match provided key ${have}`);
}

function bucketOf({ world, server, store }: Source): ReturnType<typeof targetOf> {
  if (!store.backend) throw new TypeError('Only datastores on S3 keep what could be restored.');
  return targetOf(world, server, { ...store.backend, store });
}

async function configOf(source: Source): Promise<Record<string, string>> {
  const { store, snapshot } = source;
  const blob = await getObject(bucketOf(source), `${snapshotPrefix(store.name, snapshot)}qemu-server.conf.blob`);
  const data = blob && dataOf(blob);
  if (!data) throw new Error('unable to load blob qemu-server.conf.blob');
  const lines = data.toString('utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => [...line.matchAll(/^([a-z]+\d*): (.*)$/g)].map(([, a, b]) => [a, b])),
  );
}

async function readArchive(source: Source, chunks: readonly string[]): Promise<void> {
  for (const digest of chunks) {
    const blob = await getObject(bucketOf(source), chunkKey(source.store.name, digest));
    if (!blob) throw new Error(`restore failed: unable to load chunk '${digest}'`);
    const data = dataOf(blob);
    if (!data || digestOfChunk(data) !== digest) throw new Error(`restore failed: wrong digest for chunk '${digest}'`);
  }
}

interface Restoring {
  readonly task: Task;
  readonly guest: Guest;
  readonly made: string[];
}

/** @returns the drives as they are printed */
async function disks(source: Source, { task, guest, made }: Restoring): Promise<Record<string, string>> {
  const { world, snapshot, store } = source;
  const { storage } = task.effect.with;
  const printed: Record<string, string> = {};
  for (const { filename, size, chunks } of snapshot.files) {
    const [, drive] = /^drive-([a-z]+\d+)\.img\.fidx$/.exec(filename) ?? [];
    if (drive === undefined) continue;
    const volume = allocate(world, { storage: String(storage), vmid: guest.vmid, size });
    made.push(volume.volid);
    task.log.push(`new volume ID is '${volume.volid}'`);
    const name = `${snapshot.type}/${snapshot.id}/${archiveTime(snapshot)}`;
    task.log.push(`restore proxmox backup image: /usr/bin/pbs-restore --repository ${store.name} ${name} ${filename}`);
    await readArchive(source, chunks);
    printed[drive] = printDrive({ file: volume.volid, options: { size: sizeText(size) } });
  }
  return printed;
}

const archiveTime = ({ time }: Snapshot) => `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;

/** Drives that were not saved are left out, addresses are new with `unique`, and what was given overrides (restore_update_config_line, restore_merge_config). */
function merged(
  world: World,
  saved: Record<string, string>,
  { task, drives }: { readonly task: Task; readonly drives: Record<string, string> },
): Record<string, string> {
  const { unique, config } = task.effect.with;
  const kept = Object.entries(saved).flatMap(([name, value]): readonly (readonly [string, string])[] => {
    if (name === 'lock') return [];
    if (driveName.test(name) && !isCdrom(parseDrive(value))) return [];
    const fresh =
      unique === true && /^net\d+$/.test(name) ? value.replace(/=(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i, '') : value;
    return [[name, /^net\d+$/.test(name) ? rendered(world.state.random, [name, fresh]) : fresh]];
  });
  return { ...Object.fromEntries(kept), ...drives, ...(JSON.parse(String(config)) as Record<string, string>) };
}

/** PVE::QemuServer, check_restore_permissions: bridges of what was saved. */
function checkBridges(world: World, { authid }: Task, config: Readonly<Record<string, string>>): void {
  const [user = '', token] = authid.split('!');
  const caller = { user, ...(token === undefined ? {} : { token }) };
  for (const [name, value] of Object.entries(config)) {
    const bridge = /^net\d+$/.test(name) ? /(?:^|,)bridge=([^,]+)/.exec(value)?.[1] : undefined;
    if (bridge !== undefined) demand(world, caller, `/sdn/zones/localnetwork/${bridge}`, ['SDN.Use']);
  }
}

async function restored(world: World, restoring: Restoring): Promise<string> {
  const { task, guest } = restoring;
  const volid = String(task.effect.with['archive']);
  const storage = world.state.pve.storages.get(archiveOf(volid).storage);
  if (!storage) throw new Error(`storage '${archiveOf(volid).storage}' does not exist`);
  const source = await sourceOf(world, storage, volid);
  checkKey(source.snapshot, keyFingerprint(world.state.pve.secrets.get(storage.id)));
  const saved = await configOf(source);
  const config = merged(world, saved, { task, drives: await disks(source, restoring) });
  checkBridges(world, task, config);
  const told = fateOf(world.state, 'pve', 'qmrestore');
  if (told !== undefined && !told.startsWith('WARNINGS')) throw new Error(told);
  guest.config = config;
  guest.pool = String(task.effect.with['pool']);
  return told ?? 'OK';
}

/** What fails frees its disks and its lock, and leaves the stub. */
export const restore: Worker = async (world, task) => {
  const guest = world.state.pve.guests.get(Number(task.effect.with['vmid']));
  if (!guest) throw new Error(`Configuration file for ${String(task.effect.with['vmid'])} does not exist`);
  const made: string[] = [];
  try {
    return await restored(world, { task, guest, made });
  } catch (error) {
    for (const volid of made) freeVolume(world, volid);
    guest.config = { ...stub };
    throw error;
  }
};
