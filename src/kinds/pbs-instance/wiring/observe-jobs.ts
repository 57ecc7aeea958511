// SPDX-License-Identifier: GPL-3.0-or-later
/** Backup jobs, and what they need to know: where they shall fleece, and who has the tags that they select by. Reads only. */
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { backupJobs, type KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import { copyOfAnybody } from '../../../clouds/pve/marks.ts';
import { lacking } from '../../../clouds/pve/permissions.ts';
import { resourcesOf } from '../../../clouds/pve/resources.ts';
import { storageEntry } from '../../../clouds/pve/storage-entries.ts';
import { Failure } from '../../../core/failure.ts';
import { seesGuests } from './needs.ts';
import type { WiringSeen } from './seen.ts';
import type { WiringWish } from './wish.ts';

/** Who may not see it is told that it is not there, and a deletion is not kept up by it. */
async function fleecingEntry(pve: ProxmoxApi, id: string) {
  try {
    const { content, disabled } = (await storageEntry(pve, id)) ?? {};
    return content === undefined || disabled === undefined ? undefined : { content, disabled };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'AccessDenied') return undefined;
    throw error;
  }
}

/** What jobs shall fleece on. */
export async function fleecingSeen(pve: ProxmoxApi, { jobs }: WiringWish): Promise<Pick<WiringSeen, 'fleecing'>> {
  const ids = [...new Set(jobs.flatMap(({ fleecing }) => fleecing ?? []))];
  if (ids.length === 0) return {};
  const found = await Promise.all(ids.map(async (id) => [id, await fleecingEntry(pve, id)] as const));
  return { fleecing: Object.fromEntries(found) };
}

/**
 * Guests that may not be seen are left out without a word: were they taken for gone, whoever took a right away would take them out of their
 * backups. So where a job has somebody who is not shown, rights are asked for.
 */
async function taggedIn(
  pve: ProxmoxApi,
  wish: WiringWish,
  jobs: readonly KnownJob[],
): Promise<Pick<WiringSeen, 'tagged'>> {
  const byTag = wish.jobs.flatMap(({ id, select }) => (select.type === 'Tag' ? [{ id, tag: select.tag }] : []));
  if (byTag.length === 0) return {};
  const { guests } = await resourcesOf(pve);
  const listed = jobs.flatMap(({ id, select }) =>
    select.type === 'IDs' && byTag.some((one) => one.id === id) ? select.ids : [],
  );
  const hidden = listed.filter((id) => !guests.some(({ vmid }) => vmid === id));
  const doubtful = guests.length === 0 ? [seesGuests] : hidden.map((id) => ({ ...seesGuests, path: `/vms/${id}` }));
  if ((await lacking(pve, doubtful)).length > 0) return { tagged: { unreadable: true } };
  const tags = [...new Set(byTag.map(({ tag }) => tag))];
  return {
    tagged: {
      unreadable: false,
      guests: tags.map((tag) => ({
        tag,
        ids: guests
          .filter(({ tags: its }) => its.includes(tag) && !its.includes(copyOfAnybody))
          .map(({ vmid }) => vmid),
      })),
    },
  };
}

/** All of the cluster. */
export async function jobsSeen(pve: ProxmoxApi, wish: WiringWish): Promise<Pick<WiringSeen, 'jobs' | 'tagged'>> {
  const jobs = await backupJobs(pve);
  return { jobs, ...(await taggedIn(pve, wish, jobs)) };
}
