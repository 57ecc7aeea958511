// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.bucket` of a BackupTarget: names, encryption, versions, lifecycle and tags. */
import { z } from 'zod';
import { celMatches, immutable, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const reservedPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-'];
// `-an` ends names in an account's own regional namespace; we create in the global one.
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'];

const reserved: Rule<string>[] = [
  {
    rule: reservedPrefixes.map((start) => `!self.startsWith('${start}')`).join(' && '),
    message: `bucket.name must not begin with ${reservedPrefixes.join(', ')}: S3 keeps these for itself; put something else in front`,
    holds: (self) => !reservedPrefixes.some((start) => self.startsWith(start)),
  },
  {
    rule: reservedSuffixes.map((end) => `!self.endsWith('${end}')`).join(' && '),
    message: `bucket.name must not end with ${reservedSuffixes.join(', ')}: S3 keeps these for itself; put something else behind`,
    holds: (self) => !reservedSuffixes.some((end) => self.endsWith(end)),
  },
];

const name = withRules(
  z.string().min(3).max(63),
  [
    {
      // S3 allows dots, but no certificate of S3 covers a.b.s3.<region>.amazonaws.com, and Proxmox Backup Server refuses such names.
      rule: "!self.contains('.')",
      message:
        "bucket.name must not contain dots (so it cannot be an IP address either): TLS certificates do not cover such names and Proxmox Backup Server refuses them; use '-' instead",
      holds: (self) => !self.includes('.'),
    },
    matches(
      '^[a-z0-9.]([a-z0-9.-]*[a-z0-9.])?$',
      "bucket.name may hold lower-case letters, digits and '-' only, and must begin and end with a letter or digit, e.g. iksan-cloud-backup-20251129",
    ),
    ...reserved,
    immutable('bucket.name', 'a bucket cannot be renamed; create another BackupTarget for another bucket'),
  ],
  {
    description:
      'Name of the bucket, unique in all of AWS. 3 to 63 lower-case letters, digits and dashes. Cannot be changed. Example: iksan-cloud-backup-20251129.',
  },
);

const kmsKeyID = withRules(
  z.string().min(1).max(256),
  [
    // An alias cannot stand in the Resource of the user's policy, and S3 would resolve it in the account of whoever writes.
    matches(
      '^(arn:aws(-[a-z]{2,6}){0,2}:kms:[a-z0-9-]{1,32}:[0-9]{12}:key/)?(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$',
      'bucket.encryption.kmsKeyID must be the id or the ARN of a KMS key, e.g. arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab; for an alias, give the key that it names',
    ),
  ],
  {
    description:
      'Id or ARN of the KMS key, in the region of the bucket; an alias is refused. Required with SSE-KMS, else refused. Example: 1234abcd-12ab-34cd-56ef-1234567890ab.',
  },
);

const encryption = withRules(
  z.object({
    type: z.enum(['SSE-S3', 'SSE-KMS']).default('SSE-S3').meta({
      description:
        'SSE-S3: keys of S3, free of charge. SSE-KMS: your KMS key; every use of it is paid. Default: SSE-S3.',
    }),
    kmsKeyID: kmsKeyID.optional(),
    bucketKey: z.enum(['Enabled', 'Disabled']).default('Disabled').meta({
      description:
        'With SSE-KMS, Enabled lets S3 derive the keys of objects from one key for the bucket: far fewer paid calls of KMS. Default: Disabled.',
    }),
  }),
  [
    {
      rule: "self.type != 'SSE-KMS' || has(self.kmsKeyID)",
      message:
        'bucket.encryption.kmsKeyID is required with type SSE-KMS: set it to the id or ARN of the key, or use type SSE-S3',
      holds: (self) => self.type !== 'SSE-KMS' || self.kmsKeyID !== undefined,
      fieldPath: '.kmsKeyID',
    },
    {
      rule: "self.type == 'SSE-KMS' || !has(self.kmsKeyID)",
      message: 'bucket.encryption.kmsKeyID is for type SSE-KMS only: set type: SSE-KMS, or remove kmsKeyID',
      holds: (self) => self.type === 'SSE-KMS' || self.kmsKeyID === undefined,
      fieldPath: '.kmsKeyID',
    },
    {
      rule: "self.type == 'SSE-KMS' || self.bucketKey != 'Enabled'",
      message: 'bucket.encryption.bucketKey: Enabled is for type SSE-KMS only: set type: SSE-KMS, or remove bucketKey',
      holds: (self) => self.type === 'SSE-KMS' || self.bucketKey !== 'Enabled',
      fieldPath: '.bucketKey',
    },
  ],
  {
    description:
      'How S3 encrypts what is written without saying how. What is there stays as it is: after a change the user goes on to decrypt with the KMS key of before. Default: SSE-S3.',
  },
);

/** S3 allows 50 tags a bucket (https://docs.aws.amazon.com/general/latest/gr/s3.html); ten stay for the operator's own marks. */
const maxTags = 40;
/**
 * Refuses the ASCII characters that AWS refuses (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html);
 * letters of all languages pass. Not by `\p{L}`, which not every CEL engine reads.
 */
const tagCharacters = '^[^\\x00-\\x1f!-*,;<>?\\[-^`{-\\x7f]*$';
/** As API servers count them; JavaScript's `length` counts some letters twice. */
function characters(text: string): number {
  return Array.from(text).length;
}
const tagValue = z
  .string()
  .refine((value) => characters(value) <= 256, {
    message: 'bucket.tags: a value has at most 256 characters; shorten it',
  })
  .meta({ description: 'Value of the tag, up to 256 characters.', maxLength: 256 });
const tags = withRules(z.record(z.string(), tagValue), [
  {
    rule: 'self.all(key, key.size() >= 1 && key.size() <= 128)',
    message: 'bucket.tags: a key has 1 to 128 characters; shorten it',
    holds: (self) => Object.keys(self).every((key) => key.length >= 1 && characters(key) <= 128),
  },
  {
    rule: "self.all(key, !key.startsWith('aws:'))",
    message: 'bucket.tags: keys that begin with aws: belong to AWS; choose another key',
    holds: (self) => !Object.keys(self).some((key) => key.startsWith('aws:')),
  },
  {
    rule: "self.all(key, !key.startsWith('hybridcloud.dev/'))",
    message: 'bucket.tags: keys that begin with hybridcloud.dev/ mark what the operator owns; choose another key',
    holds: (self) => !Object.keys(self).some((key) => key.startsWith('hybridcloud.dev/')),
  },
  {
    rule: `self.all(key, ${celMatches('key', tagCharacters)} && ${celMatches('self[key]', tagCharacters)})`,
    message: 'bucket.tags: keys and values may hold letters, digits, spaces and _.:/=+-@ only; remove other characters',
    holds: (self) =>
      Object.entries(self)
        .flat()
        .every((part) => new RegExp(tagCharacters, 'u').test(part)),
  },
])
  .refine((self) => Object.keys(self).length <= maxTags, {
    message: `bucket.tags: at most ${maxTags} tags; remove some`,
  })
  .default({});

export const bucket = z
  .object({
    name,
    versioning: z.enum(['Enabled', 'Suspended']).default('Enabled').meta({
      description:
        'Enabled keeps what was overwritten or deleted for noncurrentVersionExpirationDays. Suspended: new versions are no longer kept. Default: Enabled.',
    }),
    // An API server checks a default against the rules before it fills in defaults inside it: so these are spelt out.
    encryption: encryption.prefault({ type: 'SSE-S3', bucketKey: 'Disabled' }),
    noncurrentVersionExpirationDays: z.int().min(1).max(3650).default(30).meta({
      description:
        'After how many days a version that was overwritten or deleted is removed for good, with the delete markers left behind: else garbage collection of Proxmox Backup Server frees nothing. 1 to 3650 days. Default: 30. Example: 14.',
    }),
    abortIncompleteMultipartUploadDays: z.int().min(1).max(365).default(7).meta({
      description:
        'After how many days an upload that never ended is thrown away. 1 to 365 days. Default: 7. Example: 3.',
    }),
    intelligentTieringAfterDays: z.int().min(0).max(3650).optional().meta({
      description:
        'After how many days objects move to S3 Intelligent-Tiering, without its archive tiers (these, like Glacier, would break a datastore). 0 to 3650 days. Default: never. Example: 30.',
    }),
    tags: tags.meta({
      ...tags.meta(),
      maxProperties: maxTags,
      description:
        'Tags of the bucket, up to 40. Tags that others put there stay. Default: none. Example: {team: storage}.',
    }),
  })
  .meta({ description: 'The bucket. Always: public access blocked, ACLs disabled, TLS only, encrypted.' });
