// SPDX-License-Identifier: GPL-3.0-or-later
/** What is left to do until backups can go to the bucket, or what stands in the way. Pure. */
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import { markIn, noteOf } from './mark.ts';
import { blocked, held, nothing, type StorePart } from './part.ts';
import { planCare } from './plan-care.ts';
import { planClaim, planFormer } from './plan-claim.ts';
import { planCreate } from './plan-create.ts';
import { changeOf, planEndpoint } from './plan-endpoint.ts';
import { planMaintenance } from './plan-maintenance.ts';
import { removalHold } from './plan-removal.ts';
import type { PlaceSeen, StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';
import { isMadeOtherwise, sameSettings } from './same.ts';
import type { StoreWish } from './wish.ts';

function isElsewhere(have: Datastore, { bucket }: PlaceSeen): boolean {
  return have.s3?.bucket !== bucket;
}

/** Fixed when it was made. */
function isMoved(
  have: Datastore,
  wish: StoreWish,
  at: { readonly place: PlaceSeen } & Pick<StoreSeen, 'endpoint'>,
): boolean {
  const { datastore, s3, cache } = wish;
  if (isElsewhere(have, at.place) || (at.endpoint && isMadeOtherwise(at.endpoint, wish))) return true;
  const otherwise = have.path !== datastore.path || have.s3?.client !== s3.id;
  return otherwise || (cache?.fixed === true && have.s3?.maxCacheBytes !== cache.bytes);
}

function foreign({ url, datastore: { name } }: StoreWish): StorePart {
  return held(
    blocked(
      'NotOurs',
      `Datastore ${name} on ${url} was not made by this object; it is not touched. To take it over as it is, annotate this object with hybridcloud.dev/adopt: ${name}; or make this object anew with another datastore.name, which is fixed.`,
      { kind: 'Datastore', id: name },
    ),
  );
}

function planChange(wish: StoreWish, have: Datastore, place: PlaceSeen): StoreStep[] {
  const datastore = changeOf(wish, place);
  if (sameSettings(have, datastore)) return [];
  const target = `datastore ${datastore.name} on ${wish.url}`;
  const ours = markIn(have)?.owner === wish.uid;
  // what others made is taken over only by a person's word
  const needs = ours ? {} : { needs: 'approval' as const };
  return [{ part: 'store', do: 'ChangeDatastore', effect: 'update', target, datastore, ...needs }];
}

function planNote(
  { record, datastore: { name } }: StoreWish,
  { noted }: StoreSeen,
  { bucket }: PlaceSeen,
): StoreStep[] {
  const note = noteOf(bucket, name);
  if (record === undefined || noted === note) return [];
  const target = `note of datastore ${name} in Secret ${record}`;
  return [{ part: 'store', do: 'NoteDatastore', effect: 'update', target, secret: record, note }];
}

function planThere(
  wish: StoreWish,
  seen: StoreSeen,
  { have, place }: { have: Datastore; place: PlaceSeen },
): StorePart {
  const { url, adopt, uid } = wish;
  const { name } = have;
  const leaving = removalHold(wish, seen, 'taken out of');
  if (seen.leaving && leaving) return held(leaving);
  const ours = markIn(have)?.owner === uid;
  if (!ours && adopt !== name) return foreign(wish);
  if (isMoved(have, wish, { ...seen, place })) {
    if (leaving) return held(leaving);
    const target = `datastore ${name} on ${url}, which stays in bucket ${have.s3?.bucket ?? 'none'}`;
    return { steps: [{ part: 'store', do: 'DetachDatastore', effect: 'replace', target, name, risk: 'disrupts' }] };
  }
  const maintenance = planMaintenance(wish, seen);
  const steps = [...planChange(wish, have, place), ...planCare(wish, seen), ...planNote(wish, seen, place)];
  return { ...maintenance, steps: [...maintenance.steps, ...steps, ...planFormer(seen)] };
}

/** The server gets out of a bucket with the key that opens that one: then its endpoint is changed after that. */
function endpointFirst(wish: StoreWish, seen: StoreSeen, place: PlaceSeen): StorePart | undefined {
  const endpoint = planEndpoint(wish, seen, place);
  const isLater = seen.datastore !== undefined && isElsewhere(seen.datastore, place);
  return endpoint.hold || (endpoint.steps.length > 0 && !isLater) ? endpoint : undefined;
}

export function planStore(wish: StoreWish, seen: StoreSeen): StorePart {
  const claim = planClaim(wish, seen);
  const { place, datastore: have } = seen;
  if (claim || !place) return claim ?? nothing;
  if (have && markIn(have)?.owner !== wish.uid && wish.adopt !== have.name) return foreign(wish);
  const endpoint = endpointFirst(wish, seen, place);
  if (endpoint) return endpoint;
  if (have) return planThere(wish, seen, { have, place });
  const leaving = removalHold(wish, seen, 'taken out of');
  return leaving ? held(leaving) : planCreate(wish, seen, place);
}
