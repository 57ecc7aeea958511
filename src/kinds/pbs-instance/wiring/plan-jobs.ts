// SPDX-License-Identifier: GPL-3.0-or-later
/** Backup jobs of Proxmox VE: ours have the mark in their comment, all others are never touched. Pure. */
import { annotations } from '../../../api/annotations.ts';
import type { BackupJob, KnownJob, Selection } from '../../../clouds/pve/backup-jobs.ts';
import { canonical } from '../../../core/digest.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { ownerComment, ownershipOfComment } from './owner-comment.ts';
import { blocked } from './part.ts';
import type { WiringSeen } from './seen.ts';
import type { WiringStep } from './steps.ts';
import { resolved } from './plan-tags.ts';
import type { WiringWish, WishedJob } from './wish.ts';

type Seen = Pick<WiringSeen, 'owner' | 'jobs' | 'tagged'>;

const sorted = (ids: readonly number[]) => [...new Set(ids)].sort((a, b) => a - b);

function selected(select: Selection): Selection {
  if (select.type === 'Pool') return select;
  return select.type === 'All'
    ? { type: 'All', exclude: sorted(select.exclude) }
    : { type: 'IDs', ids: sorted(select.ids) };
}

/** `undefined`: nobody has its tag, and there is no job that could go on as it was. */
export function wantedJob({ storage }: WiringWish, wished: WishedJob, seen: Seen): BackupJob | undefined {
  const { select: by, ...job } = wished;
  const found = by.type === 'Tag' ? resolved(by, seen.tagged) : by;
  const select = found ?? seen.jobs.find(({ id }) => id === job.id)?.select;
  return select && { ...job, select: selected(select), storage, comment: ownerComment(seen.owner) };
}

/** Field by field, in the words of the spec. */
export function jobDifferences(want: BackupJob, have: KnownJob): readonly (keyof BackupJob | 'strays')[] {
  const plain = (['enabled', 'schedule', 'storage', 'mode', 'comment', 'fleecing'] as const).filter(
    (name) => want[name] !== have[name],
  );
  // what the spec does not name is as people like it
  const free = (['changeDetection', 'notifications'] as const).filter(
    (name) => want[name] !== undefined && canonical(want[name]) !== canonical(have[name] ?? null),
  );
  const select = canonical(want.select) === canonical(have.select) ? [] : (['select'] as const);
  return [...plain, ...free, ...select, ...(have.strays.length === 0 ? [] : (['strays'] as const))];
}

export function ourJobs({ jobs, owner }: WiringSeen): readonly KnownJob[] {
  return jobs.filter(({ comment }) => ownershipOfComment(comment, owner) === 'mine');
}

export function jobsHold({ jobs: wished, adopt }: WiringWish, { jobs, owner }: WiringSeen): Hold | undefined {
  for (const { id } of wished) {
    const there = jobs.find((one) => one.id === id);
    if (!there) continue;
    const ownership = ownershipOfComment(there.comment, owner);
    if (ownership === 'mine' || (ownership === 'nobodys' && adopt.includes(id))) continue;
    const whose = ownership === 'nobodys' ? 'which this object did not make' : `which belongs to ${ownership.other}`;
    const cure =
      ownership === 'nobodys' ? `take it over: annotate this object with ${annotations.adopt}: ${id}` : 'remove it';
    return blocked(
      'NotOurs',
      `Proxmox VE has a backup job ${id} already, ${whose}; it is not touched. Choose another id, or ${cure}.`,
      { kind: 'BackupJob', id },
    );
  }
  return undefined;
}

function stepFor(job: BackupJob, was: KnownJob | undefined, owner: Owner): WiringStep[] {
  const target = `backup job ${job.id} in Proxmox VE`;
  if (!was) return [{ part: 'wiring', do: 'AddBackupJob', effect: 'create', target, job }];
  if (jobDifferences(job, was).length === 0) return [];
  const taken = ownershipOfComment(was.comment, owner) === 'mine' ? {} : ({ needs: 'approval' } as const);
  const { nextRun: _, ...same } = was;
  return [{ part: 'wiring', do: 'ChangeBackupJob', effect: 'update', target, job, was: same, ...taken }];
}

export function jobRemoval({ id }: Pick<KnownJob, 'id'>): WiringStep {
  return {
    part: 'wiring',
    do: 'RemoveBackupJob',
    effect: 'delete',
    target: `backup job ${id} in Proxmox VE`,
    job: id,
  };
}

/** Ours that the spec has no more. */
export function formerJobs({ jobs: wished }: WiringWish, seen: WiringSeen): readonly KnownJob[] {
  return ourJobs(seen).filter(({ id }) => !wished.some((job) => job.id === id));
}

export function jobSteps(wish: WiringWish, seen: WiringSeen): readonly WiringStep[] {
  const wanted = wish.jobs.flatMap((job) => wantedJob(wish, job, seen) ?? []);
  // what comes in their place cannot be made yet: until then they save whom they saved
  const gone = wanted.length < wish.jobs.length ? [] : formerJobs(wish, seen);
  return [
    ...wanted.flatMap((job) =>
      stepFor(
        job,
        seen.jobs.find(({ id }) => id === job.id),
        seen.owner,
      ),
    ),
    ...gone.map(jobRemoval),
  ];
}
