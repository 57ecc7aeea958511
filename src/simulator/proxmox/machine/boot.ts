// SPDX-License-Identifier: GPL-3.0-or-later
/** What a guest does once it is switched on: firmware, installer or operating system. */
import { AnswerError, parseAnswer, type Answer } from '../iso/answer.ts';
import { readIso, type IsoImage } from '../iso/read.ts';
import { parseToml, TomlError } from '../iso/toml.ts';
import { cdromsOf, disksOf, isCdrom, parseDrive, type Drive } from '../pve/guests/drives.ts';
import type { Guest, Phase } from '../state.ts';
import type { World } from '../world.ts';

/** Decoded once: images are big, and nobody changes them in place. */
const kept = new WeakMap<Uint8Array, { readonly image: IsoImage | undefined }>();

function imageOf({ state }: World, { file }: Drive): IsoImage | undefined {
  const bytes = state.pve.volumes.get(file)?.bytes;
  if (!bytes) return undefined;
  const known = kept.get(bytes) ?? { image: readIso(bytes) };
  kept.set(bytes, known);
  return known.image;
}

const waiting = (why: string): Phase => ({ is: 'waiting', why });

/** `order=scsi0;ide2`, or what is there. */
function bootOrder({ config }: Guest): readonly string[] {
  const order = /(?:^|,)order=([^,]*)/.exec(config['boot'] ?? '')?.[1];
  if (order !== undefined) return order.split(';').filter((name) => name !== '');
  return Object.keys(config).filter((name) => /^(scsi|sata|virtio|ide)\d+$/.test(name));
}

export interface Product {
  readonly product: string;
  readonly release: string;
  /** Undefined: the stock image, which waits at its menu. */
  readonly mode: string | undefined;
  readonly label: string;
}

function settingsOf(image: IsoImage): Pick<Product, 'mode' | 'label'> {
  const mode = image.files.get('/auto-installer-mode.toml');
  if (!mode) return { mode: undefined, label: '' };
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  try {
    const settings = parseToml(Buffer.from(mode).toString('utf8'));
    const label = settings['partition_label'] ?? settings['partition-label'];
    return { mode: text(settings['mode'], 'broken'), label: text(label, 'PROXMOX-AIS') };
  } catch (error) {
    if (error instanceof TomlError) return { mode: 'broken', label: '' };
    throw error;
  }
}

/** `.cd-info` of Proxmox's images, and what prepare-iso adds (proxmox-auto-install-assistant, main.rs). */
export function productOf(image: IsoImage): Product | undefined {
  const info = image.files.get('/.cd-info');
  if (!info) return undefined;
  const text = Buffer.from(info).toString('utf8');
  const word = (name: string) => new RegExp(`^${name}='?([^'\\n]*)'?$`, 'm').exec(text)?.[1] ?? '';
  return { product: word('PRODUCT'), release: word('RELEASE'), ...settingsOf(image) };
}

const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** The label as it is, in capitals and in small letters (fetch_plugins/partition.rs); the file by its exact name. */
function answerText(world: World, guest: Guest, own: IsoImage, { mode, label }: Product): string | Phase {
  if (mode === 'iso') {
    const inside = own.files.get('/answer.toml');
    return inside ? decode(inside) : waiting('no answer.toml in the image');
  }
  if (mode !== 'partition')
    return waiting(mode === 'http' ? 'no answer server is simulated' : `auto-installer-mode.toml says ${mode}`);
  const labels = [label, label.toUpperCase(), label.toLowerCase()];
  const found = cdromsOf(guest)
    .map((drive) => imageOf(world, drive))
    .find((image) => image !== undefined && labels.includes(image.label));
  if (!found) return waiting(`no partition with the label ${label}`);
  const file = found.files.get('/answer.toml');
  return file ? decode(file) : waiting(`no file answer.toml on ${label}`);
}

function glob(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}

export function macOf({ config }: Guest): string {
  return (/=((?:[0-9A-F]{2}:){5}[0-9A-F]{2})/i.exec(config['net0'] ?? '')?.[1] ?? '').toLowerCase();
}

/** QEMU's own name for a SCSI disk without a serial number (scsi-disk.c: the drive's id), as udev tells it. */
function propertiesOf(slot: string, at: number): Readonly<Record<string, string>> {
  const serial = slot.startsWith('scsi') ? { ID_SERIAL: `0QEMU_QEMU_HARDDISK_drive-${slot}` } : {};
  return { DEVNAME: `/dev/sd${String.fromCharCode(97 + at)}`, ...serial };
}

/** On which of its disks a machine is installed: the first that is named, or that fits the filter; `undefined`: on none. */
export function targetDisk(guest: Guest, answer: Answer): Drive | undefined {
  const disks = disksOf(guest);
  const filter = Object.entries(answer.diskFilter);
  if (filter.length === 0) return disks[(answer.diskList[0]?.charCodeAt(2) ?? 97) - 97]?.drive;
  const fits = ({ name }: { readonly name: string }, at: number) => {
    const known = propertiesOf(name, at);
    const each = filter.map(([property, pattern]) => glob(pattern).test(known[property] ?? ''));
    return answer.diskFilterAll ? each.every(Boolean) : each.some(Boolean);
  };
  return disks.find(fits)?.drive;
}

/** What does not fit the machine (proxmox-auto-installer, utils.rs: get_network_settings, get_disk, get_matched_udev_indexes). */
function misfit(guest: Guest, answer: Answer): string | undefined {
  const mac = macOf(guest).replaceAll(':', '');
  const properties: Readonly<Record<string, string>> = {
    ID_NET_NAME_MAC: `enx${mac}`,
    ID_NET_NAME: 'ens18',
    INTERFACE: 'ens18',
  };
  for (const [name, pattern] of Object.entries(answer.networkFilter))
    if (!glob(pattern).test(properties[name] ?? '')) return 'No network interface matching the filter found';
  if (mac === '' && answer.network.source === 'from-answer') return 'No network interface found';
  const names = disksOf(guest).map((_, at) => `sd${String.fromCharCode(97 + at)}`);
  const missing = answer.diskList.find((disk) => !names.includes(disk));
  if (missing !== undefined) return `disk in 'disk-list' not found: ${missing}`;
  if (names.length === 0) return 'no disks found';
  return targetDisk(guest, answer) ? undefined : 'filter did not match any devices';
}

export interface Installation {
  readonly answer: Answer;
  readonly release: string;
}

export function installationOf(world: World, guest: Guest): Installation | Phase {
  const images = bootOrder(guest)
    .map((name) => parseDrive(guest.config[name] ?? 'none'))
    .filter((drive) => isCdrom(drive))
    .map((drive) => imageOf(world, drive))
    .flatMap((image) => image ?? []);
  const [image] = images;
  if (!image) return waiting('nothing to boot from');
  const product = productOf(image);
  if (!product) return waiting('what is in the drive does not boot');
  if (product.mode === undefined) return waiting('the stock image waits at its menu');
  if (product.product !== 'pbs') return waiting(`${product.product} is not simulated`);
  const text = answerText(world, guest, image, product);
  if (typeof text !== 'string') return text;
  try {
    const answer = parseAnswer(text);
    const wrong = misfit(guest, answer);
    return wrong === undefined ? { answer, release: product.release } : waiting(wrong);
  } catch (error) {
    if (error instanceof AnswerError) return waiting(`answer.toml: ${error.message}`);
    throw error;
  }
}

/** The disk that it boots, when something is installed on one. */
export function bootVolume({ state }: World, guest: Guest): string | undefined {
  return bootOrder(guest)
    .map((name) => parseDrive(guest.config[name] ?? 'none').file)
    .find((volid) => state.pve.volumes.get(volid)?.server !== undefined);
}

/**
 * The first in the order that the firmware takes for bootable. Of a disk it looks at the signature alone (SeaBIOS, boot.c: boot_disk): one
 * that is empty it passes over, and one with a partition table and no loader yet it jumps into, and never comes back.
 */
function firstOf(world: World, guest: Guest): 'disk' | 'nowhere' | 'cd' | undefined {
  for (const name of bootOrder(guest)) {
    const drive = parseDrive(guest.config[name] ?? 'none');
    const volume = world.state.pve.volumes.get(drive.file);
    if (volume?.server !== undefined) return 'disk';
    if (volume?.cutOff === true) return 'nowhere';
    if (isCdrom(drive) && imageOf(world, drive)) return 'cd';
  }
  return undefined;
}

export function powerOn(world: World, guest: Guest, at: number): void {
  guest.running = true;
  guest.startedAt = at;
  const first = firstOf(world, guest);
  if (first === 'disk') {
    guest.phase = { is: 'booting', until: at + world.times.boot };
    return;
  }
  if (first === 'nowhere') {
    guest.phase = waiting('Booting from Hard Disk...');
    return;
  }
  const found = installationOf(world, guest);
  guest.phase = 'is' in found ? found : { is: 'installing', until: at + world.times.install };
}

/** Of an installation: the installer has asked for nothing more, and writes the partition table before all else. */
const partitionedAfter = 0.2;

/**
 * What an installation leaves that does not come to its end: whatever was on the disk is gone with the partition table; the boot loader would
 * have come last (pve-installer, Proxmox/Sys/Block.pm: partition_bootable_disk; Proxmox/Install.pm: extract_data).
 */
function cutOff(world: World, guest: Guest, at: number): void {
  const { phase } = guest;
  if (phase.is !== 'installing' || at >= phase.until) return;
  const found = installationOf(world, guest);
  if ('is' in found || phase.until - at > world.times.install * (1 - partitionedAfter)) return;
  const volume = world.state.pve.volumes.get(targetDisk(guest, found.answer)?.file ?? '');
  if (!volume) return;
  if (volume.server !== undefined) world.state.servers.delete(volume.server);
  volume.server = undefined;
  volume.cutOff = true;
}

export function powerOff(world: World, guest: Guest, at: number): void {
  cutOff(world, guest, at);
  guest.running = false;
  guest.phase = { is: 'off' };
}
