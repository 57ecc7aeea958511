// SPDX-License-Identifier: GPL-3.0-or-later
/** Where the machine is not as the spec wants it, in the spec's words. Pure. */
import type { Difference } from '../../../core/drift.ts';
import { disks, driveAt, giBOf } from './changes.ts';
import type { MachineSeen } from './seen.ts';
import { cdsOf } from './vm.ts';
import type { MachineWish } from './wish.ts';

type Compared = readonly [path: string, want: string | number | undefined, have: string | number | undefined];

/** An address, a card's number, stands in the text of the card. */
function optionOf(text: string | undefined, name: string): string | undefined {
  return new RegExp(`(?:^|,)${name}=([^,]*)`).exec(text ?? '')?.[1];
}

export function machineDrift(wish: MachineWish, { vm }: MachineSeen): readonly Difference[] {
  if (!vm || cdsOf(vm).length > 0) return [];
  const { atNextStart: have } = vm;
  const card = have.networks['net0'];
  const size = (slot: string) => {
    const giB = giBOf(driveAt(vm, slot)?.size);
    return giB === undefined ? undefined : `${giB}Gi`;
  };
  const compared: readonly Compared[] = [
    ['server.vm.cores', wish.cores, have.cores],
    ['server.vm.memory', `${wish.memoryMiB / 1024}Gi`, `${have.memoryMiB / 1024}Gi`],
    ['server.vm.disk', `${wish.diskGiB}Gi`, size(disks.disk)],
    ['server.vm.cacheDisk', `${wish.cacheDiskGiB}Gi`, size(disks.cacheDisk)],
    ['server.vm.network.bridge', wish.bridge, optionOf(card, 'bridge')],
    ['server.vm.network.vlanID', wish.vlan?.toString(), optionOf(card, 'tag')],
    ['server.vm.name', wish.name, have.name],
    ['server.vm.protection', 'on', have.protection ? 'on' : 'off'],
    ['server.vm.startOnBoot', 'on', have.onboot ? 'on' : 'off'],
    ['server.vm.power', 'on', vm.running ? 'on' : 'off'],
  ];
  return compared.flatMap(([path, want, found]) =>
    want === found ? [] : [{ path, want: String(want ?? 'none'), have: String(found ?? 'none') }],
  );
}
