// SPDX-License-Identifier: GPL-3.0-or-later
/** What is said of the backups, beside Ready. Pure. */
import type { Verdict } from '../../../core/conditions.ts';
import type { ScheduledJob } from '../../../clouds/pbs/store-health.ts';
import { causeOf } from './causes.ts';
import type { GuestVerdict } from './guests.ts';
import { told } from './jobs.ts';
import type { Judged } from './judged.ts';
import { jobsSucceed } from './running.ts';
import type { WorthSeen } from './seen.ts';
import { conditionOf, named, type Trouble } from './trouble.ts';

const of = (guests: readonly GuestVerdict[], state: GuestVerdict['state']) =>
  guests.filter((guest) => guest.state === state);

/** Of several guests often the same. */
function whyOf(guests: readonly GuestVerdict[]): string {
  const why = guests.map((guest) => guest.why).find((text) => text !== undefined);
  return why === undefined
    ? 'Look at the jobs, and at the log of their last task in Proxmox VE.'
    : `In the last run: ${told(why)}`;
}

const closed = 'No backup comes in while datastore.maintenance is in the spec.';

/** @param isClosed On request: then nobody has to look for a cause. */
export function protectionTroubles(guests: readonly GuestVerdict[], isClosed: boolean): readonly Trouble[] {
  const why = (some: readonly GuestVerdict[]) => (isClosed ? closed : whyOf(some));
  const [never, stale, unverified] = [of(guests, 'NeverBackedUp'), of(guests, 'Stale'), of(guests, 'Unverified')];
  return [
    ...(never.length === 0
      ? []
      : [
          {
            reason: 'NeverBackedUp',
            message: `Without any good backup, though a job had the time for one: ${named(never)}. ${why(never)}`,
          },
        ]),
    ...(stale.length === 0
      ? []
      : [
          {
            reason: 'BackupsStale',
            message: `The last good backup is older than objectives.recoveryPointHours allows: ${named(stale)}. ${why(stale)}`,
          },
        ]),
    ...(unverified.length === 0
      ? []
      : [
          {
            reason: 'BackupsUnverified',
            message: `No backup was verified within objectives.verifiedWithinDays: ${named(unverified)}. Make datastore.verify.schedule more frequent, or set datastore.verify.newBackups: Enabled.`,
          },
        ]),
  ];
}

function isProtected(guests: readonly GuestVerdict[], isClosed: boolean): Verdict {
  const type = 'Protected';
  const due = of(guests, 'FirstBackupDue');
  if (of(guests, 'Unknown').length > 0)
    return {
      type,
      status: 'Unknown',
      reason: 'BackupsUnreadable',
      message: 'The datastore does not tell its backups now; StoreHealthy says why',
    };
  const troubles = protectionTroubles(guests, isClosed);
  if (troubles.length === 0 && due.length > 0)
    return {
      type,
      status: 'Unknown',
      reason: 'FirstBackupDue',
      message: `New, and not saved yet: ${named(due)}. The first run of their job is still to come`,
    };
  return conditionOf(type, troubles, {
    reason: 'ObjectiveMet',
    message: 'Every guest that a job saves has a good backup within the objective',
  });
}

function fullyCovered(guests: readonly GuestVerdict[]): Verdict {
  const open = of(guests, 'Unprotected');
  const left = guests.filter(({ leftOut }) => leftOut.length > 0);
  const disks = left.map((guest) => `${guest.leftOut.join(', ')} of ${named([guest])}`);
  return conditionOf(
    'FullyCovered',
    [
      ...(open.length === 0
        ? []
        : [
            {
              reason: 'GuestsUnprotected',
              message: `No job saves ${named(open)}. Put them into a job, or leave them out on purpose with its exclude.`,
            },
          ]),
      ...(left.length === 0
        ? []
        : [
            {
              reason: 'DisksLeftOut',
              message: `Not saved with their guests: ${disks.slice(0, 5).join('; ')}${disks.length > 5 ? '; and more' : ''}. Where that was not meant, take backup=0 from the disk, or set backup=1 on the mount point.`,
            },
          ]),
    ],
    { reason: 'AllCovered', message: 'Every guest and every disk is in a job' },
  );
}

/** Of a job that could not do its work; what it found stands with each backup. */
const foundDamage = /^verification failed/;

function verifyTrouble(jobs: readonly ScheduledJob[]): readonly Trouble[] {
  const failed = jobs.flatMap(({ id, last }) =>
    last?.end.is === 'Failed' && !foundDamage.test(last.end.message) ? [{ id, text: last.end.message }] : [],
  );
  return failed.map(({ id, text }) => {
    const cause = causeOf(text);
    const why = cause ? `${cause.says}. ${cause.cure}.` : `${text}.`;
    return {
      reason: 'VerificationFailed',
      message: `Verify job ${id} failed: ${why} Look at the task's log on the server.`,
    };
  });
}

const unsound = [
  [
    'Corrupt',
    'BackupsCorrupt',
    'A verification found damage in backups of',
    'Save them again now; whatever shares those chunks is mended by that, and by a verification after it.',
  ],
  [
    'Empty',
    'BackupsEmpty',
    'The newest backup holds no disk at all, though its task ended well:',
    "Look at the task's log in Proxmox VE, and save them again.",
  ],
  [
    'Shrunk',
    'BackupsShrunk',
    'The newest backup is less than a tenth of the one before:',
    'Look whether disks were taken away on purpose.',
  ],
] as const;

function backupsSound(guests: readonly GuestVerdict[], { pbs }: WorthSeen): Verdict {
  const found = unsound.flatMap(([state, reason, says, cure]): readonly Trouble[] => {
    const bad = guests.filter((guest) => guest.unsound === state);
    return bad.length === 0 ? [] : [{ reason, message: `${says} ${named(bad)}. ${cure}` }];
  });
  const verifications = pbs.is === 'Here' ? (pbs.store?.verifications ?? []) : [];
  return conditionOf('BackupsSound', [...found, ...verifyTrouble(verifications)], {
    reason: 'NothingFound',
    message: 'No backup is known to be damaged or empty',
  });
}

export function worthConditions(judged: Judged, seen: WorthSeen, isClosed: boolean): readonly Verdict[] {
  const { guests, jobs, store, running } = judged;
  return [
    isProtected(guests, isClosed),
    fullyCovered(guests),
    backupsSound(guests, seen),
    jobsSucceed(running, jobs),
    conditionOf('StoreHealthy', store, {
      reason: 'StoreUsable',
      message: 'The datastore takes backups, as far as is known',
    }),
  ];
}
