// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { Call } from './call.ts';

/** Whether this process may write now: it holds the lease, by the monotonic clock. */
export interface Fence {
  holds(): boolean;
}

/** For processes that need no lease: the command line, tests. */
export const unfenced: Fence = { holds: () => true };

/** What the guard forbids, or `undefined`. Reads always pass. */
export function refusal(call: Call, fence: Fence): 'fenced' | 'forbidden' | undefined {
  if (call.effect === 'read') return undefined;
  if (!call.lease && !fence.holds()) return 'fenced';
  const policy = call.scope?.policy ?? 'Apply';
  return call.service !== 'kubernetes' && policy !== 'Apply' ? 'forbidden' : undefined;
}

export function refused(call: Call, why: 'fenced' | 'forbidden'): Failure {
  return why === 'fenced'
    ? new Failure({
        class: 'Fenced',
        reason: 'LeaseLost',
        message: `${call.action} was not sent: another operator may hold the lease`,
      })
    : new Failure({
        class: 'Fenced',
        reason: 'PolicyForbids',
        message: `${call.action} was not sent: managementPolicy is ${call.scope?.policy ?? 'Apply'}, which allows no change`,
      });
}
