// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.restoreTests` of a PbsInstance and what the status says of it: a backup is worth what can be restored of it. */
import { z } from 'zod';
import { nodeName, storageID } from './words.ts';
import { matches, withRules } from '../rules.ts';
import { text, time } from '../status.ts';

const guestID = z.int().min(100).max(999_999_999);

export const restoreTests = z
  .object({
    intervalDays: z.int().min(1).max(365).default(7).meta({
      description:
        'Every so many days one guest is restored, whichever was not tested for the longest time; a guest whose test failed is tested again with its next backup, too. With 4 guests and 7 days each comes every 28 days. 1 to 365. Default: 7. Example: 1.',
    }),
    storage: storageID(
      'restoreTests.storage',
      'Storage of Proxmox VE that the copy is restored to, with content type Disk image and as much room as the largest guest has disks. Example: local-lvm.',
    ),
    node: nodeName(
      'restoreTests.node',
      'Node that restores it; the storage must be there. Default: proxmox.node. Example: node2.',
    ).optional(),
    pool: withRules(
      z.string().min(1).max(64),
      [
        matches(
          '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$',
          "restoreTests.pool must be the name of a pool of Proxmox VE: letters, digits, '-', '_' and '.', e.g. restore-tests",
        ),
      ],
      { description: 'Pool that the copy is put into. Default: none. Example: restore-tests.' },
    ).optional(),
    vmIDs: z
      .array(guestID.meta({ description: 'Id of a virtual machine, e.g. 100.' }))
      .max(500)
      .optional()
      .meta({
        description:
          'Ids of the virtual machines that are tested, up to 500. Default: all that have a good backup. Containers are not tested. Example: [100, 101].',
        'x-kubernetes-list-type': 'set',
      }),
  })
  .meta({
    description:
      "Restores the newest good backup of one virtual machine after the other into a copy with another id, which is never started, and destroys the copy: every chunk is read, checked and decrypted. The condition RestoreProven and status.restoreTests say what came of it, and how long it took. Each test reads the guest's whole backup from S3, but for what is in the server's cache: status.s3Budget reckons it. No test begins while a backup job runs or is about to. Default: nothing is restored. Example: {storage: local-lvm}.",
  });

const tested = z.object({
  id: guestID.meta({ description: 'Id of the guest, e.g. 100.' }),
  name: text(64, 'Its name, e.g. web.').optional(),
  time: time('When its last test began.'),
  snapshotTime: time('Of which backup.'),
  seconds: z.int().min(0).max(1_000_000_000).meta({
    description: 'How long the restore took: what a real one takes at least, e.g. 1260.',
  }),
  result: z.enum(['Restored', 'Failed', 'NotDone']).meta({
    description:
      'Restored: every chunk was there and sound. Failed: the backup could not be restored. NotDone: something else was in the way, which says nothing of the backup.',
  }),
  message: text(256, 'What went wrong.').optional(),
  tries: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: 'With NotDone: how many tests came to no end one after the other, e.g. 1.' }),
});

const running = z.object({
  copyID: guestID.meta({ description: 'Id of the copy, e.g. 105.' }),
  id: guestID.meta({ description: 'Id of the guest that is tested, e.g. 100.' }),
  name: text(64, 'Its name, e.g. web.').optional(),
  node: text(63, 'The node that restores it.'),
  snapshotTime: time('Of which backup.'),
  task: text(256, 'The task of Proxmox VE.'),
});

/** The field that `restoreFacts` fills. */
export const restoreStatus = z
  .object({
    tested: text(24, 'How many guests were restored well at their last test, of how many that shall be: 3/12.'),
    nextTime: time('When the next test is due.').optional(),
    nextID: guestID.optional().meta({ description: 'Which guest comes next, e.g. 101.' }),
    lastTime: time('When the last test began, of whichever guest.').optional(),
    serverID: text(128, 'The backup server that was tested last: another one is tested at once.').optional(),
    running: z
      .array(running)
      .max(4)
      .optional()
      .meta({
        description: 'Copies that are being restored, or are not destroyed yet.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['copyID'],
      }),
    guests: z
      .array(tested)
      .max(50)
      .optional()
      .meta({
        description: 'The last test of each guest; of more than 50 those that went wrong, and the newest.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
      }),
  })
  .optional()
  .meta({ description: 'What could be restored. Unset without restoreTests.' });

export type RestoreStatus = NonNullable<z.output<typeof restoreStatus>>;
