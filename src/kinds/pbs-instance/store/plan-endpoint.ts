// SPDX-License-Identifier: GPL-3.0-or-later
/** The S3 endpoint, and what it is given. Pure. */
import type { S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import { markIn } from './mark.ts';
import { blocked, held, nothing, type StorePart } from './part.ts';
import { isMadeOtherwise, sameEndpoint } from './same.ts';
import type { PlaceSeen, StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';
import { wantedDatastore, wantedEndpoint } from './wanted.ts';
import type { StoreWish } from './wish.ts';

export function changeOf(wish: StoreWish, place: PlaceSeen) {
  const { s3: _fixed, ...datastore } = wantedDatastore(wish, place);
  return datastore;
}

interface Found {
  readonly have: S3Endpoint;
  readonly endpoint: S3Endpoint;
  readonly target: string;
}

function sharedWith(other: string, { url }: StoreWish, { id }: S3Endpoint): StorePart {
  return held(
    blocked(
      'NotOurs',
      `The S3 endpoint ${id} on ${url} is used by datastore ${other}, too, and is not changed. Where both shall have the new settings, set them there (Configuration > S3 Endpoints): then it goes on by itself; else make this object anew with another s3.id, which is fixed.`,
      { kind: 'Datastore', id: other },
    ),
  );
}

/** Another key, or the same with another secret part, is told by what the datastore's comment says that its endpoint was last given. */
function isKeyKnown({ uid }: StoreWish, { datastore }: StoreSeen, { seal }: PlaceSeen): boolean {
  const mark = datastore && markIn(datastore);
  return mark?.owner !== uid || mark.seal === seal;
}

function change(wish: StoreWish, { datastore }: StoreSeen, place: PlaceSeen, found: Found): StoreStep {
  const { have, endpoint, target } = found;
  const { secret } = place;
  const noted = datastore && markIn(datastore)?.owner === wish.uid ? { datastore: changeOf(wish, place) } : {};
  const routine = have.accessKeyID !== endpoint.accessKeyID ? { routine: true as const } : {};
  return { part: 'store', do: 'ChangeS3Endpoint', effect: 'update', target, endpoint, secret, ...noted, ...routine };
}

export function planEndpoint(wish: StoreWish, seen: StoreSeen, place: PlaceSeen): StorePart {
  const { endpoint: have, datastore, endpointUsers } = seen;
  const endpoint = wantedEndpoint(wish, place);
  const target = `S3 endpoint ${endpoint.id} on ${wish.url}`;
  const { secret } = place;
  if (!have) return { steps: [{ part: 'store', do: 'AddS3Endpoint', effect: 'create', target, endpoint, secret }] };
  const anew = isMadeOtherwise(have, endpoint);
  const [other] = endpointUsers;
  // what a person has set for several is believed, as the secret part of a key shows nowhere
  const isSame = sameEndpoint(have, endpoint) && (other !== undefined || isKeyKnown(wish, seen, place));
  if (other !== undefined && (anew || !isSame)) return sharedWith(other, wish, endpoint);
  // once nobody uses it
  if (anew && !datastore)
    return { steps: [{ part: 'store', do: 'RemoveS3Endpoint', effect: 'delete', target, id: endpoint.id }] };
  if (isSame) return nothing;
  return { steps: [change(wish, seen, place, { have, endpoint, target })] };
}
