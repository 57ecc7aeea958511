// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import { toldChange } from '../change-state.ts';
import { changePollMs, waiting, type InZone } from './part.ts';

/** Until all of Route 53's name servers have the last change (API reference, GetChange: generally within 60 seconds). */
export function settling({ observed, fqdn }: InZone): Hold | undefined {
  return toldChange(observed) === 'Pending'
    ? {
        ...waiting('ChangePending', `Route 53 is taking the change of ${fqdn} to its name servers`, {
          happens: 'RecordsInSync',
          id: fqdn,
        }),
        lookAgainAfterMs: changePollMs,
      }
    : undefined;
}
