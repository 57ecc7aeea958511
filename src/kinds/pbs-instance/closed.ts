// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether the datastore is closed because the spec says so. Pure. */
import type { Hold } from '../../core/plan.ts';
import type { Observed } from './observed.ts';
import { maintenanceWish } from './of-spec.ts';
import type { PbsDesired } from './wish.ts';

export function isClosedOnRequest({ spec }: Pick<PbsDesired, 'spec'>, { store }: Pick<Observed, 'store'>): boolean {
  const { maintenance } = maintenanceWish(spec);
  return maintenance !== undefined && store?.datastore?.maintenance === maintenance;
}

export const closedOnRequest: Hold = {
  why: 'Waiting',
  reason: 'InRequestedMaintenance',
  message:
    'The datastore is closed, as datastore.maintenance asks: the way from Proxmox VE to it is made, and looked after, once that is taken out of the spec',
};
