// SPDX-License-Identifier: GPL-3.0-or-later
/** Which guests a job means. Pure. */
import type { KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { ListedGuest } from '../../../clouds/pve/resources.ts';

/** In the words of a run's report. */
function selectionOf({ select }: Pick<KnownJob, 'select'>): string {
  if (select.type === 'Pool') return `pool ${select.pool}`;
  return select.type === 'All' ? 'all' : select.ids.join(',');
}

export function selects({ select }: Pick<KnownJob, 'select'>, { vmid, pool }: ListedGuest): boolean {
  if (select.type === 'Pool') return select.pool === pool;
  return select.type === 'All' ? !select.exclude.includes(vmid) : select.ids.includes(vmid);
}

/** Whether a run was of this job: as the whole of its selection, or as the part of it that is on that node. */
export function isOf(
  job: Pick<KnownJob, 'select'>,
  { node, selection }: { readonly node: string; readonly selection: string },
  guests: readonly ListedGuest[],
): boolean {
  if (selection === selectionOf(job)) return true;
  const { select } = job;
  if (select.type !== 'IDs') return false;
  const there = guests.filter((guest) => guest.node === node).map(({ vmid }) => vmid);
  const part = select.ids.filter((vmid) => there.includes(vmid)).join(',');
  return part !== '' && part === selection;
}
