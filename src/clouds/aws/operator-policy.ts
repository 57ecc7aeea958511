// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator's own AWS identity needs, as data: docs/permissions.md is made from it, and a test runs the operator with exactly
 * this and finds nothing missing and nothing left over. Which permission a call needs: Service Authorization Reference, "Amazon S3"
 * and "AWS Identity and Access Management"; S3 API reference, "Permissions" of each operation.
 */

export interface Grant {
  /** `s3:CreateBucket`. */
  readonly action: string;
  readonly why: string;
}

export interface Statement {
  readonly sid: string;
  /** When it is needed. */
  readonly when: string;
  /** ARNs; `{partition}` stands for `aws`, `aws-cn` or `aws-us-gov`. */
  readonly resources: readonly string[];
  readonly grants: readonly Grant[];
}

const bucket = 'arn:{partition}:s3:::*';
const object = 'arn:{partition}:s3:::*/*';
const user = 'arn:{partition}:iam::*:user/hybridcloud/*';

const setting = (part: string, what: string): Grant[] => [
  { action: `s3:Get${part}`, why: `sees ${what}` },
  { action: `s3:Put${part}`, why: `sets ${what}` },
];

export const operatorStatements: readonly Statement[] = [
  {
    sid: 'Look',
    when: 'always',
    resources: ['*'],
    grants: [
      { action: 's3:ListAllMyBuckets', why: 'one list of all buckets serves all objects' },
      {
        action: 'iam:GetAccountAuthorizationDetails',
        why: 'one look at all users, their policies and tags serves all objects',
      },
    ],
  },
  {
    sid: 'Buckets',
    when: 'always; buckets may be narrowed to names of yours, for example arn:aws:s3:::backup-*',
    resources: [bucket],
    grants: [
      { action: 's3:CreateBucket', why: 'makes the bucket' },
      { action: 's3:TagResource', why: 'the owner mark goes on in the same call' },
      { action: 's3:ListBucket', why: 'HeadBucket, where the list of buckets does not show a new one yet' },
      ...setting('BucketTagging', 'the owner mark and the tags of the spec'),
      ...setting('BucketPublicAccessBlock', 'that nothing in it can become public'),
      ...setting('BucketOwnershipControls', 'that access control lists are off, at creation too'),
      ...setting('EncryptionConfiguration', 'the default encryption'),
      ...setting('BucketVersioning', 'the versioning'),
      ...setting('LifecycleConfiguration', 'that old versions and unfinished uploads expire'),
      ...setting('BucketPolicy', 'that only TLS is let in'),
      { action: 's3:GetBucketObjectLockConfiguration', why: 'sees whether objects are locked, which breaks backups' },
      { action: 's3:GetBucketRequestPayment', why: 'sees whether the requester pays, which breaks backups' },
      {
        action: 's3:GetIntelligentTieringConfiguration',
        why: 'sees archive tiers, in which backups cannot be read',
      },
    ],
  },
  {
    sid: 'DeleteBuckets',
    when: 'only with deletionPolicy: Delete; leave it out and no bucket can ever be emptied or deleted',
    resources: [bucket, object],
    grants: [
      { action: 's3:ListBucketVersions', why: 'what is still in it' },
      { action: 's3:DeleteObjectVersion', why: 'empties it, once the loss was confirmed by name' },
      { action: 's3:DeleteBucket', why: 'deletes it' },
    ],
  },
  {
    sid: 'Users',
    when: 'always; only users under the path /hybridcloud/, where the operator makes all of its own',
    resources: [user],
    grants: [
      { action: 'iam:CreateUser', why: 'makes the backup user' },
      { action: 'iam:TagUser', why: 'the owner mark, in the same call' },
      { action: 'iam:GetUser', why: 'a fresh look before anything of the user is destroyed' },
      { action: 'iam:PutUserPolicy', why: 'what the backup user may do' },
      { action: 'iam:DeleteUserPolicy', why: 'a policy under a former name; deletion' },
      { action: 'iam:ListAccessKeys', why: 'which keys there are' },
      { action: 'iam:CreateAccessKey', why: 'makes the key, into the Secret' },
      { action: 'iam:DeleteAccessKey', why: 'a key whose secret part was lost, or was replaced; deletion' },
      { action: 'iam:DeleteUser', why: 'deletion' },
    ],
  },
];

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export interface PolicyText {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** As IAM takes it: a managed policy, or the inline policy of a role (it is too long for the inline policy of a user). */
export function operatorPolicy(partition: string, statements: readonly Statement[] = operatorStatements): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid, grants, resources }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: grants.map(({ action }) => action),
      Resource: resources.map((resource) => resource.replace('{partition}', partition)),
    })),
  };
}
