// SPDX-License-Identifier: GPL-3.0-or-later
/** Jobs that select by a tag: who is in them, and what is said where that cannot be known, or is nobody. Pure. */
import type { KnownJob, Selection } from '../../../clouds/pve/backup-jobs.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked } from './part.ts';
import type { Tagged, WiringSeen } from './seen.ts';
import type { ByTag, WiringWish } from './wish.ts';

/** `undefined`: nobody has it, or nobody knows who has. */
export function resolved({ tag, except }: ByTag, tagged: Tagged | undefined): Selection | undefined {
  if (!tagged || tagged.unreadable) return undefined;
  const ids = tagged.guests.find((one) => one.tag === tag)?.ids.filter((id) => !except.includes(id)) ?? [];
  return ids.length === 0 ? undefined : { type: 'IDs', ids };
}

const lookedAt = 'in Proxmox VE they stand beside the name of the guest';

interface Beside {
  readonly isThere: boolean;
  /** Ids of jobs that go once this one is made. */
  readonly former: readonly string[];
}

/** What was saved goes on being saved: a list that became empty at once is more often a slip than meant. */
function unused(id: string, { tag }: ByTag, { isThere, former }: Beside): Hold {
  const stay = former.length === 0 ? '' : `; until then ${former.join(', ')} of the spec before goes on`;
  const left = isThere
    ? `its list stays as it was. Give the tag to a guest (${lookedAt}), correct jobs.select.tag, or take the job out of the spec`
    : `it is not made, as a job of nobody cannot be. Give the tag to a guest (${lookedAt}), or correct jobs.select.tag${stay}`;
  return blocked('TagUnused', `No guest has the tag ${tag} that backup job ${id} selects by: ${left}.`, {
    kind: 'BackupJob',
    id,
  });
}

/** Once all else is done: it keeps nothing up. */
export function tagHold(
  { jobs }: WiringWish,
  { tagged, jobs: there }: WiringSeen,
  former: readonly KnownJob[],
): Hold | undefined {
  if (!tagged) return undefined;
  const byTag = jobs.flatMap(({ id, select }) => (select.type === 'Tag' ? [{ id, select }] : []));
  const [first] = byTag;
  if (first && tagged.unreadable)
    return blocked(
      'TagsUnreadable',
      `The token may not see all guests of Proxmox VE, and so not who has the tag ${first.select.tag} that backup job ${first.id} selects by: lists of jobs stay as they were. Grant it VM.Audit on /vms, with propagation.`,
      { kind: 'BackupJob', id: first.id },
    );
  const idle = byTag.find(({ select }) => resolved(select, tagged) === undefined);
  return (
    idle &&
    unused(idle.id, idle.select, {
      isThere: there.some(({ id }) => id === idle.id),
      former: former.map(({ id }) => id),
    })
  );
}
