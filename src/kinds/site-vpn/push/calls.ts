// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, in order. Pure. */
import type { HttpsRequest } from '../../../clouds/https/https-api.ts';
import { applyRequest, enableRequest, removeRequest, setRequest } from '../../../clouds/opnsense/requests.ts';
import type { PushStep } from './steps.ts';

export function pushRequests(step: PushStep): readonly HttpsRequest[] {
  switch (step.do) {
    case 'ConfigureDevice':
      return [...step.set.map((one) => setRequest(one)), ...step.remove.map(removeRequest)];
    case 'EnableDeviceIPsec':
      return [enableRequest];
    case 'ApplyDevice':
      return [applyRequest(step.part), ...(step.ledger ? [setRequest(step.ledger)] : [])];
    case 'ReleaseDevice':
      return step.set.map((one) => setRequest(one));
  }
}
