// SPDX-License-Identifier: GPL-3.0-or-later
import { operatorPolicy, operatorStatements, type Statement } from '../../clouds/aws/operator-policy.ts';
import type { Produced } from './produced.ts';

/** `docs/permissions.md`: the policy to give to the operator's AWS identity, and what each line of it is for. */
export function permissions(): Produced[] {
  return [{ path: 'docs/permissions.md', content: page() }];
}

function page(): string {
  return `<!-- Generated from src/clouds/aws/operator-policy.ts by "npm run generate"; do not edit. -->
# What the operator may do in AWS

Everything that BackupTarget needs, and nothing else: a test runs every scenario with exactly this policy, and for each action in it
finds a scenario that fails without it. Give it to the role that the operator runs as (IAM roles for service accounts, EKS Pod Identity), or
to the user whose key is in the Secret of \`spec.aws.credentialsSecretRef\`; there as a managed policy, because it is longer than the
2,048 characters that the inline policies of a user may have.

\`\`\`json
${JSON.stringify(operatorPolicy('aws'), undefined, 2)}
\`\`\`

In China the ARNs begin with \`arn:aws-cn:\`, in AWS GovCloud with \`arn:aws-us-gov:\`.

${operatorStatements.map(table).join('\n\n')}

## Not in it, and why

- \`sts:GetCallerIdentity\`, the first call of every login: AWS lets everybody do that.
- \`sts:AssumeRole\`: only where objects use \`spec.aws.assumeRole\`. Allow it on those roles by name, never on \`*\`; the policy above then
  belongs to the assumed role.
- \`s3:GetObject\`, \`s3:PutObject\` and \`s3:DeleteObject\`: the operator cannot read or write backups. The validation uses the backup
  user's own key.
- A user outside \`/hybridcloud/\` that is to be adopted: the operator is refused until \`iam:TagUser\`, \`iam:GetUser\`,
  \`iam:PutUserPolicy\`, \`iam:DeleteUserPolicy\`, \`iam:ListAccessKeys\`, \`iam:CreateAccessKey\`, \`iam:DeleteAccessKey\` and
  \`iam:DeleteUser\` are allowed on that one user by its ARN.

## What it is worth to an attacker

Who holds these rights can make a user under \`/hybridcloud/\` and give it any policy: \`iam:PutUserPolicy\` cannot be limited by the
content of the policy, except through a permissions boundary, which the operator does not set yet. Treat the identity as an administrator's,
or keep it to an account of its own for backups.
`;
}

function table({ sid, when, resources, grants }: Statement): string {
  return [
    `## ${sid}`,
    '',
    `Needed ${when}. On ${resources.map((resource) => `\`${resource.replace('{partition}', 'aws')}\``).join(' and ')}.`,
    '',
    '| action | what for |',
    '|---|---|',
    ...grants.map(({ action, why }) => `| \`${action}\` | ${why} |`),
  ].join('\n');
}
