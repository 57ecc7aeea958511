// SPDX-License-Identifier: GPL-3.0-or-later
/** Part by part, each only once the one before it stands. Pure. */
import { isClosedOnRequest } from '../closed.ts';
import { machineLeft, storeLeft, wiringLeft } from '../left-alone.ts';
import { imaginedServer, imaginedWiring } from '../imagined.ts';
import { serverKnown } from '../known.ts';
import type { Hold } from '../../../core/plan.ts';
import { planMachine } from '../machine/plan.ts';
import type { Observed } from '../observed.ts';
import { ownSecrets } from '../names.ts';
import { machineWish, serverWish, storeWish, wiringWish } from '../of-spec.ts';
import { permissionsHold } from '../permissions.ts';
import { planServer } from '../server/plan.ts';
import { lastTests, restoreWish } from '../restore-of.ts';
import { planRestore } from '../restore/plan.ts';
import { markIn } from '../store/mark.ts';
import { planStore } from '../store/plan.ts';
import { fleecingHold } from '../wiring/plan-fleecing.ts';
import { jobsHold } from '../wiring/plan-jobs.ts';
import { storageHold } from '../wiring/plan-storage.ts';
import { planClosedWiring, planWiring } from '../wiring/plan.ts';
import type { PbsDesired } from '../wish.ts';
import { blocked, held, inOrder, nothing, type Part } from './part.ts';

export function machinePart(desired: PbsDesired, { machine }: Observed): Part {
  const wish = machineWish(desired);
  return wish && machine ? planMachine(machineLeft(desired.spec, wish, machine), machine) : nothing;
}

export function serverPart(desired: PbsDesired, observed: Observed): Part {
  const wish = serverWish(desired, observed.owner, observed.reach);
  return planServer(wish, observed.server ?? imaginedServer(observed));
}

export function storePart(desired: PbsDesired, { store }: Observed): Part {
  return store ? planStore(storeLeft(desired.spec, storeWish(desired), store), store) : nothing;
}

export function wiringPart(desired: PbsDesired, observed: Observed): Part {
  const wish = wiringWish(desired, serverKnown(desired, observed));
  const seen = observed.wiring ?? imaginedWiring(observed);
  const plan = isClosedOnRequest(desired, observed) ? planClosedWiring : planWiring;
  return plan(wiringLeft(desired.spec, wish, seen), seen);
}

export function restorePart(desired: PbsDesired, observed: Observed): Part {
  const { restore } = observed;
  return restore ? planRestore(restoreWish(desired, observed), restore, lastTests(desired)) : nothing;
}

/** A datastore that is there, on a server of others, and is to be taken over. */
function isForeign({ uid }: PbsDesired, { machine, store }: Observed): boolean {
  const datastore = store?.datastore;
  return machine === undefined && datastore !== undefined && markIn(datastore)?.owner !== uid;
}

/** What would only be found out once the server is installed, or the datastore is made. */
function takenHold(desired: PbsDesired, observed: Observed): Hold | undefined {
  const { machine, beside, wiring } = observed;
  if (machine?.vm) return undefined;
  const seen = beside ? imaginedWiring(observed) : isForeign(desired, observed) ? wiring : undefined;
  if (!seen) return undefined;
  const wish = wiringWish(desired, serverKnown(desired, observed));
  return storageHold(wish, seen) ?? jobsHold(wish, seen) ?? fleecingHold(wish, seen);
}

/** Before any of them is there. */
function secretHold({ name, spec }: PbsDesired): Hold | undefined {
  const secret = spec.storage.encryption?.secretRef.name;
  if (secret === undefined || !Object.values(ownSecrets(name)).includes(secret)) return undefined;
  return blocked(
    'EncryptionSecretUnsafe',
    `Secret ${secret} (storage.encryption.secretRef) is one that is written for this object itself, and that goes with it: no encryption key is put there, as backups cannot be read without. The field is fixed: make this object anew with a Secret of its own there.`,
    { kind: 'Secret', id: secret },
  );
}

export function planPresent(desired: PbsDesired, observed: Observed): Part {
  const early = secretHold(desired) ?? permissionsHold(desired, observed) ?? takenHold(desired, observed);
  if (early) return held(early);
  return inOrder(
    [machinePart, serverPart, storePart, wiringPart, restorePart].map((part) => () => part(desired, observed)),
  );
}
