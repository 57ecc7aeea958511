// SPDX-License-Identifier: GPL-3.0-or-later
/** What turned from one status to the next. Pure. */
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import type { Condition } from '../../../core/conditions.ts';
import type { News } from '../../../core/kind.ts';
import { named } from './trouble.ts';

const own = ['Protected', 'FullyCovered', 'BackupsSound', 'JobsSucceed', 'StoreHealthy', 'WithinS3Budget'];

type Told = WorthStatus & {
  readonly conditions?: readonly Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] | undefined;
};

function turned(before: Told, now: Told, type: string): readonly News[] {
  const [was, is] = [before, now].map(({ conditions = [] }) => conditions.find((one) => one.type === type));
  if (!is || (was?.status === is.status && was.reason === is.reason)) return [];
  const { reason, message } = is;
  // what was asked for is no warning
  if (is.status === 'False')
    return [{ type: reason === 'InRequestedMaintenance' ? 'Normal' : 'Warning', reason, message }];
  // a good beginning is no news
  return is.status === 'True' && was?.status === 'False'
    ? [{ type: 'Normal', reason, message: `${type}: ${message}` }]
    : [];
}

/** Others that join those who are without a backup: the condition has turned before. */
function joined(before: WorthStatus, now: WorthStatus): readonly News[] {
  const known = new Set(before.guests?.stale?.map(({ id }) => id));
  const added = (now.guests?.stale ?? []).filter(({ id }) => !known.has(id));
  if (known.size === 0 || added.length === 0) return [];
  const guests = added.map(({ id, name = '' }) => ({ vmid: id, name }));
  const message = `Without a good backup within the objective now, too: ${named(guests)}`;
  return [{ type: 'Warning', reason: 'MoreBackupsStale', message }];
}

export function worthNews(before: Told, now: Told): readonly News[] {
  return [...own.flatMap((type) => turned(before, now, type)), ...joined(before, now)];
}
