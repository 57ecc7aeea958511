// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A datastore that is closed. What this object asked for bears its mark, and is ended when it asks no more; what a person, or the server
 * itself, has begun is theirs to end. Pure.
 */
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import { maintenanceMark, markIn } from './mark.ts';
import { pauseMs, pollMs } from './pauses.ts';
import { blocked, held, nothing, type StorePart } from './part.ts';
import type { StoreSeen } from './seen.ts';
import type { StoreWish } from './wish.ts';

/** A refresh that failed leaves the datastore closed, and so does one that nobody knows of any more. */
function planRefresh({ url }: StoreWish, { refresh, now }: StoreSeen, { name }: Datastore): StorePart {
  if (refresh && refresh.is !== 'Failed')
    return held({
      why: 'Waiting',
      reason: 'DatastoreBusy',
      message: `Datastore ${name} reads its contents from the bucket`,
      until: { happens: 'DatastoreRefreshed', id: name },
      lookAgainAfterMs: pollMs(refresh, now),
    });
  const wait = refresh ? pauseMs(refresh, now) : 0;
  const target = `contents of datastore ${name} on ${url}`;
  if (!refresh || wait <= 0)
    return { steps: [{ part: 'store', do: 'RefreshDatastore', effect: 'update', target, name }] };
  const message = `Datastore ${name} on ${url} could not read its contents from the bucket: ${refresh.message}. It is tried again by itself; look at the server's way to S3, and whether its key may list and read there.`;
  return held({ ...blocked('DatastoreFailed', message, { kind: 'Datastore', id: name }), lookAgainAfterMs: wait });
}

function ofOthers({ url, maintenance: wanted }: StoreWish, { name, maintenance }: Datastore): StorePart {
  const waits =
    wanted === undefined ? '' : ` datastore.maintenance asks for ${wanted}, and does not take the place of theirs.`;
  return held(
    blocked(
      'DatastoreInMaintenance',
      `Datastore ${name} on ${url} is in maintenance (${maintenance ?? ''}): no backup comes in.${waits} Whoever began that has to end it: Datastore > Options > Maintenance mode there.`,
      { kind: 'Datastore', id: name },
    ),
  );
}

/** Whether it was begun by this object. */
function isOurs({ uid }: StoreWish, { maintenance, maintenanceMessage }: Datastore): boolean {
  return (maintenance === 'read-only' || maintenance === 'offline') && maintenanceMessage === maintenanceMark(uid);
}

/** It interrupts on purpose, and whoever asks for it may have no time: it waits for no window. */
function change({ url, uid, maintenance: mode }: StoreWish, have: Datastore): StorePart {
  const { name } = have;
  const target = `datastore ${name} on ${url}`;
  const of = { part: 'store', effect: 'update', name } as const;
  // of what others made a person's word takes all over at once
  const needs = markIn(have)?.owner === uid ? {} : { needs: 'approval' as const };
  if (mode === undefined) return { steps: [{ ...of, do: 'EndMaintenance', target, ...needs }] };
  const maintenance = { mode, message: maintenanceMark(uid) };
  return {
    steps: [{ ...of, do: 'BeginMaintenance', target: `${target}: ${mode}`, maintenance, ...needs }],
  };
}

export function planMaintenance(wish: StoreWish, seen: StoreSeen): StorePart {
  const { datastore: have } = seen;
  if (!have || have.maintenance === wish.maintenance) return nothing;
  if (have.maintenance === undefined || isOurs(wish, have)) return change(wish, have);
  return have.maintenance === 's3-refresh' ? planRefresh(wish, seen, have) : ofOthers(wish, have);
}
