// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status tells of the machine. Pure. */
import { machineUUID } from '../../../clouds/pve/marks.ts';
import type { Facts } from '../../../core/kind.ts';
import { waitingForStart } from './changes.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import { bootsFromCd, cdsOf, on } from './vm.ts';

export type Phase = 'Preparing' | 'Creating' | 'Installing' | 'Installed' | 'Starting' | 'Running' | 'Stopped';

export function phaseOf({ vm, tasks, answers }: MachineSeen): Phase {
  if (!vm) return tasks.some(({ type }) => type === 'qmcreate') ? 'Creating' : 'Preparing';
  if (vm.now.lock === 'create') return 'Creating';
  if (cdsOf(vm).length > 0) return installationPhase(vm);
  if (!vm.running) return 'Stopped';
  return answers ? 'Running' : 'Starting';
}

/** Off after a start, it has switched itself off; what that proves, the server's first answer does. */
function installationPhase(vm: VmSeen): Phase {
  if (vm.running) return bootsFromCd(vm) ? 'Installing' : 'Starting';
  return vm.power === 'Started' ? 'Installed' : 'Installing';
}

/** For `status.vm`; `undefined` while there is none. */
export function machineFacts(seen: MachineSeen) {
  const { vm, owner } = seen;
  if (!vm) return undefined;
  const { node, vmid: id } = vm.place;
  return { id, node, name: vm.now.name, uuid: machineUUID(owner), phase: phaseOf(seen) };
}

type Verdict = NonNullable<Facts['conditions']>[number];

/** What the machine got and has not taken up yet; it is never restarted for that. */
export function machineConditions({ vm }: MachineSeen): readonly Verdict[] {
  if (!vm) return [];
  const type = 'VmUpToDate';
  const waiting = waitingForStart(vm);
  if (waiting.length === 0)
    return [{ type, status: 'True', reason: 'NothingPending', message: 'The VM runs with all of its settings' }];
  const message = `${waiting.join(', ')} of ${on(vm)} take effect when it is started again: shut it down in Proxmox VE at a good time, and it is started`;
  return [{ type, status: 'False', reason: 'RestartNeeded', message }];
}
