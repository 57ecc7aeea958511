// SPDX-License-Identifier: GPL-3.0-or-later
/** Settings of what is ours that are not as they shall be. Pure. */
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import { canonical } from '../../../core/digest.ts';
import type { Difference } from '../../../core/drift.ts';
import { markIn } from './mark.ts';
import type { StoreSeen } from './seen.ts';
import { wantedDatastore, wantedEndpoint, wantedPrune, wantedVerify } from './wanted.ts';
import type { StoreWish } from './wish.ts';

type Settings = Readonly<Record<string, unknown>>;

const text = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

function differences(prefix: string, want: Settings, have: object): readonly Difference[] {
  return Object.entries(want).flatMap(([name, value]) => {
    const [wanted, found] = [text(value), text((have as Settings)[name])];
    return wanted === found ? [] : [{ path: `${prefix}.${name}`, want: wanted, have: found }];
  });
}

/** A key that was rotated is no drift. */
function ofEndpoint(wish: StoreWish, { place, endpoint }: StoreSeen): readonly Difference[] {
  if (!place || !endpoint) return [];
  const { endpoint: host, region, pathStyle, quirks, rates, putRateLimit } = wantedEndpoint(wish, place);
  const named = putRateLimit === undefined ? {} : { putRateLimit };
  const { in: downloadRate, out: uploadRate } = rates ?? {};
  const have = { downloadRate: endpoint.rates?.in, uploadRate: endpoint.rates?.out };
  return [
    ...differences('s3', { endpoint: host, region, pathStyle, quirks, ...named }, endpoint),
    ...(rates ? differences('s3', { downloadRate, uploadRate }, have) : []),
  ];
}

/** What others closed is no setting of ours; that they opened what shall be closed is one. */
function ofMaintenance({ maintenance: want }: StoreWish, { maintenance: have }: Datastore): readonly Difference[] {
  const settled = have === undefined || have === 'read-only' || have === 'offline';
  return want === undefined || want === have || !settled
    ? []
    : [{ path: 'datastore.maintenance', want, have: have ?? '' }];
}

export function storeDrift(wish: StoreWish, seen: StoreSeen): readonly Difference[] {
  const { place, datastore, prune, verify } = seen;
  if (!place || !datastore || markIn(datastore)?.owner !== wish.uid) return [];
  const { gcSchedule, verifyNew, alerts } = wantedDatastore(wish, place);
  const { schedule, keep } = wantedPrune(wish);
  const { schedule: when, outdatedAfterDays } = wantedVerify(wish);
  return [
    ...ofEndpoint(wish, seen),
    ...differences('datastore', { gcSchedule, verifyNew }, datastore),
    ...(alerts && canonical(alerts) !== canonical(datastore.alerts ?? null)
      ? [{ path: 'datastore.s3Alerts', want: text(alerts), have: text(datastore.alerts) }]
      : []),
    ...ofMaintenance(wish, datastore),
    ...(prune ? differences('datastore.prune', { schedule, keep }, prune) : []),
    ...(verify ? differences('datastore.verify', { schedule: when, outdatedAfterDays }, verify) : []),
  ];
}
