// SPDX-License-Identifier: GPL-3.0-or-later
/** A step as its calls: what a plan shows, and what an act sends. Pure. */
import { shown, type Asked } from '../../../clouds/proxmox/asked.ts';
import * as vms from '../../../clouds/pve/vms.ts';
import { deleteVolumeRequest, downloadRequest } from '../../../clouds/pve/volumes.ts';
import type { PlannedCall } from '../../../core/step.ts';
import type { MachineStep } from './steps.ts';

/** Seconds until the power is taken away from a machine that does not switch itself off. */
const shutdownSeconds = 120;

type Do<Name extends MachineStep['do']> = Extract<MachineStep, { do: Name }>;
export type Change = Do<'DetachCds' | 'UpdateVm' | 'UnprotectVm' | 'ReleaseVm'>;

/** @param tags That the machine has and that are not ours: a release leaves them. */
function changeOf(step: Change, kept: Kept): Pick<vms.VmChange, 'set'> {
  switch (step.do) {
    case 'DetachCds':
      return { set: Object.fromEntries(step.slots.map((slot) => [slot, 'none,media=cdrom'])) };
    case 'UpdateVm':
      return { set: step.set };
    case 'UnprotectVm':
      return { set: { protection: false } };
    case 'ReleaseVm':
      return { set: { tags: kept.tags.join(';'), description: kept.notes } };
  }
}

/** What of a machine is not ours. */
export interface Kept {
  readonly tags: readonly string[];
  readonly notes: string;
}

export function changeRequest(step: Change, digest: string, kept: Kept): Asked {
  return vms.changeRequest(step.place, { ...changeOf(step, kept), digest });
}

/** What begins a task. */
export function taskRequest(
  step: Do<'StartVm' | 'StopVm' | 'DestroyVm' | 'GrowDisk' | 'FetchImage' | 'DeleteAnswer'>,
  digest = '',
): Asked {
  switch (step.do) {
    case 'StartVm':
      return vms.startRequest(step.place);
    case 'StopVm':
      return vms.shutdownRequest(step.place, shutdownSeconds);
    case 'DestroyVm':
      return vms.destroyRequest(step.place);
    case 'GrowDisk':
      return vms.growRequest(step.place, { slot: step.slot, sizeGiB: step.sizeGiB, digest });
    case 'FetchImage':
      return downloadRequest(step);
    case 'DeleteAnswer':
      return deleteVolumeRequest(step, step.volume);
  }
}

export function creationRequest({ vm }: Do<'CreateVm'>, vmid: number): Asked {
  return vms.createRequest({ ...vm, vmid });
}

function planned(request: Asked, unknown: Readonly<Record<string, string>> = {}): readonly PlannedCall[] {
  const parameters = shown(request).map(({ name, value }) => ({ name, value: unknown[name] ?? value }));
  return [{ service: 'pve', action: request.action, parameters }];
}

const digest = { digest: '<digest>' };

/** What is known only when it is done stands in angle brackets. */
export function machineCalls(step: MachineStep): readonly PlannedCall[] {
  switch (step.do) {
    case 'GeneratePassword':
      return [{ service: 'kubernetes', action: 'create secrets', parameters: [{ name: 'name', value: step.secret }] }];
    case 'UploadAnswer': {
      const parameters = [
        { name: 'filename', value: step.file },
        { name: 'content', value: 'iso' },
      ];
      return [{ service: 'pve', action: 'POST /nodes/{id}/storage/{id}/upload', parameters }];
    }
    case 'CreateVm':
      return planned(creationRequest(step, 0), { vmid: '<next free id>' });
    case 'DetachCds':
    case 'UpdateVm':
    case 'UnprotectVm':
      return planned(changeRequest(step, '', { tags: [], notes: '' }), digest);
    case 'ReleaseVm':
      return planned(changeRequest(step, '', { tags: [], notes: '' }), {
        ...digest,
        tags: '<its other tags>',
        description: '<without our mark>',
      });
    default:
      return planned(taskRequest(step), digest);
  }
}

/** What a person approves: the number of a machine that is still to be made is nobody's choice. */
export function machineIdentity(step: MachineStep): unknown {
  const { do: verb, effect, target } = step;
  const own = { do: verb, effect, target };
  switch (step.do) {
    case 'CreateVm':
      return { ...own, vm: step.vm };
    case 'FetchImage':
      return { ...own, url: step.url, checksum: step.checksum };
    case 'UploadAnswer':
      return { ...own, answer: step.answer };
    case 'StartVm':
      return { ...own, for: step.for };
    case 'UpdateVm':
      return { ...own, set: step.set };
    case 'GrowDisk':
      return { ...own, sizeGiB: step.sizeGiB };
    case 'StopVm':
    case 'DestroyVm':
      return { ...own, vmid: step.place.vmid };
    default:
      return own;
  }
}
