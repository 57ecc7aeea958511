// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.storage`, `spec.jobs` and `spec.objectives` of a PbsInstance: how Proxmox VE backs up, and what shall come of it. */
import { z } from 'zod';
import { notifications } from './notifications.ts';
import { schedule, storageID } from './words.ts';
import { celMatches, immutable, matches, withRules } from '../rules.ts';
import { secretRef } from '../shared.ts';

const segment = '[A-Za-z0-9_][A-Za-z0-9._-]*';

const encryption = z
  .object({
    secretRef: secretRef(
      'storage.encryption.secretRef',
      'Secret that the operator makes, with the key encryption-key: without it no backup can be read again. Copy it to a safe place. It stays when this object is deleted. Cannot be changed.',
      [
        immutable(
          'storage.encryption.secretRef.name',
          'older backups are readable with the key in the old Secret alone; make another PbsInstance',
        ),
      ],
    ),
  })
  .meta({
    description:
      'Guests are encrypted by Proxmox VE before anything leaves it, with a key that is in a Secret before it is first used. Cannot be taken away. Default: backups are not encrypted by us.',
  });

export const storage = withRules(
  z.object({
    id: storageID(
      'storage.id',
      'Name of the storage in Proxmox VE that stands for the datastore. Cannot be changed. Example: pbs-main.',
      [immutable('storage.id', 'backups are known by it in Proxmox VE; make another PbsInstance')],
    ),
    namespace: withRules(
      z.string().min(1).max(256),
      [
        matches(
          `^(${segment}/){0,6}${segment}$`,
          "storage.namespace must be up to 7 names with / between them: letters, digits, '-', '_' and '.', e.g. site/seoul",
        ),
        immutable('storage.namespace', 'Proxmox VE would no longer see its older backups; make another PbsInstance'),
      ],
      {
        description:
          'Namespace in the datastore, for clusters that share one. Cannot be changed. Default: the root namespace. Example: seoul.',
      },
    ).optional(),
    encryption: encryption.optional(),
  }),
  [
    {
      rule: 'has(self.encryption) == has(oldSelf.encryption)',
      message:
        'storage.encryption cannot be added or taken away: backups of both sorts would be side by side, and the key of the older ones gone from Proxmox VE; make another PbsInstance',
    },
    {
      rule: 'has(self.namespace) == has(oldSelf.namespace)',
      message:
        'storage.namespace cannot be added or taken away: Proxmox VE would no longer see its older backups; make another PbsInstance',
    },
  ],
  { description: 'The datastore as Proxmox VE sees it.' },
);

/** Of guests (PVE::JSONSchema, pve-vmid). */
function guestIDs(description: string) {
  const id = z.int().min(100).max(999_999_999).meta({ description: 'Id of a guest, e.g. 100.' });
  return z.array(id).max(500).meta({ description, 'x-kubernetes-list-type': 'set' });
}

const select = withRules(
  z.object({
    type: z.enum(['All', 'VMs', 'Pool', 'Tag']).default('All').meta({
      description:
        'All: every guest of the cluster, those of later, too. VMs: the guests in vmIDs. Pool: the guests of a pool. Tag: the guests that have a tag, looked for all the time: jobs of Proxmox VE know no tags, so the operator keeps the list of guests of the job as the tags are. The VM of the backup server itself is never backed up into itself. Default: All.',
    }),
    exclude: guestIDs(
      'With type All: ids of guests that this job leaves out; they count as left out on purpose. Up to 500. Default: none. Example: [900].',
    ).optional(),
    vmIDs: guestIDs('With type VMs: ids of virtual machines and containers, 1 to 500. Example: [100, 101].').optional(),
    pool: withRules(
      z.string().min(1).max(64),
      [
        matches(
          '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$',
          "select.pool must be the name of a pool of Proxmox VE: letters, digits, '-', '_' and '.', e.g. production",
        ),
      ],
      { description: 'With type Pool: name of the pool. Example: production.' },
    ).optional(),
    tag: withRules(
      z.string().min(1).max(64),
      [
        matches(
          '^[A-Za-z0-9_][A-Za-z0-9_+.-]*$',
          "select.tag must be one tag of Proxmox VE: letters, digits, '_', '-', '+' and '.', e.g. backup",
        ),
      ],
      {
        description:
          'With type Tag: the tag; capitals count as small letters. A guest that gets it is in the job at the next look, and out of it when it loses it; status.jobs lists them. Once nobody has it any more, the job stays as it was, and that is told. The token needs VM.Audit on /vms. Example: backup.',
      },
    ).optional(),
  }),
  [
    {
      rule: "!has(self.exclude) || self.type == 'All'",
      message: 'select.exclude belongs to select.type All: remove it',
      holds: (self) => self.exclude === undefined || self.type === 'All',
      fieldPath: '.exclude',
    },
    {
      rule: "(self.type == 'VMs') == (has(self.vmIDs) && self.vmIDs.size() > 0)",
      message: 'select.vmIDs belongs to select.type VMs: set both, with at least one id, or remove vmIDs',
      holds: (self) => (self.type === 'VMs') === (self.vmIDs ?? []).length > 0,
      fieldPath: '.vmIDs',
    },
    {
      rule: "(self.type == 'Pool') == has(self.pool)",
      message: 'select.pool belongs to select.type Pool: set both, or remove pool',
      holds: (self) => (self.type === 'Pool') === (self.pool !== undefined),
      fieldPath: '.pool',
    },
    {
      rule: "(self.type == 'Tag') == has(self.tag)",
      message: 'select.tag belongs to select.type Tag: set both, or remove tag',
      holds: (self) => (self.type === 'Tag') === (self.tag !== undefined),
      fieldPath: '.tag',
    },
  ],
  { description: 'Which guests.' },
).prefault({ type: 'All' });

/** PVE::JSONSchema, pve-configid; PVE::API2::Backup has at most 50 characters. */
const jobID = '^[A-Za-z][A-Za-z0-9_-]+$';

const fleecing = z
  .object({
    storage: storageID(
      'jobs.fleecing.storage',
      'Storage of Proxmox VE with content type Disk image, on every node that the job runs on; best a fast one that is thin. Example: local-lvm.',
    ),
  })
  .meta({
    description:
      'What a VM overwrites during its backup goes to a disk beside it first, and not to the backup server: a guest that writes much is else as slow as the way to S3 while it is backed up, and may stall. Worth it where guests write during backups, and the backup server or its line to S3 is slower than their disks. Takes room for what is overwritten meanwhile, up to the size of the disks, until the run is over. Containers have no use of it. Default: none. Example: {storage: local-lvm}.',
  });

export const jobs = withRules(
  z
    .array(
      z.object({
        id: z.string().min(2).max(50).meta({
          description: 'Id of the job in Proxmox VE: 2 to 50 characters, another one is another job. Example: nightly.',
        }),
        schedule: schedule(
          'jobs.schedule',
          'When it runs, as a calendar event in the time zone of Proxmox VE, e.g. 02:00, mon..fri 22:30 or */6:00.',
        ),
        select,
        fleecing: fleecing.optional(),
        changeDetection: z.enum(['Legacy', 'Data', 'Metadata']).optional().meta({
          description:
            'How files of containers are found changed; virtual machines have no use of it. Legacy: every file is read. Data: every file is read, too, and data and metadata lie apart. Metadata: files whose size, times and owner are as in the last backup are not read again, which is far quicker. With another one the first run reads and saves all files anew. Default: as it is set in Proxmox VE, which is Legacy where nobody set it. Example: Metadata.',
        }),
        notifications: notifications.optional(),
        backupMode: z.enum(['Snapshot', 'Suspend', 'Stop']).default('Snapshot').meta({
          description:
            'Snapshot: guests go on running. Suspend: they are suspended for a moment. Stop: they are shut down for a moment, for the most consistent backup. Default: Snapshot.',
        }),
      }),
    )
    .max(20),
  [
    {
      rule: `self.all(one, ${celMatches('one.id', jobID)})`,
      message: "jobs.id must be 2 to 50 letters, digits, '-' and '_', a letter first, e.g. nightly",
      holds: (self) => self.every(({ id }) => new RegExp(jobID).test(id)),
    },
  ],
  {
    description:
      'Backup jobs of Proxmox VE, up to 20. Without any nothing is backed up. Default: none. Example: [{id: nightly, schedule: "02:00"}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['id'],
  },
);

export const objectives = z
  .object({
    recoveryPointHours: z.int().min(1).max(8760).default(26).meta({
      description:
        'How old the last good backup of a guest may be: older ones make this object not Ready. 1 to 8760 hours. Default: 26. Example: 50.',
    }),
    verifiedWithinDays: z.int().min(0).max(36_500).default(0).meta({
      description:
        'How long ago the last good backup of a guest may have been verified. 0 to 36500 days; 0: it may be unverified, but not have failed. Default: 0. Example: 90.',
    }),
  })
  .prefault({ recoveryPointHours: 26, verifiedWithinDays: 0 })
  .meta({ description: 'When guests are said to be protected.' });
