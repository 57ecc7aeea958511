// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, as a plan shows them: writes only. Pure. */
import { shown, type Asked } from '../../clouds/proxmox/asked.ts';
import type { PlannedCall } from '../../core/step.ts';
import { machineCalls } from './machine/requests.ts';
import { restoreCalls } from './restore/requests.ts';
import { serverRequests } from './server/requests.ts';
import type { PbsStep } from './steps.ts';
import { storeRequests } from './store/requests.ts';
import { wiringCalls } from './wiring/requests.ts';

const toServer = (one: Asked): PlannedCall => ({ service: 'pbs', action: one.action, parameters: shown(one) });

/** The number of a VM that is still to be made. */
function ownVm({ service, action, parameters }: PlannedCall): PlannedCall {
  const shownIDs = (ids: string) =>
    ids
      .split(',')
      .map((id) => (id === '0' ? '<its own VM>' : id))
      .join(',');
  return {
    service,
    action,
    parameters: parameters.map(({ name, value }) => ({ name, value: name === 'exclude' ? shownIDs(value) : value })),
  };
}

export function calls(step: PbsStep): readonly PlannedCall[] {
  switch (step.part) {
    case 'machine':
      return machineCalls(step);
    case 'server':
      return serverRequests(step).map(toServer);
    case 'store':
      return storeRequests(step).map(toServer);
    case 'restore':
      return restoreCalls(step);
    case 'wiring':
      return wiringCalls(step).map(ownVm);
  }
}
