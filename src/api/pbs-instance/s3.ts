// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.s3` of a PbsInstance: the bucket that backups go to, and how the server gets there. */
import { z } from 'zod';
import { celIsIPv4, isIPv4 } from '../gslb-endpoint/target.ts';
import { pbsID, rateMi } from './words.ts';
import { matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { secretRef } from '../shared.ts';

const quirks = ['SkipIfNoneMatchHeader', 'DeleteObjectsViaDeleteObject'] as const;

/** Names as the server takes them: no dots, and none of AWS's own (pbs-api-types, S3_BUCKET_NAME). */
const bucket = withRules(
  z.string().min(3).max(63),
  [
    matches(
      '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
      "s3.bucket must be the name of a bucket as Proxmox Backup Server takes it: 3 to 63 small letters, digits and '-', no dot, e.g. iksan-cloud-backup",
    ),
  ],
  { description: 'Without backupTargetRef: name of the bucket. Example: iksan-cloud-backup.' },
);

const host = '^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?[.])*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$';

const endpoint = withRules(
  z.string().min(1).max(253),
  [
    matches(
      host,
      's3.endpoint must be the name or address of the S3 server alone, without https://, port, path and bucket, e.g. s3.example.com; the port goes to s3.port',
    ),
  ],
  {
    description:
      'Without backupTargetRef: name or IPv4 address of the S3 server, reached by HTTPS. Example: s3.example.com.',
  },
);

const limits = z
  .object({
    uploadPerSecond: rateMi(
      's3.limits.uploadPerSecond',
      'How much may go to S3 in a second, in whole Mi: backups are as slow then, and with them guests without fleecing. 1Mi to 99999Mi. Default: no limit. Example: 20Mi.',
    ).optional(),
    downloadPerSecond: rateMi(
      's3.limits.downloadPerSecond',
      'How much may come from S3 in a second, in whole Mi: verifications and restores are as slow then. 1Mi to 99999Mi. Default: no limit. Example: 50Mi.',
    ).optional(),
    putRequestsPerSecond: z.int().min(1).max(100_000).optional().meta({
      description:
        'How many PUT requests may be made in a second, for a server that refuses more. 1 to 100000. Proxmox Backup Server takes it only when an endpoint is made: another one later takes the datastore out of the server, makes the endpoint anew, and takes it in again, which needs approval. Default: as it is. Example: 100.',
    }),
  })
  .meta({
    description:
      'How much the backup server may ask of S3 in a second. What of uploadPerSecond and downloadPerSecond is not in here has no limit. Default: as it is set on the server, and what was set stays when this is taken away. Example: {uploadPerSecond: 20Mi}.',
  });

const fields = z.object({
  id: pbsID('s3.id', {
    what: 'a name for the S3 endpoint on the backup server',
    description:
      'Name of the S3 endpoint on the backup server. 3 to 32 characters. Cannot be changed. Example: aws-s3-storage.',
    cure: 'the datastore is bound to it; make another PbsInstance',
  }),
  backupTargetRef: z
    .object({
      name: withRules(
        z.string().min(1).max(253),
        [
          matches(
            '^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
            "s3.backupTargetRef.name must be the name of a BackupTarget in this namespace: lower-case letters, digits, '-' and '.', e.g. vm-backups",
          ),
        ],
        { description: 'Name of a BackupTarget in the namespace of this object, e.g. vm-backups.' },
      ),
    })
    .optional()
    .meta({
      description:
        'The BackupTarget whose bucket and key are used, by this object alone; its new keys are taken over before the old ones end. Either this, or endpoint, bucket and credentialsSecretRef. Default: none.',
    }),
  endpoint: endpoint.optional(),
  port: z.int().min(1).max(65_535).optional().meta({
    description: 'Without backupTargetRef: port of the S3 server. 1 to 65535. Default: 443. Example: 9000.',
  }),
  region: withRules(
    z.string().min(2).max(32),
    [
      matches(
        '^[_a-z0-9][_a-z0-9-]+$',
        "s3.region must be a region as the S3 server names it: small letters, digits, '-' and '_', e.g. eu-central-1, or auto",
      ),
    ],
    {
      description:
        'Without backupTargetRef: region that requests are signed for. Default: us-west-1, as Proxmox Backup Server has it. Example: eu-central-1.',
    },
  ).optional(),
  bucket: bucket.optional(),
  credentialsSecretRef: secretRef(
    's3.credentialsSecretRef',
    'Without backupTargetRef: Secret with the keys accessKeyID and secretAccessKey; what is changed in it is taken over.',
  ).optional(),
  addressing: z.enum(['VirtualHost', 'Path']).optional().meta({
    description:
      'Without backupTargetRef: where the bucket stands in addresses. VirtualHost: before the name of the server. Path: behind it, as for most servers of your own. Default: VirtualHost.',
  }),
  fingerprint: withRules(
    z.string().min(95).max(95),
    [
      matches(
        '^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$',
        's3.fingerprint must be a SHA-256 fingerprint, 32 pairs of hex digits with colons: openssl x509 -noout -fingerprint -sha256 shows it',
      ),
    ],
    {
      description: `Without backupTargetRef: SHA-256 fingerprint of the S3 server's certificate, where it is of no public authority. Default: it has to be of one. Example: ${Array.from({ length: 32 }, () => 'AB').join(':')}.`,
    },
  ).optional(),
  quirks: z
    .array(z.enum(quirks).meta({ description: 'What the S3 server lacks.' }))
    .max(2)
    .optional()
    .meta({
      description:
        'Without backupTargetRef: what the S3 server lacks. SkipIfNoneMatchHeader: conditional writes. DeleteObjectsViaDeleteObject: deleting many objects at once. Default: nothing. Example: [SkipIfNoneMatchHeader].',
      'x-kubernetes-list-type': 'set',
    }),
  limits: limits.optional(),
});

type S3 = z.output<typeof fields>;

const given = ['endpoint', 'bucket', 'credentialsSecretRef'] as const;
const further = ['port', 'region', 'addressing', 'fingerprint', 'quirks'] as const;

const oneOf: readonly Rule<S3>[] = [
  ...given.map(
    (name): Rule<S3> => ({
      rule: `has(self.backupTargetRef) || has(self.${name})`,
      message: `s3.${name} is required without s3.backupTargetRef: set endpoint, bucket and credentialsSecretRef, or backupTargetRef alone`,
      holds: (self) => self.backupTargetRef !== undefined || self[name] !== undefined,
      fieldPath: `.${name}`,
    }),
  ),
  ...[...given, ...further].map(
    (name): Rule<S3> => ({
      rule: `!has(self.backupTargetRef) || !has(self.${name})`,
      message: `s3.${name} must not stand beside s3.backupTargetRef, which says it: remove one of them`,
      holds: (self) => self.backupTargetRef === undefined || self[name] === undefined,
      fieldPath: `.${name}`,
    }),
  ),
];

export const s3 = withRules(
  fields,
  [
    ...oneOf,
    {
      rule: `!has(self.endpoint) || !${celIsIPv4('self.endpoint')} || (has(self.addressing) && self.addressing == 'Path')`,
      message:
        's3.addressing must be Path where s3.endpoint is an address: no bucket can stand before it; set addressing: Path',
      holds: (self) => self.endpoint === undefined || !isIPv4(self.endpoint) || self.addressing === 'Path',
      fieldPath: '.addressing',
    },
  ],
  { description: 'The bucket that backups go to. One backup server uses it, and never two.' },
);
