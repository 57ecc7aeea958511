// SPDX-License-Identifier: GPL-3.0-or-later
/** A step as its calls: what a plan shows, and what an act sends. Pure. */
import { shown, type Asked } from '../../../clouds/proxmox/asked.ts';
import { destroyCopyRequest, restoreRequest } from '../../../clouds/pve/vms.ts';
import type { PlannedCall } from '../../../core/step.ts';
import type { RestoreStep } from './steps.ts';

export function restoreRequestOf(step: RestoreStep): Asked {
  if (step.do === 'DestroyCopy') return destroyCopyRequest(step.copy);
  const { copy, archive, storage, pool, mark, guest } = step;
  const name = `restore-test-of-${guest}`;
  return restoreRequest({ ...copy, ...mark, archive, storage, name, ...(pool === undefined ? {} : { pool }) });
}

/** The id is whichever is free when it is begun. */
export function restoreCalls(step: RestoreStep): readonly PlannedCall[] {
  const request = restoreRequestOf(step);
  const parameters = shown(request).map(({ name, value }) => ({
    name,
    value: name === 'vmid' ? '<next free id>' : value,
  }));
  return [{ service: 'pve', action: request.action, parameters }];
}

/** What a person approves: ids, and which backup is the newest by then, are nobody's choice. */
export function restoreIdentity(step: RestoreStep): unknown {
  if (step.do === 'DestroyCopy') return { do: step.do };
  const { do: verb, effect, target, storage, pool, copy } = step;
  return { do: verb, effect, target, storage, pool, node: copy.node };
}
