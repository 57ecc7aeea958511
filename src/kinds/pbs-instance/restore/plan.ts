// SPDX-License-Identifier: GPL-3.0-or-later
/** Copies go first; then, when one is due, the next test. Pure: time is in what was seen. */
import { copyMark } from '../../../clouds/pve/marks.ts';
import type { Blocker, Hold } from '../../../core/plan.ts';
import { rfc3339 } from '../../../core/time.ts';
import { sizeText } from '../size-text.ts';
import type { LastTold } from './begun.ts';
import { dueTest, type Due } from './choose.ts';
import type { Candidate, CopySeen, RestoreSeen } from './seen.ts';
import type { RestoreStep } from './steps.ts';
import type { RestoreWish } from './wish.ts';

export interface RestorePart {
  readonly steps: readonly RestoreStep[];
  readonly hold?: Hold;
}

const nothing: RestorePart = { steps: [] };
const held = (hold: Hold): RestorePart => ({ steps: [], hold });

/** One at a time: a call that arrives late takes an id, and the next free one is another by then. */
const announcedAs = 'RestoreCopy';
const restorePollMs = 30_000;
const destroyPollMs = 5000;
const againAfterMs = 60_000;

function blocked(reason: string, message: string, by: Omit<Blocker, 'why'>): Hold {
  return { why: 'Blocked', reason, message, blockedBy: [{ ...by, why: reason }] };
}

export function guestText({ guest, name }: { readonly guest: number; readonly name: string }): string {
  return name === '' ? `VM ${guest}` : `VM ${guest} (${name})`;
}

function underWay({ running, copies }: RestoreSeen): Hold | undefined {
  const [test] = running;
  if (test)
    return {
      why: 'Waiting',
      reason: 'RestoreTestRunning',
      message: `The newest backup of ${guestText(test)} is being restored for a test; the copy is never started, and goes when that is over`,
      until: { happens: 'TaskEnded', id: test.task },
      lookAgainAfterMs: restorePollMs,
    };
  const leaving = copies.find((one) => one.leaving !== undefined)?.leaving;
  if (leaving === undefined) return undefined;
  return {
    why: 'Waiting',
    reason: 'RestoreTestRunning',
    message: 'The copy of a restore test is being destroyed',
    until: { happens: 'TaskEnded', id: leaving },
    lookAgainAfterMs: destroyPollMs,
  };
}

/** Somebody works with it, or Proxmox VE does. */
function copyHold({ now }: RestoreSeen, copy: CopySeen): Hold | undefined {
  const { vmid, node } = copy.place;
  const what = `VM ${vmid} on ${node}`;
  if (copy.running)
    return blocked(
      'RestoreCopyInUse',
      `${what} is the copy of a restore test, and somebody has started it: it stays, and no other test begins. Stop it, and it is destroyed; or, to keep it, take the tags of hybridcloud off it and give it other addresses.`,
      { kind: 'VM', id: String(vmid) },
    );
  if (copy.lock !== undefined)
    return {
      why: 'Waiting',
      reason: 'Locked',
      message: `${what}, the copy of a restore test, is locked (${copy.lock}). If nothing works on it any more, unlock it on its node: qm unlock ${vmid}`,
      until: { happens: 'Unlocked', id: String(vmid) },
      lookAgainAfterMs: againAfterMs,
    };
  const { stuck } = copy;
  const left = stuck ? stuck.at + againAfterMs - now : 0;
  if (!stuck || left <= 0) return undefined;
  return {
    why: 'Waiting',
    reason: 'TaskFailed',
    message: `Proxmox VE could not destroy ${what}, the copy of a restore test: ${stuck.message}. It is tried again`,
    until: { happens: 'Elapsed', seconds: Math.ceil(left / 1000) },
    lookAgainAfterMs: left,
  };
}

function cleaning(seen: RestoreSeen): RestorePart | undefined {
  const [copy] = seen.copies;
  if (!copy) return undefined;
  const hold = copyHold(seen, copy);
  if (hold) return held(hold);
  const { place, is } = copy;
  // the same words before and after there is an id
  const target = `copy of a restore test on ${place.node}`;
  return {
    steps: [{ do: 'DestroyCopy', part: 'restore', effect: 'delete', routine: true, target, copy: place, is }],
  };
}

/** Whether the copy has a place. */
function roomHold({ storage, node }: RestoreWish, { room }: RestoreSeen, candidate: Candidate): Hold | undefined {
  const by = { kind: 'Storage', id: storage };
  if (room === undefined) return undefined;
  if (room === 'missing' || !room.active || !room.content.split(',').includes('images'))
    return blocked(
      'RestoreStorageUnusable',
      `Storage ${storage} (restoreTests.storage) is not there on ${node}, not active, or not for disk images: nothing is restored for a test. Name one that is, or let this one have the content type Disk image.`,
      by,
    );
  if (room.avail >= candidate.size) return undefined;
  return blocked(
    'RestoreNoRoom',
    `${guestText(candidate)} has ${sizeText(candidate.size)} of disks, and storage ${storage} (restoreTests.storage) on ${node} has less than that free: it is not restored for a test. Free some, or name another storage.`,
    by,
  );
}

function testStep(wish: RestoreWish, { owner, nextID = 0 }: RestoreSeen, { candidate }: Due): RestoreStep {
  const { node, storage, pool, from } = wish;
  const { guest, name, snapshotAt } = candidate;
  return {
    do: 'RestoreCopy',
    part: 'restore',
    effect: 'create',
    routine: true,
    target: `copy of ${guestText(candidate)} on ${node} for a test`,
    once: announcedAs,
    copy: { node, vmid: nextID },
    guest,
    name,
    snapshotAt,
    archive: `${from}:backup/vm/${guest}/${rfc3339(snapshotAt)}`,
    storage,
    ...(pool === undefined ? {} : { pool }),
    mark: copyMark(owner, guest),
  };
}

/** @param wish Absent: no test is wanted (any more), and what there is goes. */
export function planRestore(wish: RestoreWish | undefined, seen: RestoreSeen, last: LastTold): RestorePart {
  const wait = underWay(seen);
  if (wait) return held(wait);
  const clean = cleaning(seen);
  if (clean) return clean;
  const due = wish && dueTest(wish, seen, last);
  if (!wish || !due || due.at > seen.now || seen.busy || seen.nextID === undefined) return nothing;
  const hold = roomHold(wish, seen, due.candidate);
  return hold ? held(hold) : { steps: [testStep(wish, seen, due)] };
}

const busyMs = 5 * 60_000;

/** When the next test is due, for the engine: what goes on, or is held, has times of its own. */
export function restoreDue(wish: RestoreWish, seen: RestoreSeen, last: LastTold): number | undefined {
  if (planRestore(wish, seen, last).hold) return undefined;
  const due = dueTest(wish, seen, last);
  return due && Math.max(due.at, seen.now + (seen.busy ? busyMs : 0));
}
