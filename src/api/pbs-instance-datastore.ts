// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.datastore` of a PbsInstance: the datastore in the bucket, and its care. */
import { z } from 'zod';
import { pbsID, schedule } from './pbs-instance-words.ts';
import { withRules } from './rules.ts';

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
    newBackups: z.enum(['Enabled', 'Disabled']).default('Enabled').meta({
      description:
        'Whether each backup is verified right after it was made, while most of it is in the cache. Default: Enabled.',
    }),
    schedule: schedule(
      'datastore.verify.schedule',
      'When backups are verified again, as a calendar event. Each chunk is read from S3, and paid for. Default: monthly. Example: sat 05:00.',
    ).default('monthly'),
    outdatedAfterDays: z.int().min(0).max(36_500).default(60).meta({
      description:
        'What was verified so many days ago is verified again. 0 to 36500 days; 0: everything, each time. Default: 60. Example: 90.',
    }),
  })
  .prefault({ newBackups: 'Enabled', schedule: 'monthly', outdatedAfterDays: 60 })
  .meta({ description: 'How it is made sure that backups can be read.' });

export const datastore = z
  .object({
    name: pbsID('datastore.name', {
      what: 'a name for the datastore',
      description:
        'Name of the datastore, which is also the first part of the keys of its objects. 3 to 32 characters. Cannot be changed. Example: vm-backup-s3.',
      cure: 'its backups lie in the bucket under this name; make another PbsInstance',
    }),
    gcSchedule: schedule(
      'datastore.gcSchedule',
      'When chunks that no backup uses are removed from the bucket, as a calendar event; a chunk goes a day after its last use at the earliest. Default: daily. Example: 03:30.',
    ).default('daily'),
    prune,
    verify,
  })
  .meta({ description: 'The datastore in the bucket, and its care.' });
