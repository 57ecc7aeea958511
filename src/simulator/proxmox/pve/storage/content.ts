// SPDX-License-Identifier: GPL-3.0-or-later
/** Images on storages: list, upload, download, delete (PVE::API2::Storage::Content, ::Status). */
import { createHash } from 'node:crypto';
import { fork, needed, storageOf, textParam, type PveCall } from '../call.ts';
import { died, wrongParameters } from '../errors.ts';
import { demand, may } from '../permissions.ts';
import type { StorageRecord, Volume } from '../../state.ts';
import type { World } from '../../world.ts';
import { backupContent } from '../backup/content.ts';

const extensions: Readonly<Record<string, RegExp>> = {
  iso: /\.(iso|img)$/i,
  import: /\.(ova|qcow2|raw|vmdk)$/i,
  vztmpl: /\.tar\.(gz|xz|zst)$/i,
};

/** PVE::Storage, normalize_content_filename. */
function plainName(name: string): string {
  return (name.split(/[/\\]/).at(-1) ?? '').replace(/\s/g, '_').replace(/[^-a-zA-Z0-9_.]/g, '_');
}

function shown({ volid, content, size, ctime, vmid }: Volume): object {
  return {
    volid,
    content,
    format: volid.endsWith('.iso') || volid.endsWith('.img') ? 'iso' : 'raw',
    size,
    ctime: Math.floor(ctime / 1000),
    ...(vmid === undefined ? {} : { vmid }),
  };
}

export function contentOfStorage({ state }: World, { id }: StorageRecord): readonly Volume[] {
  return [...state.pve.volumes.values()].filter((volume) => volume.storage === id);
}

export async function listContent({ world, params }: PveCall): Promise<unknown> {
  const storage = storageOf(world, needed(params, 'storage'));
  const content = textParam(params, 'content');
  const vmid = textParam(params, 'vmid');
  if (storage.type === 'pbs') return backupContent(world, storage, vmid);
  return contentOfStorage(world, storage)
    .filter((volume) => content === undefined || volume.content === content)
    .filter((volume) => vmid === undefined || String(volume.vmid) === vmid)
    .map(shown);
}

function target(
  { world, params }: PveCall,
  filename: string,
): { readonly storage: StorageRecord; readonly volid: string } {
  const storage = storageOf(world, needed(params, 'storage'));
  const content = needed(params, 'content');
  if (storage.type !== 'dir' && storage.type !== 'nfs')
    throw died(`can't upload to storage type '${storage.type}', not a file based storage!`);
  if (!(storage.options['content'] ?? '').split(',').includes(content))
    throw died(`storage '${storage.id}' is not configured for content-type '${content}'`);
  const name = plainName(filename);
  if (!extensions[content]?.test(name)) throw wrongParameters({ filename: 'wrong file extension' });
  return { storage, volid: `${storage.id}:${content}/${name}` };
}

/** Of the whole file, in hexadecimal digits. */
export function mismatch(bytes: Uint8Array, algorithm: string, expected: string): string | undefined {
  const got = createHash(algorithm).update(bytes).digest('hex');
  return got === expected.toLowerCase() ? undefined : `checksum mismatch: got '${got}' != expect '${expected}'`;
}

export function uploadFile(call: PveCall): string {
  const { world, params, upload } = call;
  if (!upload) throw wrongParameters({ filename: 'property is missing and it is not optional' });
  const { volid, storage } = target(call, upload.filename);
  const [sum, algorithm] = [textParam(params, 'checksum'), textParam(params, 'checksum-algorithm')];
  if ((sum === undefined) !== (algorithm === undefined))
    throw wrongParameters({ checksum: 'checksum and checksum-algorithm belong together' });
  const wrong = sum !== undefined && algorithm !== undefined ? mismatch(upload.content, algorithm, sum) : undefined;
  world.state.pve.arriving.set(volid, upload.content);
  const effect = {
    kind: 'upload',
    with: { volid, storage: storage.id, content: needed(params, 'content'), wrong: wrong ?? '' },
  };
  return fork(call, { node: needed(params, 'node'), type: 'imgcopy', id: '', ms: 'updateVm', effect });
}

export function downloadFile(call: PveCall): string {
  const { world, params } = call;
  const { volid, storage } = target(call, needed(params, 'filename'));
  if (world.state.pve.tasks.some((task) => task.exit === undefined && task.effect.with['volid'] === volid))
    throw died(`can't lock file`);
  const effect = {
    kind: 'download',
    with: {
      volid,
      storage: storage.id,
      content: needed(params, 'content'),
      url: needed(params, 'url'),
      checksum: textParam(params, 'checksum') ?? '',
      algorithm: textParam(params, 'checksum-algorithm') ?? '',
    },
  };
  const id = volid.split('/').at(-1) ?? '';
  return fork(call, { node: needed(params, 'node'), type: 'download', id, ms: 'download', effect });
}

export function urlMetadata({ world, params }: PveCall): object {
  const url = needed(params, 'url');
  const bytes = world.download(url);
  if (!bytes) throw died(`invalid server response: '404 Not Found'`);
  return {
    filename: new URL(url).pathname.split('/').at(-1) ?? '',
    size: bytes.length,
    mimetype: 'application/octet-stream',
  };
}

function volumeID(storage: string, given: string): string {
  return given.includes(':') ? given : `${storage}:${given}`;
}

export function showVolume({ world, params, caller }: PveCall): object {
  const storage = storageOf(world, needed(params, 'storage'));
  const volid = volumeID(storage.id, needed(params, 'volume'));
  if (!may(world, caller, `/storage/${storage.id}`, 'Datastore.Audit'))
    demand(world, caller, `/storage/${storage.id}`, ['Datastore.AllocateSpace']);
  const volume = world.state.pve.volumes.get(volid);
  if (!volume) throw died(`volume '${volid}' does not exist`);
  const { size } = volume;
  return { path: `/var/lib/vz/template/${volid.split(':')[1] ?? ''}`, size, used: size, format: 'raw' };
}

export function deleteVolume(call: PveCall): string {
  const { world, params, caller } = call;
  const storage = storageOf(world, needed(params, 'storage'));
  const volid = volumeID(storage.id, needed(params, 'volume'));
  const owner = world.state.pve.volumes.get(volid)?.vmid;
  const own =
    owner !== undefined &&
    may(world, caller, `/storage/${storage.id}`, 'Datastore.AllocateSpace') &&
    may(world, caller, `/vms/${owner}`, 'VM.Config.Disk');
  if (!own) demand(world, caller, `/storage/${storage.id}`, ['Datastore.Allocate']);
  const effect = { kind: 'delete-volume', with: { volid } };
  const id = `${owner === undefined ? '' : `${owner}@`}${storage.id}`;
  return fork(call, { node: needed(params, 'node'), type: 'imgdel', id, ms: 'updateVm', effect });
}
