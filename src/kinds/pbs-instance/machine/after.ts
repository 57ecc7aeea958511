// SPDX-License-Identifier: GPL-3.0-or-later
/** The machine once a step is done; the same object when that already shows. Pure. */
import { cardText } from '../../../clouds/pve/vms.ts';
import type { Drive, VmConfig } from '../../../clouds/pve/vm-config.ts';
import { isoID } from '../../../clouds/pve/volumes.ts';
import { canonical } from '../../../core/digest.ts';
import { giBOf } from './changes.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import type { MachineStep, PrepareStep } from './steps.ts';

type Do<Name extends MachineStep['do']> = Extract<MachineStep, { do: Name }>;

const same = (a: unknown, b: unknown) => canonical(a) === canonical(b);

/** Of the same shape as Proxmox VE tells it. Its number is the next free one. */
function made({ vm }: Do<'CreateVm'>, nextID = 0): VmSeen {
  const disk = (slot: string, sizeGiB: number): Drive => ({
    slot,
    volume: `${vm.storage}:<disk ${slot}>`,
    cdrom: false,
    size: `${sizeGiB}G`,
  });
  const cds = vm.cds.map((volume, n): Drive => ({ slot: `ide${n + 2}`, volume, cdrom: true }));
  const config: VmConfig = {
    name: vm.name,
    tags: vm.tags,
    description: vm.description,
    uuid: vm.uuid,
    protection: true,
    onboot: true,
    cores: vm.cores,
    memoryMiB: vm.memoryMiB,
    drives: [disk('scsi0', vm.diskGiB), disk('scsi1', vm.cacheDiskGiB), ...cds],
    networks: { net0: cardText(vm) },
    bootsFirst: 'ide2',
    digest: '',
  };
  const place = { node: vm.node, vmid: nextID };
  return { place, now: config, atNextStart: config, running: false, power: 'Untouched' };
}

export function withVm(seen: MachineSeen, edit: (vm: VmSeen) => VmSeen): MachineSeen {
  const { vm } = seen;
  const next = vm && edit(vm);
  return !next || same(next, vm) ? seen : { ...seen, vm: next };
}

export function destroyed(seen: MachineSeen): MachineSeen {
  const { vm, ...rest } = seen;
  return vm ? rest : seen;
}

function inBoth(vm: VmSeen, edit: (config: VmConfig) => VmConfig): VmSeen {
  return { ...vm, now: edit(vm.now), atNextStart: edit(vm.atNextStart) };
}

type Settings = Do<'UpdateVm'>['set'];

function withSettings(config: VmConfig, set: Settings): VmConfig {
  const { cores = config.cores, memory = config.memoryMiB, name = config.name, net0, boot } = set;
  const [, bootsFirst = config.bootsFirst] = /^order=([^;]*)/.exec(String(boot)) ?? [];
  const { protection = config.protection, onboot = config.onboot, description = config.description } = set;
  return {
    ...config,
    cores: Number(cores),
    memoryMiB: Number(memory),
    name: String(name),
    description: String(description),
    protection: protection === true,
    onboot: onboot === true,
    ...(bootsFirst === undefined ? {} : { bootsFirst }),
    networks: net0 === undefined ? config.networks : { ...config.networks, net0: String(net0) },
  };
}

/** Of a running machine these take effect at its next start; the rest at once. */
function updated(vm: VmSeen, set: Settings): VmSeen {
  const { cores: _cores, memory: _memory, ...atOnce } = set;
  return {
    ...vm,
    now: withSettings(vm.now, vm.running ? atOnce : set),
    atNextStart: withSettings(vm.atNextStart, set),
  };
}

function detached({ slots }: Do<'DetachCds'>) {
  return (config: VmConfig): VmConfig => {
    const emptied = ({ slot }: Drive): Drive => ({ slot, volume: 'none', cdrom: true });
    return { ...config, drives: config.drives.map((one) => (slots.includes(one.slot) ? emptied(one) : one)) };
  };
}

function grown({ slot, sizeGiB }: Do<'GrowDisk'>) {
  return (config: VmConfig): VmConfig => ({
    ...config,
    drives: config.drives.map((one) =>
      one.slot === slot && (giBOf(one.size) ?? 0) < sizeGiB ? { ...one, size: `${sizeGiB}G` } : one,
    ),
  });
}

export function switchedOn(seen: MachineSeen): MachineSeen {
  return withVm(seen, (vm) => {
    const { leaving: _not, ...stays } = vm;
    return vm.running ? vm : { ...stays, now: vm.atNextStart, running: true, power: 'Started', startedAt: seen.now };
  });
}

/** By itself, or because somebody asked for it. */
export function switchedOff(seen: MachineSeen, power: VmSeen['power'] = 'Started'): MachineSeen {
  const silent = seen.vm?.running ? { ...seen, answers: false } : seen;
  return withVm(silent, ({ startedAt: _since, ...vm }) => ({ ...vm, now: vm.atNextStart, running: false, power }));
}

/** By us. */
export function shutDown(seen: MachineSeen): MachineSeen {
  return withVm(switchedOff(seen, 'Stopped'), (vm) => ({ ...vm, leaving: true }));
}

function withImage(seen: MachineSeen, volume: string): MachineSeen {
  const { images = [] } = seen;
  return images.includes(volume) ? seen : { ...seen, images: [...images, volume] };
}

export function afterMachine(seen: MachineSeen, step: MachineStep): MachineSeen {
  switch (step.do) {
    case 'GeneratePassword':
      return seen.password.found === 'ours' ? seen : { ...seen, password: { found: 'ours' } };
    case 'FetchImage':
    case 'UploadAnswer':
      return withImage(seen, isoID(step.storage, step.file));
    case 'DeleteAnswer':
      return seen.images?.includes(step.volume)
        ? { ...seen, images: seen.images.filter((one) => one !== step.volume) }
        : seen;
    case 'CreateVm':
      return seen.vm ? seen : { ...seen, vm: made(step, seen.nextID) };
    default:
      return onMachine(seen, step);
  }
}

function onMachine(seen: MachineSeen, step: Exclude<MachineStep, PrepareStep | Do<'DeleteAnswer'>>): MachineSeen {
  switch (step.do) {
    case 'StartVm':
      return switchedOn(seen);
    case 'StopVm':
      return shutDown(seen);
    case 'DetachCds':
      return withVm(seen, (vm) => inBoth(vm, detached(step)));
    case 'GrowDisk':
      return withVm(seen, (vm) => inBoth(vm, grown(step)));
    case 'UpdateVm':
      return withVm(seen, (vm) => updated(vm, step.set));
    case 'UnprotectVm':
      return withVm(seen, (vm) => inBoth(vm, (config) => ({ ...config, protection: false })));
    case 'DestroyVm':
    case 'ReleaseVm':
      return destroyed(seen);
  }
}
