// SPDX-License-Identifier: GPL-3.0-or-later
/** A wish, a store that is as it shall be, and a preview: tables change a piece of them. */
import { expect } from '@jest/globals';
import type { Hold } from '../../../../src/core/plan.ts';
import { afterStoreEvent, afterStoreStep } from '../../../../src/kinds/pbs-instance/store/after.ts';
import { commentOf } from '../../../../src/kinds/pbs-instance/store/mark.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import type { StorePart } from '../../../../src/kinds/pbs-instance/store/part.ts';
import type { PlaceSeen, StoreSeen } from '../../../../src/kinds/pbs-instance/store/seen.ts';
import type { StoreStep } from '../../../../src/kinds/pbs-instance/store/steps.ts';
import { wantedPrune, wantedVerify } from '../../../../src/kinds/pbs-instance/store/wanted.ts';
import type { StoreWish } from '../../../../src/kinds/pbs-instance/store/wish.ts';

export const name = 'vm-backup-s3';
export const wish: StoreWish = {
  url: 'https://pbs.example.com:8007',
  uid: 'uid-main',
  s3: { type: 'BackupTarget', id: 'aws-s3-storage', name: 'vm-backups' },
  datastore: { name, path: `/mnt/datastore/cache/${name}`, gcSchedule: 'daily', verifyNew: true },
  prune: { schedule: 'daily', keep: { keepLast: 3, keepYearly: 0 } },
  verify: { schedule: 'monthly', outdatedAfterDays: 60 },
  record: 'main-server',
};
export const place: PlaceSeen = {
  host: 's3.ap-northeast-2.amazonaws.com',
  region: 'ap-northeast-2',
  bucket: 'vm-backups-s3',
  pathStyle: false,
  quirks: [],
  accessKeyID: 'AKIAEXAMPLE',
  seal: 'abcdef01',
  secret: 'vm-backups-s3',
};
export const fresh: StoreSeen = {
  now: 3_600_000,
  claim: { is: 'Free', prefix: '' },
  endpointUsers: [],
  attempts: [],
  leaving: false,
};

interface Foreseen {
  readonly steps: readonly StoreStep[];
  readonly end: StoreSeen;
  readonly hold?: Hold;
}

export function foreseen(
  seen: StoreSeen,
  plan: (seen: StoreSeen) => StorePart = (at) => planStore(wish, at),
): Foreseen {
  const all: StoreStep[] = [];
  let at = seen;
  for (let looks = 0; looks < 20; looks++) {
    const { steps, hold } = plan(at);
    for (const step of steps) {
      const next = afterStoreStep(at, step);
      // each step shows, and shows once
      expect(next).not.toBe(at);
      expect(afterStoreStep(next, step)).toBe(next);
      all.push(step);
      at = next;
    }
    const past = steps.length === 0 && hold?.until ? afterStoreEvent(at, hold.until) : at;
    if (steps.length === 0 && past === at) return { steps: all, end: at, ...(hold ? { hold } : {}) };
    at = past;
  }
  throw new Error('it never ends');
}

export const endpoint = {
  id: 'aws-s3-storage',
  endpoint: `{{bucket}}.${place.host}`,
  accessKeyID: place.accessKeyID,
  region: place.region,
  pathStyle: false,
  quirks: [],
};
export const datastore = {
  ...wish.datastore,
  comment: commentOf({ owner: 'uid-main', seal: place.seal }),
  s3: { client: 'aws-s3-storage', bucket: place.bucket },
};
export const settled: StoreSeen = {
  ...fresh,
  claim: { is: 'Mine', prefix: '' },
  place,
  endpoint,
  datastore,
  prune: wantedPrune(wish),
  verify: wantedVerify(wish),
  noted: `${place.bucket}/${name}`,
};
