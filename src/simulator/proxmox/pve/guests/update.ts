// SPDX-License-Identifier: GPL-3.0-or-later
/** Changes of a guest's configuration (PVE::API2::Qemu, update_vm; PVE::QemuServer, vmconfig_hotplug_pending). */
import type { Guest } from '../../state.ts';
import type { World } from '../../world.ts';
import { demandUnlocked, fork, guestOf, textParam, type PveCall } from '../call.ts';
import { died, wrongParameters } from '../errors.ts';
import { checkChange } from './access.ts';
import { driveName, freeVolume, isCdrom, parseDrive, realise, sizeOf, sizeText, printDrive } from './drives.ts';
import { digestOf, rendered } from './render.ts';

const notOptions = new Set([
  'vmid',
  'node',
  'delete',
  'revert',
  'digest',
  'force',
  'skiplock',
  'background_delay',
  'import-working-storage',
]);

/** Takes effect while the guest runs: what needs no hotplug, and network cards and SCSI disks, which have it (`hotplug` default). */
const atOnce =
  /^(name|onboot|startup|description|protection|tags|hookscript|shares|lock|net\d+|scsi\d+|virtio\d+|unused\d+)$/;

/** A drive whose medium alone changes is changed at once, too. */
function live(guest: Guest, name: string, value: string | null): boolean {
  if (atOnce.test(name)) return true;
  const former = guest.config[name];
  return (
    value !== null &&
    former !== undefined &&
    driveName.test(name) &&
    isCdrom(parseDrive(former)) &&
    isCdrom(parseDrive(value))
  );
}

function unusedName({ config }: Guest): string {
  for (let n = 0; ; n++) if (config[`unused${n}`] === undefined) return `unused${n}`;
}

export function applyOption(world: World, guest: Guest, name: string, value: string | null): void {
  const former = guest.config[name];
  if (value !== null) {
    guest.config[name] = value;
    return;
  }
  delete guest.config[name];
  if (former === undefined) return;
  if (name.startsWith('unused')) freeVolume(world, former);
  else if (driveName.test(name) && !isCdrom(parseDrive(former)))
    guest.config[unusedName(guest)] = parseDrive(former).file;
}

/** At the next start. */
export function applyPending(world: World, guest: Guest): void {
  for (const [name, value] of Object.entries(guest.pending)) applyOption(world, guest, name, value);
  guest.pending = {};
}

function changesOf(call: PveCall, guest: Guest): Record<string, string | undefined> {
  const { world, params } = call;
  const changes: Record<string, string | undefined> = {};
  for (const name of (textParam(params, 'delete') ?? '').split(/[,;\s]+/)) if (name !== '') changes[name] = undefined;
  for (const [given, value] of Object.entries(params)) {
    if (notOptions.has(given)) continue;
    const name = given === 'cdrom' ? 'ide2' : given;
    if (Object.hasOwn(changes, name))
      throw wrongParameters({ [name]: `duplicate parameter: '${name}' is also in delete` });
    const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    changes[name] = rendered(world.state.random, [name, text], guest.config[name]);
  }
  return changes;
}

function checkDigest(guest: Guest, given: string | undefined): void {
  if (given !== undefined && given !== digestOf(guest.config))
    throw died('detected modified configuration - file changed by other user? Try again.');
}

/** PVE::API2::Qemu, update_vm; CD drives are drives, too. */
function checkProtection({ config }: Guest, changes: Readonly<Record<string, string | undefined>>): void {
  if (config['protection'] !== '1') return;
  const [drive] = Object.keys(changes).filter((name) => changes[name] === undefined && driveName.test(name));
  if (drive !== undefined && config[drive] !== undefined)
    throw died(`can't remove drive '${drive}' - protection mode enabled`);
}

function perform({ world }: PveCall, guest: Guest, changes: Readonly<Record<string, string | undefined>>): void {
  for (const [name, asked] of Object.entries(changes)) {
    const value = asked === undefined ? null : driveName.test(name) ? realise(world, guest.vmid, asked).printed : asked;
    if (guest.running && !live(guest, name, value)) guest.pending[name] = value;
    else {
      delete guest.pending[name];
      applyOption(world, guest, name, value);
    }
  }
}

export function updateGuest(call: PveCall, how: 'async' | 'sync'): string | null {
  const guest = guestOf(call);
  const changes = changesOf(call, guest);
  for (const name of (textParam(call.params, 'revert') ?? '').split(/[,;\s]+/)) delete guest.pending[name];
  checkChange(call, { vmid: guest.vmid, pool: undefined, options: changes, former: guest.config });
  checkDigest(guest, textParam(call.params, 'digest'));
  demandUnlocked(guest);
  checkProtection(guest, changes);
  perform(call, guest, changes);
  if (how === 'sync' || call.params['background_delay'] !== undefined) return null;
  const effect = { kind: 'nothing', with: {} };
  return fork(call, { node: guest.node, type: 'qmconfig', id: String(guest.vmid), ms: 'updateVm', effect });
}

export function resizeDisk(call: PveCall): string {
  const guest = guestOf(call);
  const disk = textParam(call.params, 'disk') ?? '';
  checkDigest(guest, textParam(call.params, 'digest'));
  demandUnlocked(guest);
  const text = guest.config[disk];
  if (text === undefined) throw died(`disk '${disk}' does not exist`);
  const drive = parseDrive(text);
  const volume = call.world.state.pve.volumes.get(drive.file);
  if (!volume) throw died(`volume '${drive.file}' does not exist`);
  const [, plus, amount = ''] = /^(\+)?(.*)$/.exec(textParam(call.params, 'size') ?? '') ?? [];
  const size = (plus === undefined ? 0 : volume.size) + sizeOf(amount);
  if (size < volume.size) throw died('shrinking disks is not supported');
  volume.size = size;
  guest.config[disk] = printDrive({ file: drive.file, options: { ...drive.options, size: sizeText(size) } });
  const effect = { kind: 'nothing', with: {} };
  return fork(call, { node: guest.node, type: 'resize', id: String(guest.vmid), ms: 'updateVm', effect });
}
