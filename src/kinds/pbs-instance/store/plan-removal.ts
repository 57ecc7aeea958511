// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import { blocked } from './part.ts';
import { pauseMs, pollMs } from './pauses.ts';
import type { StoreSeen } from './seen.ts';
import type { StoreWish } from './wish.ts';

/**
 * While the datastore is being taken out of the server, or deleted, and for a while after that failed: each try is a task of the server, which
 * stumbles over the same bucket. Pure.
 */
export function removalHold(
  { url, datastore: { name } }: StoreWish,
  { leaving, removal, datastore: have, now }: StoreSeen,
  what: 'taken out of' | 'deleted on',
): Hold | undefined {
  if (leaving)
    return {
      why: 'Waiting',
      reason: 'DatastoreBusy',
      message: `Datastore ${name} is being ${what} ${url}`,
      until: { happens: 'DatastoreGone', id: name },
      lookAgainAfterMs: pollMs(removal, now),
    };
  if (!have || removal?.is !== 'Failed') return undefined;
  const wait = pauseMs(removal, now);
  if (wait <= 0) return undefined;
  const message = `Datastore ${name} could not be ${what} ${url}: ${removal.message}. It is tried again by itself; look at the server's way to S3, and whether its key may list and delete there.`;
  return { ...blocked('DatastoreFailed', message, { kind: 'Datastore', id: name }), lookAgainAfterMs: wait };
}
