// SPDX-License-Identifier: GPL-3.0-or-later
/** The store as it will be once a step is done or an event happened; the same object when it already shows. Pure. */
import type { Event } from '../../../core/step.ts';
import { inUseOf, noteOf } from './mark.ts';
import { sameEndpoint, samePrune, sameSettings, sameVerify } from './same.ts';
import type { PlaceSeen, StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';

type Do<Name extends StoreStep['do']> = Extract<StoreStep, { do: Name }>;

/** Where not even the BackupTarget could be read. */
const foreseenPlace: PlaceSeen = {
  host: 's3.amazonaws.com',
  region: 'us-east-1',
  bucket: '<bucket of the BackupTarget>',
  pathStyle: false,
  quirks: [],
  accessKeyID: '<key of the BackupTarget>',
  seal: '00000000',
  secret: '<Secret of the BackupTarget>',
};

function claimed(seen: StoreSeen): StoreSeen {
  const { claim } = seen;
  return claim.is === 'Free' || claim.is === 'Taken' ? { ...seen, claim: { is: 'Mine', prefix: claim.prefix } } : seen;
}

function released(seen: StoreSeen, step: Do<'ReleaseBackupTarget'>): StoreSeen {
  const { claim, former = [], ...others } = seen;
  if (!step.former) return claim.is === 'Mine' ? { ...seen, claim: { is: 'Free', prefix: claim.prefix } } : seen;
  if (!former.includes(step.name)) return seen;
  const left = former.filter((name) => name !== step.name);
  return { ...others, claim, ...(left.length > 0 ? { former: left } : {}) };
}

function withEndpoint(seen: StoreSeen, step: Do<'AddS3Endpoint' | 'ChangeS3Endpoint'>): StoreSeen {
  const { endpoint } = step;
  const { putRateLimit: _fixed, ...changes } = endpoint;
  const { putRateLimit } = step.do === 'AddS3Endpoint' ? endpoint : (seen.endpoint ?? endpoint);
  const known = { ...changes, ...(putRateLimit === undefined ? {} : { putRateLimit }) };
  const next = seen.endpoint && sameEndpoint(seen.endpoint, endpoint) ? seen : { ...seen, endpoint: known };
  return step.do === 'ChangeS3Endpoint' && step.datastore ? changed(next, step.datastore) : next;
}

/** No host calls itself so. */
const serverBefore = '<the server before>';

/**
 * A server that is gone has left its mark in the bucket, and the new one stumbles over it; whose mark it is, is found out only by trying.
 * Whoever looks at a plan is told of both tries.
 */
function stumbles({ noted, freed, attempts }: StoreSeen, { datastore: { reuse, s3, name } }: Do<'CreateDatastore'>) {
  return reuse === 'Mine' && noted === noteOf(s3.bucket, name) && !freed && attempts.length === 0;
}

function created(seen: StoreSeen, step: Do<'CreateDatastore'>): StoreSeen {
  const { reuse } = step.datastore;
  if (seen.datastore || (reuse === 'Mine' && seen.attempts[0]?.host === serverBefore)) return seen;
  const { reuse: _how, ...made } = step.datastore;
  return stumbles(seen, step)
    ? { ...seen, attempts: [inUseOf(serverBefore, seen.now)] }
    : { ...seen, datastore: made, attempts: [] };
}

function changed(seen: StoreSeen, want: Do<'ChangeDatastore'>['datastore']): StoreSeen {
  const { comment, gcSchedule, verifyNew, alerts } = want;
  const { datastore: have } = seen;
  if (!have || sameSettings(have, want)) return seen;
  return { ...seen, datastore: { ...have, comment, gcSchedule, verifyNew, ...(alerts ? { alerts } : {}) } };
}

function opened(seen: StoreSeen): StoreSeen {
  if (seen.datastore?.maintenance === undefined) return seen;
  const { maintenance: _over, maintenanceMessage: _said, ...datastore } = seen.datastore;
  const { refresh: _ended, ...rest } = seen;
  return { ...rest, datastore };
}

function closed(seen: StoreSeen, { maintenance: { mode, message } }: Do<'BeginMaintenance'>): StoreSeen {
  const { datastore } = seen;
  if (!datastore || (datastore.maintenance === mode && datastore.maintenanceMessage === message)) return seen;
  return { ...seen, datastore: { ...datastore, maintenance: mode, maintenanceMessage: message } };
}

function gone(seen: StoreSeen): StoreSeen {
  if (!seen.datastore && !seen.leaving) return seen;
  const { datastore: _gone, prune: _p, verify: _v, removal: _ended, ...rest } = seen;
  return { ...rest, leaving: false, freed: true, attempts: [] };
}

function withoutEndpoint(seen: StoreSeen): StoreSeen {
  if (!seen.endpoint) return seen;
  const { endpoint: _gone, ...rest } = seen;
  return rest;
}

function afterCare(
  seen: StoreSeen,
  step: Do<'AddPruneJob' | 'ChangePruneJob' | 'AddVerifyJob' | 'ChangeVerifyJob'>,
): StoreSeen {
  switch (step.do) {
    case 'AddPruneJob':
    case 'ChangePruneJob':
      return seen.prune && samePrune(seen.prune, step.job) ? seen : { ...seen, prune: step.job };
    default:
      return seen.verify && sameVerify(seen.verify, step.job) ? seen : { ...seen, verify: step.job };
  }
}

export function afterStoreStep(seen: StoreSeen, step: StoreStep): StoreSeen {
  switch (step.do) {
    case 'ClaimBackupTarget':
      return claimed(seen);
    case 'ReleaseBackupTarget':
      return released(seen, step);
    case 'AddS3Endpoint':
    case 'ChangeS3Endpoint':
      return withEndpoint(seen, step);
    case 'RemoveS3Endpoint':
      return withoutEndpoint(seen);
    case 'CreateDatastore':
      return created(seen, step);
    case 'ChangeDatastore':
      return changed(seen, step.datastore);
    case 'BeginMaintenance':
      return closed(seen, step);
    case 'EndMaintenance':
    case 'RefreshDatastore':
      return opened(seen);
    case 'DetachDatastore':
    case 'DestroyDatastore':
      return gone(seen);
    case 'NoteDatastore':
      return seen.noted === step.note ? seen : { ...seen, noted: step.note };
    default:
      return afterCare(seen, step);
  }
}

export function afterStoreEvent(seen: StoreSeen, event: Event): StoreSeen {
  switch (event.happens) {
    case 'AccessKeyDelivered':
      return seen.place ? seen : { ...seen, place: seen.comes ?? foreseenPlace };
    case 'DatastoreRefreshed':
      return opened(seen);
    case 'DatastoreGone':
      return gone(seen);
    // the look tells which it is: in a preview the try is over, and is made again as a whole
    case 'DatastoreMade':
      return seen.attempts.length === 0 ? seen : { ...seen, attempts: [] };
    default:
      return seen;
  }
}
