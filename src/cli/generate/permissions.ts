// SPDX-License-Identifier: GPL-3.0-or-later
import {
  boundaryPolicy,
  operatorPolicy,
  operatorStatements,
  type Statement,
} from '../../clouds/aws/operator-policy.ts';
import type { Produced } from './produced.ts';

/** `docs/permissions.md`: the policy to give to the operator's AWS identity, and what each line of it is for. */
export function permissions(): Produced[] {
  return [{ path: 'docs/permissions.md', content: page() }];
}

const wish = { partition: 'aws', buckets: ['backup-*'] };
const boundary = { account: '123456789012', policy: 'hybridcloud/backup-user' };

function json(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
}

function page(): string {
  return `<!-- Generated from src/clouds/aws/recorded-permissions.ts by "npm run generate"; do not edit. -->
# What the operator may do in AWS

Everything that BackupTarget needs, and nothing else. The list is not written by hand: \`npm run record\` plays every story of an object's life against the simulated AWS and notes which permissions
it was asked for, \`npm run verify\` fails when that changes, and tests run every story with exactly this policy and find for each action in it a story that fails without it.

Give it to the role that the operator runs as (IAM roles for service accounts, EKS Pod Identity), or to the user whose key is in the Secret of \`spec.aws.credentialsSecretRef\`; as a managed policy,
because it is longer than the 2,048 characters that the inline policies of a user may have. Two things in it are yours to fill in: \`backup-*\`, the names or prefixes of your buckets, and
\`123456789012\`, the account.

${json(operatorPolicy({ ...wish, boundary }))}

In China the ARNs begin with \`arn:aws-cn:\`, in AWS GovCloud with \`arn:aws-us-gov:\`.

## What is missing is named before anything is made

While something is being made the operator has IAM simulate its own policies (\`iam:SimulatePrincipalPolicy\`, one call for all objects of an identity that wait), and the condition \`Permissions\`
names every action that is missing, with its resource. A bucket or user that could only be made half way is not begun (\`PermissionsMissing\`). Where a policy asks for something that the
simulation is not told (a region, an address) nothing waits for its answer. It does not know policies of buckets and session policies: should it hold up what AWS would let through, leave that
action out, as you may anyway: then AWS names what is missing one after the other, when it is needed. The root user cannot be simulated; a role with a path only where the object names it
(\`spec.aws.assumeRole\`).

## The permissions boundary

Who may make users and write their policies can make an administrator, unless AWS itself says where that ends. So the policy above lets the operator make and empower only users that carry this
boundary, a managed policy that you make once in each account, with the path \`/hybridcloud/\` and the name \`backup-user\`:

${json(boundaryPolicy(wish))}

\`\`\`sh
aws iam create-policy --path /hybridcloud/ --policy-name backup-user --policy-document file://boundary.json
\`\`\`

Tell the operator with \`--permissions-boundary hybridcloud/backup-user\` (\`HYBRID_PERMISSIONS_BOUNDARY\`), or, for objects with credentials of their own, the object with
\`spec.user.permissionsBoundary\`. Users that were made before get the boundary at the next look. If you do without one, take the \`Condition\` out of the policy; then treat the operator's identity as
an administrator's, or keep it to an account of its own for backups.

${operatorStatements.map(table).join('\n\n')}

## Not in it, and why

- \`sts:GetCallerIdentity\`, the first call of every login: AWS lets everybody do that.
- \`sts:AssumeRole\`: only where objects use \`spec.aws.assumeRole\`. Allow it on those roles by name, never on \`*\`; the policy above then
  belongs to the assumed role.
- \`s3:GetObject\`, \`s3:PutObject\` and \`s3:DeleteObject\`: the operator cannot read or write backups. The validation uses the backup
  user's own key.
- A user outside \`/hybridcloud/\` that is to be adopted: the operator is refused until what the statement Users has is allowed on that one user by its ARN.
`;
}

function needed({ feature }: Statement): string {
  if (feature === 'always') return 'Needed always.';
  const never = feature.startsWith('deletionPolicy')
    ? ' Leave it out and no bucket can ever be emptied or deleted.'
    : '';
  return `Needed only with ${feature}.${never}`;
}

const places = {
  account: '`*`',
  bucket: 'your buckets',
  object: 'the objects in them',
  user: 'users under the path `/hybridcloud/`, where the operator makes all of its own',
} as const;

function table(statement: Statement): string {
  const { sid, on, grants } = statement;
  return [
    `## ${sid}`,
    '',
    `${needed(statement)} On ${on.map((one) => places[one]).join(' and ')}.`,
    '',
    '| action | what for |',
    '|---|---|',
    ...grants.map(({ action, why }) => `| \`${action}\` | ${why} |`),
  ].join('\n');
}
