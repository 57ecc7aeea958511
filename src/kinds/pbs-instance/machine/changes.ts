// SPDX-License-Identifier: GPL-3.0-or-later
/** A machine that is installed, and is not as the spec wants it. Pure. */
import { isNoted, markedNotes, unmarkedNotes } from '../../../clouds/pve/marks.ts';
import type { Drive } from '../../../clouds/pve/vm-config.ts';
import { parsePropertyString } from '../../../clouds/proxmox/property-string.ts';
import type { Hold } from '../../../core/plan.ts';
import { isDisrupting } from '../../../core/step.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import type { MachineStep } from './steps.ts';
import { labelOf } from './vm.ts';
import { blocked } from './waits.ts';
import type { MachineWish } from './wish.ts';

type Settings = Readonly<Record<string, string | number | boolean>>;

export const disks = { disk: 'scsi0', cacheDisk: 'scsi1' } as const;

const units: Readonly<Record<string, number>> = { K: 1 / 1024 ** 2, M: 1 / 1024, G: 1, T: 1024 };

/** `512M` in GiB; `undefined` where it says none. */
export function giBOf(size: string | undefined): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT])$/.exec(size ?? '') ?? [];
  const factor = units[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

export function driveAt(vm: VmSeen, slot: string): Drive | undefined {
  return vm.now.drives.find((one) => one.slot === slot);
}

/** Of the first network card, as it stands: its address stays, whatever else changes. */
function cardOf({ atNextStart }: VmSeen) {
  const { first, options } = parsePropertyString(atNextStart.networks['net0'] ?? '');
  return { first, options, bridge: options['bridge'], vlan: options['tag'] };
}

/** What is not known here (a rate, a firewall) stays as somebody set it. */
function cardChange(wish: MachineWish, vm: VmSeen): Settings {
  const { first, options, bridge, vlan } = cardOf(vm);
  const tag = wish.vlan === undefined ? undefined : String(wish.vlan);
  if (bridge === wish.bridge && vlan === tag) return {};
  const { tag: _tag, ...kept } = options;
  const wanted = { ...kept, bridge: wish.bridge, ...(tag === undefined ? {} : { tag }) };
  const parts = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  return { net0: [...(first === undefined ? [] : [first]), ...parts].join(',') };
}

/** What Proxmox VE takes in place; what waits for the next start counts as done. */
export function settingsToChange(wish: MachineWish, { owner }: MachineSeen, vm: VmSeen): Settings {
  const have = vm.atNextStart;
  const notes = `${unmarkedNotes(have.description)}\n\n${markedNotes(owner)}`.trim();
  return {
    ...(have.cores === wish.cores ? {} : { cores: wish.cores }),
    ...(have.memoryMiB === wish.memoryMiB ? {} : { memory: String(wish.memoryMiB) }),
    ...(have.name === wish.name ? {} : { name: wish.name }),
    ...(have.protection ? {} : { protection: true }),
    ...(have.onboot ? {} : { onboot: true }),
    ...(isNoted(have, owner) ? {} : { description: notes }),
    ...cardChange(wish, vm),
  };
}

/** What waits for the machine to be started again, in the spec's words. */
export function waitingForStart({ now, atNextStart }: VmSeen): readonly string[] {
  return [
    ...(now.cores === atNextStart.cores ? [] : ['cores']),
    ...(now.memoryMiB === atNextStart.memoryMiB ? [] : ['memory']),
    ...(now.networks['net0'] === atNextStart.networks['net0'] ? [] : ['network']),
  ];
}

function sizes({ diskGiB, cacheDiskGiB }: MachineWish) {
  return [
    { field: 'disk', slot: disks.disk, wanted: diskGiB },
    { field: 'cacheDisk', slot: disks.cacheDisk, wanted: cacheDiskGiB },
  ] as const;
}

/** What cannot be changed in place. */
export function fixedHold(wish: MachineWish, vm: VmSeen): Hold | undefined {
  const { vmid } = vm.place;
  const by = [{ kind: 'VM', id: String(vmid) }];
  for (const { field, slot, wanted } of sizes(wish)) {
    const drive = driveAt(vm, slot);
    if (!drive)
      return blocked(
        'DiskMissing',
        `VM ${vmid} has no disk ${slot} (server.vm.${field}) any more. Attach it again in Proxmox VE; or destroy the VM, which is then made anew.`,
        by,
      );
    const have = giBOf(drive.size) ?? wanted;
    if (have > wanted)
      return blocked(
        'DiskCannotShrink',
        `Disk ${slot} of VM ${vmid} has ${have}Gi, and disks do not shrink. Set server.vm.${field}: ${have}Gi.`,
        by,
      );
  }
  return undefined;
}

/** Another bridge or VLAN takes effect at once. Apart from the rest, which interrupts nothing and need not wait for a window. */
function updates(wish: MachineWish, seen: MachineSeen, vm: VmSeen): readonly MachineStep[] {
  const { net0, ...others } = settingsToChange(wish, seen, vm);
  const step = { do: 'UpdateVm', part: 'machine', effect: 'update', target: labelOf(vm), place: vm.place } as const;
  const card = net0 === undefined || (vm.running && wish.withholds) ? [] : [{ ...step, set: { net0 } }];
  return [
    ...(Object.keys(others).length === 0 ? [] : [{ ...step, set: others }]),
    ...card.map((one) => (vm.running ? { ...one, risk: 'disrupts' as const } : one)),
  ];
}

/** What interrupts comes last. */
export function changeSteps(wish: MachineWish, seen: MachineSeen, vm: VmSeen): readonly MachineStep[] {
  const { place } = vm;
  const target = labelOf(vm);
  const grown = sizes(wish).flatMap(({ slot, wanted: sizeGiB }): readonly MachineStep[] => {
    const have = giBOf(driveAt(vm, slot)?.size);
    if (have === undefined || have >= sizeGiB) return [];
    const what = { target: `disk ${slot} of ${target}`, place, slot, sizeGiB };
    return [{ do: 'GrowDisk', part: 'machine', effect: 'update', ...what }];
  });
  const all = updates(wish, seen, vm);
  return [...all.filter((one) => !isDisrupting(one)), ...grown, ...all.filter(isDisrupting)];
}
