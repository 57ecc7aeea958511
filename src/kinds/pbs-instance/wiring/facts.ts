// SPDX-License-Identifier: GPL-3.0-or-later
/** The wiring's part of the status. Pure. */
import { ourJobs } from './plan-jobs.ts';
import { goodKey } from './plan-key.ts';
import { isOurStorage } from './plan-storage.ts';
import type { WiringSeen } from './seen.ts';
import { tokenIDOf, type WiringWish } from './wish.ts';

export interface WiringFacts {
  /** As whom Proxmox VE backs up. */
  readonly tokenID?: string;
  readonly storage?: { readonly id: string; readonly active: boolean };
  /** Of the key in its Secret; what was said before, where that holds none. */
  readonly keyFingerprint?: string;
  /** `nextRun`: milliseconds since the epoch; absent: it is switched off. */
  readonly jobs: readonly { readonly id: string; readonly nextRun?: number }[];
}

export function wiringFacts(wish: WiringWish, seen: WiringSeen): WiringFacts {
  const { storage, server, active } = seen;
  const key = wish.encryption && (goodKey(seen)?.fingerprint ?? wish.lastKey);
  return {
    ...(server?.user?.ownership === 'mine' ? { tokenID: tokenIDOf(wish.account) } : {}),
    ...(storage && isOurStorage(wish, seen, storage) ? { storage: { id: storage.id, active } } : {}),
    ...(key === undefined ? {} : { keyFingerprint: key }),
    jobs: ourJobs(seen).map(({ id, nextRun }) => ({
      id,
      ...(nextRun === undefined ? {} : { nextRun: nextRun * 1000 }),
    })),
  };
}
