// SPDX-License-Identifier: GPL-3.0-or-later
/** The parts of a spec that several kinds share. */
import { z } from 'zod';
import { immutable, matches, withRules } from './rules.ts';

export const group = 'hybridcloud.dev';
export const version = 'v1alpha1';
/** `kubectl get hybrid` lists every kind of ours. */
export const category = 'hybrid';

export const managementPolicy = z.enum(['Apply', 'Plan', 'Observe']).default('Apply').meta({
  description:
    'What the operator may do. Apply: make the world match the spec. Plan: change nothing, say in status.plan what would be done. Observe: change nothing, report differences in status.drift. Default: Apply.',
});

export const driftIntervalSeconds = z.int().min(60).max(86_400).meta({
  description:
    'How often the cloud is compared with the spec while nothing changes. 60 to 86400 seconds. Default: what the operator was started with (--drift-seconds, 600). Example: 120.',
});

/** Deletion takes away the wiring and keeps the data, unless told otherwise: each kind has a default of its own. */
export function deletionPolicy(byDefault: 'Retain' | 'Delete', description: string) {
  return z.enum(['Retain', 'Delete']).default(byDefault).meta({ description });
}

/** A Secret in the object's own namespace. The name's rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function secretRef(field: string, description: string, further: readonly ReturnType<typeof immutable>[] = []) {
  const name = withRules(
    z.string().min(1).max(253),
    [
      matches(
        '^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
        `${field}.name must be the name of a Secret: lower-case letters, digits, '-' and '.', a letter or digit at both ends and beside each dot, e.g. vm-backups-s3`,
      ),
      ...further,
    ],
    { description: 'Name of a Secret in the namespace of this object, e.g. vm-backups-s3.' },
  );
  return z.object({ name }).meta({ description });
}

const region = withRules(
  z.string().min(1).max(32),
  [
    matches(
      '^[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}$',
      'aws.region must be the code of an AWS region, e.g. ap-northeast-2; not a zone (ap-northeast-2a) and not a name (Seoul)',
    ),
    immutable(
      'aws.region',
      'what was made there would be left behind; create another object for another region and delete this one',
    ),
  ],
  { description: 'Code of the AWS region, e.g. ap-northeast-2. Cannot be changed.' },
);

const accountID = withRules(
  z.string().max(12),
  [
    matches(
      '^[0-9]{12}$',
      'aws.accountID must be the 12 digits of the account, in quotes and without dashes, e.g. "123456789012"',
    ),
  ],
  {
    description:
      'Guard: nothing is done when the credentials are of another account than this one. 12 digits, in quotes. Default: no guard. Example: "123456789012".',
  },
);

const roleArn = withRules(
  z.string().min(1).max(640),
  [
    matches(
      '^arn:aws(-[a-z]{2,6}){0,2}:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}$',
      'aws.assumeRole.arn must be the ARN of an IAM role, e.g. arn:aws:iam::123456789012:role/hybrid-operator',
    ),
  ],
  { description: 'ARN of the IAM role to assume, e.g. arn:aws:iam::123456789012:role/hybrid-operator.' },
);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: ExternalId, 2 to 1224 characters. */
const externalID = withRules(
  z.string().min(2).max(1224),
  [
    matches(
      '^[A-Za-z0-9_+=,.@:/-]*$',
      "aws.assumeRole.externalID may hold letters, digits and _+=,.@:/- only; take the value that the role's trust policy names",
    ),
  ],
  {
    description:
      "What the role's trust policy asks for as sts:ExternalId, where credentialsSecretRef names the credentials; with the identity of the operator leave it out, as its configuration says what is sent. 2 to 1224 characters. Default: none is sent. Example: seoul-office-7.",
  },
);

const assumeRole = z.object({ arn: roleArn, externalID: externalID.optional() });

/** Where and as whom a kind works in AWS. */
export const aws = withRules(
  z.object({
    region,
    accountID: accountID.optional(),
    credentialsSecretRef: secretRef(
      'aws.credentialsSecretRef',
      'Secret with the keys accessKeyID, secretAccessKey and, for temporary credentials, sessionToken. Default: the identity of the operator, if its configuration grants that to this namespace.',
    ).optional(),
    assumeRole: assumeRole.optional().meta({ description: 'Role to assume with those credentials. Default: none.' }),
  }),
  [
    {
      rule: "!has(self.accountID) || !has(self.assumeRole) || self.assumeRole.arn.contains('::' + self.accountID + ':')",
      message:
        'aws.accountID and aws.assumeRole.arn name different accounts: correct one of them, or leave accountID out',
      holds: ({ accountID, assumeRole }) => !accountID || !assumeRole || assumeRole.arn.includes(`::${accountID}:`),
      fieldPath: '.accountID',
    },
  ],
  { description: 'Where in AWS, and as whom.' },
);
