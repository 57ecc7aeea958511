// SPDX-License-Identifier: GPL-3.0-or-later
import type { Answer } from '../../../clouds/installer/answer-file.ts';
import type { DiskSlot, NewVm, VmPlace } from '../../../clouds/pve/vms.ts';
import type { Step } from '../../../core/step.ts';
import type { ImageSource } from './wish.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
  readonly part: 'machine';
}

interface On<Do extends string> extends Of<Do> {
  readonly place: VmPlace;
}

interface OnStorage<Do extends string> extends Of<Do> {
  readonly node: string;
  readonly storage: string;
}

export type PrepareStep =
  | (Of<'GeneratePassword'> & { readonly secret: string })
  | (OnStorage<'FetchImage'> & ImageSource & { readonly file: string })
  /** What is in it is written when it is done: the password's hash is in no step. */
  | (OnStorage<'UploadAnswer'> & {
      readonly file: string;
      readonly answer: Answer;
      readonly secret: string;
    })
  /** Its id is the next free one of that moment; Proxmox VE gives none away twice. */
  | (Of<'CreateVm'> & { readonly vm: Omit<NewVm, 'vmid'> });

export type MachineStep =
  | PrepareStep
  | (On<'StartVm'> & { readonly for: 'installation' | 'server' })
  /** The drives stay, empty: of a protected machine no drive can be taken (PVE::API2::Qemu, "can't remove drive"), running or not. */
  | (On<'DetachCds'> & { readonly slots: readonly string[] })
  | (OnStorage<'DeleteAnswer'> & { readonly volume: string })
  | (On<'UpdateVm'> & { readonly set: Readonly<Record<string, string | number | boolean>> })
  | (On<'GrowDisk'> & { readonly slot: DiskSlot; readonly sizeGiB: number })
  | On<'StopVm'>
  | On<'UnprotectVm'>
  | On<'DestroyVm'>
  /** The marks go, the machine stays. */
  | On<'ReleaseVm'>;

export function isOfMachine(step: Step): step is MachineStep {
  return 'part' in step && step.part === 'machine';
}
