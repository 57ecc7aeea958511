// SPDX-License-Identifier: GPL-3.0-or-later
/** A wish, and what is seen where all is as it shall be: tables change a piece of them. */
import type { StorageEntry } from '../../../../src/clouds/pve/storage-entries.ts';
import { ownerComment } from '../../../../src/kinds/pbs-instance/wiring/owner-comment.ts';
import { wantedGrants } from '../../../../src/kinds/pbs-instance/wiring/plan-account.ts';
import { wantedJob } from '../../../../src/kinds/pbs-instance/wiring/plan-jobs.ts';
import type { OnServer, WiringSeen } from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import { accountOf, tokenIDOf, type WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';

export const owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'PbsInstance/team-a/main' };
export const other = { uid: 'uid-2', cluster: 'cluster-1', object: 'PbsInstance/team-b/theirs' };

export const wish: WiringWish = {
  node: 'node1',
  server: { host: '192.168.0.20', port: 8007, fingerprint: 'AA:BB' },
  datastore: 'vm-backups',
  namespace: 'site/a',
  storage: 'pbs-main',
  account: accountOf('team-a', 'main'),
  tokenSecret: 'main-pve-token',
  encryption: { secret: 'main-key' },
  jobs: [
    { id: 'nightly', enabled: true, schedule: '02:00', mode: 'snapshot', select: { type: 'All', exclude: [900] } },
    { id: 'lab', enabled: true, schedule: 'sat 03:00', mode: 'stop', select: { type: 'Pool', pool: 'lab' } },
  ],
  adopt: [],
};

export const key = { is: 'Good', fingerprint: 'f1', shownAs: 'f1' } as const;

export const storage: StorageEntry = {
  id: 'pbs-main',
  type: 'pbs',
  server: '192.168.0.20',
  port: 8007,
  datastore: 'vm-backups',
  namespace: 'site/a',
  username: tokenIDOf(wish.account),
  fingerprint: 'aa:bb',
  encryptionKey: 'f1',
  disabled: false,
  content: 'backup',
  prune: 'keep-all=1',
};

export const server: OnServer = {
  namespaces: ['site', 'site/a'],
  user: { enabled: true, comment: ownerComment(owner), ownership: 'mine' },
  tokens: ['pve'],
  grants: wantedGrants(wish),
};

export const now = Date.UTC(2026, 0, 5);

export const atRest: WiringSeen = {
  now,
  owner,
  server,
  token: { found: 'ours', works: true, sentAt: now - 86_400_000, madeStorage: true },
  key: { found: 'here', file: key },
  storage,
  active: true,
  left: [],
  jobs: wish.jobs.flatMap((job) => {
    const wanted = wantedJob(wish, job, { owner, jobs: [] });
    return wanted ? [{ ...wanted, strays: [] }] : [];
  }),
};

export const nothing: WiringSeen = {
  now,
  owner,
  server: { namespaces: [], tokens: [], grants: [] },
  token: { found: 'absent' },
  key: { found: 'absent' },
  active: false,
  left: [],
  jobs: [],
};
