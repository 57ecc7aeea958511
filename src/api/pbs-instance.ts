// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstance: a Proxmox Backup Server, its datastore in S3, and the backups that land there. */
import { z } from 'zod';
import { apiKind } from './api-kind.ts';
import { ignoreFields } from './pbs-instance/ignored.ts';
import { maintenance } from './maintenance.ts';
import { parseSpec } from './parse.ts';
import type { Parsed } from './parse.ts';
import { jobs, objectives, storage } from './pbs-instance/backup.ts';
import { datastore } from './pbs-instance/datastore.ts';
import { statusSchema } from './pbs-instance/found.ts';
import { restoreTests } from './pbs-instance/restore-tests.ts';
import { cacheRule, secretRules } from './pbs-instance/rules.ts';
import { s3 } from './pbs-instance/s3.ts';
import { proxmox, server } from './pbs-instance/server.ts';
import type { DeepReadonly } from './readonly.ts';
import { withRules } from './rules.ts';
import { deletionPolicy, driftIntervalSeconds, managementPolicy } from './shared.ts';

const telemetry = z
  .object({
    intervalSeconds: z.int().min(30).max(3600).default(60).meta({
      description:
        'How often Proxmox VE and the backup server are asked how guests and backups are; S3 is never asked. 30 to 3600 seconds. Default: 60. Example: 120.',
    }),
  })
  .prefault({ intervalSeconds: 60 })
  .meta({ description: 'How backups are watched.' });

const specSchema = withRules(
  z.object({
    managementPolicy,
    deletionPolicy: deletionPolicy(
      'Retain',
      "When this object is deleted: Retain takes away the backup jobs, the storage entry and Proxmox VE's user on the backup server, and keeps VM, datastore and backups. Delete also removes, in this order, the datastore and the VM that was made; the backups in the bucket go with it only with the annotation hybridcloud.dev/confirm-data-loss: <name of the datastore>. Default: Retain.",
    ),
    proxmox,
    server,
    s3,
    datastore,
    storage,
    jobs: jobs.default([]),
    objectives,
    restoreTests: restoreTests.optional(),
    telemetry,
    ignoreFields: ignoreFields.optional(),
    maintenance: maintenance.optional(),
    driftIntervalSeconds: driftIntervalSeconds.optional(),
  }),
  [...secretRules, cacheRule],
  { description: 'What is wanted.' },
);

/** Every default applied. */
export type PbsInstanceSpec = DeepReadonly<z.output<typeof specSchema>>;
export type PbsInstanceStatus = DeepReadonly<z.output<typeof statusSchema>>;

/** `message` is one line that names the field and says what to do. A spec from the API server has passed the same rules there. */
export function parsePbsInstance(spec: unknown): Parsed<PbsInstanceSpec> {
  return parseSpec(specSchema, spec);
}

export const pbsInstance = apiKind({
  kind: 'PbsInstance',
  plural: 'pbsinstances',
  singular: 'pbsinstance',
  shortNames: ['pbs'],
  description: 'A Proxmox Backup Server, its datastore in S3, and the backups that land there.',
  specSchema,
  statusSchema,
  columns: [
    { name: 'VM', type: 'integer', jsonPath: '.status.vm.id', description: 'Id of the VM of the backup server.' },
    { name: 'Version', type: 'string', jsonPath: '.status.server.version', description: 'Its version.' },
    { name: 'Datastore', type: 'string', jsonPath: '.spec.datastore.name', description: 'Name of the datastore.' },
    {
      name: 'Protected',
      type: 'string',
      jsonPath: '.status.guests.protected',
      description: 'How many guests have a good backup that is young enough, of how many.',
    },
    {
      name: 'Last Backup',
      type: 'date',
      jsonPath: '.status.lastBackupTime',
      description: 'How long ago the last good backup was made.',
    },
  ],
  wideColumns: [
    { name: 'Server', type: 'string', jsonPath: '.status.server.url', description: 'Address of the backup server.' },
    {
      name: 'Storage',
      type: 'string',
      jsonPath: '.spec.storage.id',
      description: 'Name of the storage in Proxmox VE.',
    },
    { name: 'Used', type: 'string', jsonPath: '.status.datastore.used', description: 'What the bucket holds of it.' },
    { name: 'Phase', type: 'string', jsonPath: '.status.vm.phase', description: 'How far the VM is.' },
  ],
});
