// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows, part by part. Pure. */
import type { Facts } from '../../core/kind.ts';
import { budgetFields } from './budget/budget.ts';
import { conditionsOf } from './conditions.ts';
import { serverKnown } from './known.ts';
import { machineFacts } from './machine/facts.ts';
import type { Observed } from './observed.ts';
import { serverWish, wiringWish } from './of-spec.ts';
import { serverFacts } from './server/facts.ts';
import { storeFacts } from './store/facts.ts';
import { wiringFacts } from './wiring/facts.ts';
import { lastTests, restoreWish } from './restore-of.ts';
import { restoreFacts } from './restore/facts.ts';
import type { PbsDesired } from './wish.ts';
import { worthOf } from './worth-of.ts';

type Fields = Facts['fields'];

function storageFields(desired: PbsDesired, observed: Observed): Fields {
  const { wiring } = observed;
  if (!wiring) return {};
  const wish = wiringWish(desired, serverKnown(desired, observed));
  const { tokenID, storage, keyFingerprint } = wiringFacts(wish, wiring);
  const state = storage ? (storage.active ? 'Active' : 'Inactive') : 'Missing';
  return {
    storage: {
      id: wish.storage,
      state,
      ...(tokenID === undefined ? {} : { user: tokenID }),
      ...(wish.encryption ? { keySecretName: wish.encryption.secret } : {}),
      ...(keyFingerprint === undefined ? {} : { keyFingerprint }),
    },
  };
}

/** What is there, by the store, and how it is kept, by who looks at the backups. */
function storeFields(desired: PbsDesired, observed: Observed): Fields {
  const { s3, datastore } = observed.store ? storeFacts(observed.store) : {};
  const care = worthOf(desired, observed)?.datastore;
  const known = datastore ?? desired.last.datastore;
  return { ...(s3 ? { s3 } : {}), ...(known ? { datastore: { ...known, ...care } } : {}) };
}

/** What could not be looked at is as it was told last; of a VM that is gone nothing is, but for what its backups were worth. */
function remembered({ last, absent }: PbsDesired, { machine, worth }: Observed): Fields {
  const { vm, server, s3, datastore, storage, jobs, guests, lastBackupTime, oldestUnmetRPO } = last;
  const known = {
    ...(machine && !machine.vm ? {} : { vm, server }),
    s3,
    datastore,
    storage,
    ...(worth || absent ? {} : { jobs, guests, lastBackupTime, oldestUnmetRPO }),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function restoreFields(desired: PbsDesired, observed: Observed): Fields {
  const { restore } = observed;
  const shown = restore
    ? restoreFacts(restoreWish(desired, observed), restore, lastTests(desired))
    : desired.last.restoreTests;
  return shown ? { restoreTests: shown } : {};
}

function serverFields(desired: PbsDesired, { server, owner, reach, worth }: Observed): Fields {
  if (!server) return {};
  const met = worth?.pbs.is === 'Here' ? worth.pbs.instanceID : undefined;
  const instanceID = desired.last.server?.instanceID ?? met;
  const known = serverFacts(serverWish(desired, owner, reach), server);
  return { server: { ...known, ...(instanceID === undefined ? {} : { instanceID }) } };
}

export function facts(desired: PbsDesired, observed: Observed): Facts {
  const { machine } = observed;
  const vm = machine && machineFacts(machine);
  const clusterID = observed.clusterID ?? desired.last.clusterID;
  return {
    fields: {
      ...(clusterID === undefined ? {} : { clusterID }),
      ...remembered(desired, observed),
      ...(vm ? { vm } : {}),
      ...serverFields(desired, observed),
      ...storeFields(desired, observed),
      ...storageFields(desired, observed),
      ...(desired.absent ? {} : budgetFields(desired, observed)),
      ...worthOf(desired, observed)?.facts.fields,
      ...restoreFields(desired, observed),
    },
    conditions: conditionsOf(desired, observed),
  };
}
