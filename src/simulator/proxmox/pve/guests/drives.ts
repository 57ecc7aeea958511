// SPDX-License-Identifier: GPL-3.0-or-later
/** Drives and volumes of guests (PVE::QemuServer::Drive; PVE::Storage). */
import { printPropertyString } from '../../contract/property-string.ts';
import type { Guest, Volume } from '../../state.ts';
import type { World } from '../../world.ts';
import { died } from '../errors.ts';
import { freeOf } from '../space.ts';

export const driveName = /^(ide[0-3]|sata[0-5]|scsi(?:[0-9]|[12][0-9]|30)|virtio(?:[0-9]|1[0-5])|efidisk0|tpmstate0)$/;
/** PVE::QemuServer::Drive, $NEW_DISK_RE */
export const newDisk = /^(?:([^/:\s]+):)(\d+(?:\.\d+)?)$/;

export interface Drive {
  readonly file: string;
  readonly options: Readonly<Record<string, string>>;
}

export function parseDrive(text: string): Drive {
  const [first = '', ...rest] = text.split(',');
  const options = Object.fromEntries(
    rest.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  return { file: first.replace(/^file=/, ''), options };
}

export function printDrive({ file, options }: Drive): string {
  const sorted = Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  return printPropertyString({ file, ...sorted }, 'file');
}

export const isCdrom = ({ options }: Drive) => options['media'] === 'cdrom';

export const gib = 1024 ** 3;

export function sizeText(bytes: number): string {
  for (const [unit, factor] of [
    ['T', 1024 ** 4],
    ['G', gib],
    ['M', 1024 ** 2],
    ['K', 1024],
  ] as const)
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  return `${Math.ceil(bytes / 1024)}K`;
}

export function sizeOf(text: string): number {
  const matched = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  const factor = { K: 1024, M: 1024 ** 2, G: gib, T: 1024 ** 4 }[matched?.[2] ?? ''] ?? 1;
  return Number(matched?.[1] ?? 0) * factor;
}

function newVolumeID(world: World, storage: string, vmid: number): string {
  const { type } = world.state.pve.storages.get(storage) ?? { type: 'dir' };
  for (let n = 0; ; n++) {
    const name = `vm-${vmid}-disk-${n}`;
    const volid = type === 'dir' ? `${storage}:${vmid}/${name}.raw` : `${storage}:${name}`;
    if (!world.state.pve.volumes.has(volid)) return volid;
  }
}

/** @throws {PveError} when the storage has no room */
export function allocate(
  world: World,
  { storage, vmid, size }: { storage: string; vmid: number; size: number },
): Volume {
  const record = world.state.pve.storages.get(storage);
  if (!record) throw died(`storage '${storage}' does not exist`);
  if (freeOf(world, record) < size) throw died(`lvcreate 'pve/vm-${vmid}-disk-0' error:   Free space too small`);
  const volume: Volume = {
    volid: newVolumeID(world, storage, vmid),
    storage,
    vmid,
    content: 'images',
    size,
    ctime: world.clock.now(),
    bytes: undefined,
    server: undefined,
  };
  world.state.pve.volumes.set(volume.volid, volume);
  return volume;
}

/** Frees it, and what is installed on it is gone. */
export function freeVolume(world: World, volid: string): void {
  const volume = world.state.pve.volumes.get(volid);
  world.state.pve.volumes.delete(volid);
  if (volume?.server !== undefined) world.state.servers.delete(volume.server);
}

/** Allocates what asks for it and prints the drive as PVE keeps it. */
export function realise(
  world: World,
  vmid: number,
  text: string,
): { readonly printed: string; readonly made?: string } {
  const drive = parseDrive(text);
  const asked = newDisk.exec(drive.file);
  if (asked && !isCdrom(drive)) {
    const volume = allocate(world, { storage: asked[1] ?? '', vmid, size: Number(asked[2]) * gib });
    return {
      printed: printDrive({ file: volume.volid, options: { ...drive.options, size: sizeText(volume.size) } }),
      made: volume.volid,
    };
  }
  const known = world.state.pve.volumes.get(drive.file);
  return {
    printed: printDrive({
      file: drive.file,
      options: { ...drive.options, ...(known ? { size: sizeText(known.size) } : {}) },
    }),
  };
}

/** Its disks in the order in which the kernel names them: sda, sdb, … */
export function disksOf({ config }: Guest): readonly { readonly name: string; readonly drive: Drive }[] {
  return Object.keys(config)
    .filter((name) => driveName.test(name))
    .map((name) => ({ name, drive: parseDrive(config[name] ?? '') }))
    .filter(({ drive }) => !isCdrom(drive))
    .sort((a, b) => order(a.name) - order(b.name));
}

export function cdromsOf({ config }: Guest): readonly Drive[] {
  return Object.keys(config)
    .filter((name) => driveName.test(name))
    .sort()
    .map((name) => parseDrive(config[name] ?? ''))
    .filter((drive) => isCdrom(drive) && drive.file !== 'none');
}

function order(name: string): number {
  const bus = ['scsi', 'sata', 'ide', 'virtio'].findIndex((one) => name.startsWith(one));
  return bus * 100 + Number(/\d+$/.exec(name)?.[0] ?? 0);
}
