// SPDX-License-Identifier: GPL-3.0-or-later
/** `status` of a PbsInstance, as far as it says what the backups are worth: spread into the whole. */
import { z } from 'zod';
import { text, time } from '../status.ts';

const count = z.int().min(0).max(1_000_000_000);
const guestID = z.int().min(0).max(999_999_999);

function listMap<S extends z.ZodType>(item: S, max: number, description: string) {
  return z
    .array(item)
    .max(max)
    .optional()
    .meta({ description, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] });
}

const job = z.object({
  id: text(64, 'Its id in Proxmox VE, e.g. nightly.'),
  schedule: text(128, 'When it runs, e.g. 02:00.').optional(),
  nextRun: time('When it runs next.').optional(),
  nextRuns: z
    .array(time('One of them.'))
    .max(3)
    .optional()
    .meta({ description: 'The next three times that it runs.', 'x-kubernetes-list-type': 'atomic' }),
  dueTime: time('When it should have run last, as far as that was seen coming.').optional(),
  lastRun: time('When it last began.').optional(),
  lastResult: z.enum(['OK', 'Warnings', 'Failed', 'Missed', 'SavedNothing', 'Disabled']).optional().meta({
    description:
      'How that ended, on whichever node it went worst. Missed: its time passed and nothing ran. SavedNothing: it ended well, and no guest has a new backup. Disabled: somebody switched it off. Unset: it never ran.',
  }),
  message: text(256, 'What went wrong.').optional(),
  tagged: text(160, 'Of a job that selects by a tag: the guests in its list, 3: 100, 101, 205.').optional(),
});

const guest = z.object({
  id: guestID.meta({ description: 'Id of the guest, e.g. 100.' }),
  name: text(64, 'Its name, e.g. web.').optional(),
  reason: text(
    32,
    'In one word: NeverBackedUp, TooOld, Unverified; NoJob, DisksLeftOut; Corrupt, Empty, Shrunk; FirstBackupDue.',
  ),
  message: text(256, 'Why, where that is known; with DisksLeftOut which.').optional(),
  lastBackupTime: time('When its last good backup was made; unset: there is none.').optional(),
  since: time('Since when a job saves it.').optional(),
});

/** The fields that `worthOf` fills. */
export const worthStatus = {
  jobs: listMap(job, 32, 'Backup jobs that lead to this datastore.'),
  guests: z
    .object({
      protected: text(24, 'How many guests are protected, of how many that shall be: 12/13.'),
      total: count.meta({ description: 'How many guests shall be protected, e.g. 13.' }),
      excluded: count.optional().meta({
        description: 'How many are left out on purpose, or saved elsewhere, e.g. 1.',
      }),
      stale: listMap(guest, 100, 'Guests without a good backup that is young enough.'),
      unprotected: listMap(guest, 100, 'Guests that no job saves whole.'),
      unsound: listMap(guest, 100, 'Guests with a backup that is not what it seems.'),
      awaiting: listMap(guest, 100, 'New guests whose first backup is still to come.'),
      omitted: count
        .optional()
        .meta({ description: 'How many entries more there are than the hundred that the lists hold in all.' }),
    })
    .optional()
    .meta({ description: 'What the backups are worth.' }),
  lastBackupTime: time('When the last good backup of any guest was made.').optional(),
  oldestUnmetRPO: time('Since when the objective is not met, of the guest that is worst off.').optional(),
} as const;

const shape = z.object(worthStatus);
export type WorthStatus = z.output<typeof shape>;
