// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion. Pure. */
import { markIn } from './mark.ts';
import { held, nothing, type StorePart } from './part.ts';
import { releases } from './plan-claim.ts';
import { removalHold } from './plan-removal.ts';
import type { StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';
import type { StoreWish } from './wish.ts';

/** It has no place for a mark: ours is the one that our datastore had, and one with our key, where there never was a datastore. */
function isOurEndpoint({ endpoint, place, freed, endpointUsers }: StoreSeen): boolean {
  if (!endpoint || endpointUsers.length > 0) return false;
  return freed === true || endpoint.accessKeyID === place?.accessKeyID;
}

/** What is ours, and nobody else's: the datastore with everything below its name in the bucket, then its endpoint. */
function destroy(wish: StoreWish, seen: StoreSeen): StorePart {
  const {
    uid,
    url,
    s3: { id },
    datastore: { name },
  } = wish;
  const { datastore: have } = seen;
  const hold = removalHold(wish, seen, 'deleted on');
  if (hold) return held(hold);
  if (have && markIn(have)?.owner === uid) {
    const target = `datastore ${name} on ${url}, with all its backups`;
    const step: StoreStep = {
      part: 'store',
      do: 'DestroyDatastore',
      effect: 'delete',
      target,
      name,
      risk: 'destroysData',
      loses: name,
    };
    return { steps: [step] };
  }
  if (have || !isOurEndpoint(seen)) return nothing;
  const target = `S3 endpoint ${id} on ${url}`;
  return { steps: [{ part: 'store', do: 'RemoveS3Endpoint', effect: 'delete', target, id }] };
}

/** With Retain the server keeps its datastore as it is; only the claim is given back. */
export function absentStore(wish: StoreWish, seen: StoreSeen, deletionPolicy: 'Retain' | 'Delete'): StorePart {
  const first = deletionPolicy === 'Delete' ? destroy(wish, seen) : nothing;
  return first.hold || first.steps.length > 0 ? first : { steps: releases(wish, seen) };
}
