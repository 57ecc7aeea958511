// SPDX-License-Identifier: GPL-3.0-or-later
/** Prune and verify jobs. Their ids are ours to choose: who changes one by hand finds it changed back. Pure. */
import { samePrune, sameVerify } from './same.ts';
import type { StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';
import { wantedPrune, wantedVerify } from './wanted.ts';
import type { StoreWish } from './wish.ts';

function planPrune(wish: StoreWish, { prune: known }: StoreSeen): StoreStep[] {
  const job = wantedPrune(wish);
  const target = `prune job ${job.id} on ${wish.url}`;
  if (!known) return [{ part: 'store', do: 'AddPruneJob', effect: 'create', target, job }];
  return samePrune(known, job) ? [] : [{ part: 'store', do: 'ChangePruneJob', effect: 'update', target, job, known }];
}

function planVerify(wish: StoreWish, { verify: known }: StoreSeen): StoreStep[] {
  const job = wantedVerify(wish);
  const target = `verify job ${job.id} on ${wish.url}`;
  if (!known) return [{ part: 'store', do: 'AddVerifyJob', effect: 'create', target, job }];
  return sameVerify(known, job) ? [] : [{ part: 'store', do: 'ChangeVerifyJob', effect: 'update', target, job }];
}

export function planCare(wish: StoreWish, seen: StoreSeen): StoreStep[] {
  return [...planPrune(wish, seen), ...planVerify(wish, seen)];
}
