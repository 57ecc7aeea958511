// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.datastore` of a PbsInstance: the datastore in the bucket, and its care. */
import { z } from 'zod';
import { pbsID, schedule, sizeGi } from './words.ts';
import { withRules } from '../rules.ts';

function keep(name: string, what: string, byDefault: number) {
  return z
    .int()
    .min(0)
    .max(10_000)
    .default(byDefault)
    .meta({
      description: `Of each guest ${what} are kept. 0 to 10000; 0: this keeps none. Default: ${byDefault}. Example: ${name === 'keepLast' ? 5 : 12}.`,
    });
}

const defaults = {
  schedule: 'daily',
  keepLast: 3,
  keepHourly: 0,
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 6,
  keepYearly: 0,
};

const prune = withRules(
  z.object({
    schedule: schedule(
      'datastore.prune.schedule',
      'When backups that no rule keeps are removed, as a calendar event. Default: daily. Example: sun 04:00.',
    ).default('daily'),
    keepLast: keep('keepLast', 'the last so many backups', 3),
    keepHourly: keep('keepHourly', 'the last backup of so many hours', 0),
    keepDaily: keep('keepDaily', 'the last backup of so many days', 7),
    keepWeekly: keep('keepWeekly', 'the last backup of so many weeks', 4),
    keepMonthly: keep('keepMonthly', 'the last backup of so many months', 6),
    keepYearly: keep('keepYearly', 'the last backup of so many years', 0),
  }),
  [
    {
      rule: 'self.keepLast + self.keepHourly + self.keepDaily + self.keepWeekly + self.keepMonthly + self.keepYearly > 0',
      message:
        'datastore.prune must keep something: with nothing but zeros Proxmox Backup Server keeps all of it, which is hardly meant; raise one, e.g. keepLast: 3',
      holds: ({ schedule: _when, ...kept }) => Object.values(kept).some((count) => count > 0),
    },
  ],
  {
    description:
      'Which backups are kept. The backup server removes the others: Proxmox VE has no right to, so a machine that was broken into cannot.',
  },
).prefault(defaults);

const verify = z
  .object({
    newBackups: z.enum(['Enabled', 'Disabled']).default('Disabled').meta({
      description:
        'Whether each backup is verified right after it was made: all of it, also what did not change, is read from S3, and paid for, each time. status.s3Budget says how much. Default: Disabled.',
    }),
    schedule: schedule(
      'datastore.verify.schedule',
      'When backups are verified that never were, or long ago, as a calendar event. Each chunk is read from S3, and paid for. Default: monthly. Example: sat 05:00.',
    ).default('monthly'),
    outdatedAfterDays: z.int().min(0).max(36_500).default(60).meta({
      description:
        'What was verified so many days ago is verified again. 0 to 36500 days; 0: everything, each time. Default: 60. Example: 90.',
    }),
  })
  .prefault({ newBackups: 'Disabled', schedule: 'monthly', outdatedAfterDays: 60 })
  .meta({ description: 'How it is made sure that backups can be read.' });

const readPerMonth = sizeGi('datastore.s3Budget.readPerMonth', {
  least: 10,
  most: 999_999,
  why: 'no verification reads less than that; make verify.schedule rarer instead, e.g. yearly',
});

const s3Budget = z
  .object({
    requestsPerMonth: z.int().min(100).max(1_000_000_000_000).optional().meta({
      description: 'Requests. 100 to 1000000000000. Default: no limit. Example: 500000.',
    }),
    readPerMonth: withRules(readPerMonth.schema, readPerMonth.rules, {
      description: 'What is read from S3, in whole Gi, 10Gi to 999999Gi. Default: no limit. Example: 1024Gi.',
    }).optional(),
  })
  .meta({
    description:
      'What garbage collection and verification may ask of S3 in a month: with more in sight the condition WithinS3Budget is False, and says what to change. Nothing stops by it. Default: no limit; status.s3Budget has the estimate.',
  });

const transferred = (name: string) =>
  sizeGi(`datastore.s3Alerts.${name}`, {
    least: 1,
    most: 500_000,
    why: 'more than that is no alert any more',
  });
const [uploaded, downloaded] = [transferred('uploaded'), transferred('downloaded')];

function requests(method: string) {
  return z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .optional()
    .meta({
      description: `So many ${method} requests. 1 to 1000000000000. Default: none is told. Example: 500000.`,
    });
}

const s3Alerts = z
  .object({
    getRequests: requests('GET'),
    putRequests: requests('PUT'),
    postRequests: requests('POST'),
    headRequests: requests('HEAD'),
    deleteRequests: requests('DELETE'),
    uploaded: withRules(uploaded.schema, uploaded.rules, {
      description: 'So much has gone to S3, in whole Gi, 1Gi to 500000Gi. Default: none is told. Example: 1024Gi.',
    }).optional(),
    downloaded: withRules(downloaded.schema, downloaded.rules, {
      description: 'So much has come from S3, in whole Gi, 1Gi to 500000Gi. Default: none is told. Example: 100Gi.',
    }).optional(),
    resetSchedule: schedule(
      'datastore.s3Alerts.resetSchedule',
      'When the backup server begins to count anew, as a calendar event. Default: monthly. Example: weekly.',
    ).default('monthly'),
  })
  .meta({
    description:
      'When the backup server itself tells people, by its notification system, that it has asked much of S3: its notification thresholds, all of them as they stand here. Nothing stops by it; s3Budget is reckoned beforehand, and this is counted. Default: as it is set on the server, and what was set stays when this is taken away. Example: {downloaded: 100Gi}.',
  });

const maxCacheSize = sizeGi('datastore.maxCacheSize', {
  least: 1,
  most: 131_072,
  why: 'without a cache each chunk that is needed twice is read from S3 twice; 64Gi to 128Gi are wise',
});

export const datastore = z
  .object({
    name: pbsID('datastore.name', {
      what: 'a name for the datastore',
      description:
        'Name of the datastore. All of its objects are below it in the bucket: Proxmox Backup Server has no other prefix. 3 to 32 characters. Cannot be changed. Example: vm-backup-s3.',
      cure: 'its backups lie in the bucket under this name; make another PbsInstance',
    }),
    gcSchedule: schedule(
      'datastore.gcSchedule',
      'When chunks that no backup uses are removed from the bucket, as a calendar event; a chunk goes a day after its last use at the earliest. Default: daily. Example: 03:30.',
    ).default('daily'),
    prune,
    verify,
    s3Budget: s3Budget.optional(),
    s3Alerts: s3Alerts.optional(),
    maintenance: z.enum(['ReadOnly', 'Offline']).optional().meta({
      description:
        'Closes the datastore on purpose and at once, whatever the windows of spec.maintenance are, until this is taken away again. ReadOnly: backups can be restored, and none comes in, is pruned or collected. Offline: nobody reads it either. Jobs of Proxmox VE go on running and fail meanwhile: take them out of jobs for that time if their messages are not wanted. Ready is False (InRequestedMaintenance). A mode that somebody else set on the server is told and never ended; one that was set by this field is ended when the field goes, and stays when this object is deleted. Default: open. Example: ReadOnly.',
    }),
    maxCacheSize: withRules(maxCacheSize.schema, maxCacheSize.rules, {
      description:
        'How much of the bucket the server keeps on the disk of the cache, in whole Gi, 1Gi to 131072Gi; indexes and a small file for each chunk come on top. Another one later takes the datastore out of the server and in again, which needs approval. Default: with a VM three quarters of server.vm.cacheDisk as it is when the datastore is made; with type Existing as much as the disk has free. Example: 96Gi.',
    }).optional(),
  })
  .meta({ description: 'The datastore in the bucket, and its care.' });
