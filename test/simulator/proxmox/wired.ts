// SPDX-License-Identifier: GPL-3.0-or-later
/** A PVE that backs up to a PBS on S3: guest 200 every night at two. */
import { address, stocked, type Cloud } from './cloud.ts';
import type { Params } from './world.ts';

export const store = 'vm-backup-s3';
export const hour = 3_600_000;

export interface Wired extends Cloud {
  /** Of POST /storage. */
  readonly entry: Params;
  /** Lets days go by, with a look every six hours. */
  days(n: number): Promise<void>;
}

/** What PVE needs to sign in: a user and a token, DatastoreBackup for both. */
export async function credentials(at: Cloud): Promise<string> {
  await at.admin.post('/access/users', { userid: 'pve@pbs' });
  const { data } = await at.admin.post('/access/users/pve@pbs/token/backup');
  for (const who of ['pve@pbs', 'pve@pbs!backup'])
    await at.admin.put('/access/acl', { path: `/datastore/${store}`, role: 'DatastoreBackup', 'auth-id': who });
  return (data as { readonly value: string }).value;
}

export async function wired(
  given: Parameters<typeof stocked>[0] & { readonly entry?: Params; readonly job?: Params } = {},
): Promise<Wired> {
  const at = await stocked(given);
  const password = await credentials(at);
  const entry: Params = {
    storage: 'pbs-main',
    type: 'pbs',
    server: address,
    datastore: store,
    username: 'pve@pbs!backup',
    password,
    fingerprint: at.server.fingerprint,
  };
  const answer = await at.pve.post('/storage', { ...entry, ...given.entry });
  if (answer.status !== 200) throw new Error(answer.reason);
  at.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  await at.pve.post('/cluster/backup', {
    id: 'nightly',
    schedule: '02:00',
    storage: 'pbs-main',
    all: 1,
    mode: 'snapshot',
    ...given.job,
  });
  return {
    ...at,
    entry,
    days: async (n) => {
      for (let looks = 0; looks < n * 4; looks++) {
        await at.clock.advance(6 * hour);
        await at.world.settle();
      }
    },
  };
}

export const backups = async ({ pve }: Wired, vmid?: number) =>
  (
    await pve.get('/nodes/node1/storage/pbs-main/content', {
      content: 'backup',
      ...(vmid === undefined ? {} : { vmid }),
    })
  ).data as readonly Record<string, unknown>[];

export const lastRun = async ({ pve }: Wired) =>
  (
    (await pve.get('/nodes/node1/tasks', { typefilter: 'vzdump', limit: 1 })).data as readonly Record<string, unknown>[]
  )[0];
