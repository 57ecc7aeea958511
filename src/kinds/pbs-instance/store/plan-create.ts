// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The datastore is made, or made again over what is in the bucket. It always reuses: what is there below its name becomes visible then, and
 * what is not visible a garbage collection would take for refuse; and a try that broke off leaves folders over which a plain one stumbles.
 * Another server's mark of use is overwritten only where it is proven to be that of ours. Pure.
 */
import type { Hold } from '../../../core/plan.ts';
import { hostInUse, noteOf } from './mark.ts';
import { blocked, held, type StorePart } from './part.ts';
import type { Attempt, PlaceSeen, StoreSeen } from './seen.ts';
import { pauseMs, pollMs } from './pauses.ts';
import { wantedDatastore } from './wanted.ts';
import type { StoreWish } from './wish.ts';

function creating(wish: StoreWish, place: PlaceSeen, reuse: 'Mine' | 'Taken'): StorePart {
  const { name } = wish.datastore;
  const over = reuse === 'Taken' ? ', over the mark that the server before has left there' : '';
  const target = `datastore ${name} in bucket ${place.bucket}${over}`;
  const datastore = { ...wantedDatastore(wish, place), reuse };
  return { steps: [{ part: 'store', do: 'CreateDatastore', effect: 'create', target, datastore }] };
}

/**
 * A host is us if it calls itself as this server does, and either this object's server had this very datastore before (which is noted in a
 * Secret that outlives it), or an earlier try of this server came as far as to write the mark; or a person says so.
 */
function isOurs(wish: StoreWish, seen: StoreSeen, host: string): boolean {
  const { datastore, takeOver } = wish;
  if (takeOver === host) return true;
  const [last, ...before] = seen.attempts;
  if (last?.host !== host) return false;
  const wrote = before.some(
    (one) => one.is === 'Done' || (one.is === 'Failed' && hostInUse(one.message) === undefined),
  );
  return wrote || (seen.place !== undefined && seen.noted === noteOf(seen.place.bucket, datastore.name));
}

function usedHold({ url, datastore: { name } }: StoreWish, { bucket }: PlaceSeen, host: string): Hold {
  return blocked(
    'BucketInUse',
    `The bucket ${bucket} says that the server ${host} has datastore ${name} in use, and two servers destroy each other's backups. Take it out of that server (${url} is another one); if that one is gone for good, annotate this object with hybridcloud.dev/take-over: ${host}.`,
    { kind: 'Bucket', id: bucket },
  );
}

function failed(
  wish: StoreWish,
  seen: StoreSeen,
  place: PlaceSeen,
  last: Extract<Attempt, { is: 'Failed' }>,
): StorePart {
  const { name } = wish.datastore;
  const host = hostInUse(last.message);
  if (host !== undefined && isOurs(wish, seen, host)) return creating(wish, place, 'Taken');
  const wait = pauseMs(last, seen.now);
  if (wait <= 0) return creating(wish, place, 'Mine');
  const hold =
    host === undefined
      ? blocked(
          'DatastoreFailed',
          `Datastore ${name} could not be made on ${wish.url}: ${last.message}. It is tried again by itself; look at what it complains of.`,
          { kind: 'Datastore', id: name },
        )
      : usedHold(wish, place, host);
  return held({ ...hold, lookAgainAfterMs: wait });
}

export function planCreate(wish: StoreWish, seen: StoreSeen, place: PlaceSeen): StorePart {
  const [last] = seen.attempts;
  if (last?.is === 'Running')
    return held({
      why: 'Waiting',
      reason: 'DatastoreBeingMade',
      message: `Datastore ${wish.datastore.name} is being made`,
      until: { happens: 'DatastoreMade', id: wish.datastore.name },
      lookAgainAfterMs: pollMs(last, seen.now),
    });
  return last?.is === 'Failed' ? failed(wish, seen, place, last) : creating(wish, place, 'Mine');
}
