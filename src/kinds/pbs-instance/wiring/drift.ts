// SPDX-License-Identifier: GPL-3.0-or-later
/** Where what is there is not as the spec wants it: what is still to be made is no drift. Pure. */
import type { BackupJob } from '../../../clouds/pve/backup-jobs.ts';
import type { Difference } from '../../../core/drift.ts';
import { wantedGrants } from './plan-account.ts';
import { jobDifferences, wantedJob } from './plan-jobs.ts';
import { settingsOf } from './plan-storage.ts';
import type { WiringSeen } from './seen.ts';
import type { WiringWish } from './wish.ts';

const words = (value: unknown) =>
  value === undefined || value === '' ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

function storageDrift(wish: WiringWish, { storage }: WiringSeen): Difference[] {
  if (!storage) return [];
  const { disabled, prune, ...same } = storage;
  const have: Readonly<Record<string, unknown>> = { ...same, disable: disabled, 'prune-backups': prune };
  const settings = Object.entries(settingsOf(wish, storage)).map(([name, want]) => ({
    path: `storage.${name}`,
    want: words(want),
    have: words(have[name]),
  }));
  const { host: server } = wish.server;
  const fixed = { server, datastore: wish.datastore };
  return [
    ...settings,
    ...(['server', 'datastore'] as const)
      .filter((name) => storage[name] !== fixed[name])
      .map((name) => ({ path: `storage.${name}`, want: fixed[name], have: storage[name] })),
  ];
}

function jobDrift(wish: WiringWish, seen: WiringSeen): Difference[] {
  return wish.jobs.flatMap((job) => {
    const want = wantedJob(wish, job, seen);
    const have = seen.jobs.find(({ id }) => id === job.id);
    if (!want || !have) return [];
    return jobDifferences(want, have).map((name) => ({
      path: `jobs.${job.id}.${name}`,
      want: words((want as BackupJob & { readonly strays?: string })[name]),
      have: words(have[name]),
    }));
  });
}

/** More than it should have: what is too little is being given. */
function rightsDrift(wish: WiringWish, { server }: WiringSeen): Difference[] {
  const wanted = wantedGrants(wish);
  const surplus = (server?.grants ?? []).filter(
    (have) => !wanted.some(({ path, who, role }) => have.path === path && have.who === who && have.role === role),
  );
  return surplus.map(({ path, who, role }) => ({ path: `account.${who} ${path}`, want: 'none', have: role }));
}

export function wiringDrift(wish: WiringWish, seen: WiringSeen): readonly Difference[] {
  return [...storageDrift(wish, seen), ...jobDrift(wish, seen), ...rightsDrift(wish, seen)];
}
