// SPDX-License-Identifier: GPL-3.0-or-later
/** What ListBuckets knows of an account: later than the buckets themselves. */
import { forgotten, truth, versioned, visible, write } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import type { AccountState } from '../state.ts';
import type { BucketListing } from './state.ts';

export function enterBucketList(call: Call, account: AccountState, listing: BucketListing): void {
  const lag = call.world.lag('s3');
  const before = account.bucketList.get(listing.name);
  if (before) write(before, listing, { now: call.now, lag });
  else account.bucketList.set(listing.name, versioned(listing, call.now + lag));
}

export function visibleBuckets(account: AccountState, now: number): BucketListing[] {
  const found: BucketListing[] = [];
  for (const [name, listing] of account.bucketList) {
    if (forgotten(listing, now)) account.bucketList.delete(name);
    const seen = visible(listing, now);
    if (seen) found.push(seen);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function countBuckets(account: AccountState): number {
  return [...account.bucketList.values()].filter((listing) => truth(listing) !== undefined).length;
}

/** The canonical user id: 64 hexadecimal digits, here made of the account's id. */
export function canonicalID(account: string): string {
  return Buffer.from(account.padEnd(32, '0')).toString('hex');
}
