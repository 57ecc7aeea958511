// SPDX-License-Identifier: GPL-3.0-or-later
import {
  boundaryPolicy,
  operatorPolicy,
  operatorStatements,
  type Statement,
} from '../../clouds/aws/policy/operator.ts';
import type { Produced } from './produced.ts';

/** `docs/permissions.md`: the policies to give to the operator's AWS identity, kind by kind, and what each line of them is for. */
export function permissions(): Produced[] {
  return [{ path: 'docs/permissions.md', content: page() }];
}

const wish = { partition: 'aws', buckets: ['backup-*'] };
const boundary = { account: '123456789012', policy: 'hybridcloud/backup-user' };
const gslb = { zones: ['Z0123456789ABCDEFGHIJ'], cluster: '7a3c1e52-0d7b-4e55-9a0c-2f1b6c3d4e5f' };
const vpn = {
  cluster: '7a3c1e52-0d7b-4e55-9a0c-2f1b6c3d4e5f',
  vpcs: ['vpc-0a1b2c3d4e5f60718'],
  gateways: ['vgw-0a1b2c3d4e5f60718'],
};

function json(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
}

function page(): string {
  return `<!-- Generated from src/clouds/aws/policy/recorded-permissions.ts by "npm run generate"; do not edit. -->
# What the operator may do in AWS

Everything that a kind needs, and nothing else: a policy for each, so that who uses one kind grants nothing of another. Nothing here is written by hand: \`npm run record\` plays every story of an
object's life against the simulated AWS and notes which permissions it was asked for, \`npm run verify\` fails when that changes, and tests run every story with exactly these policies and find for
each action, and for each kind of resource, a story that fails without it.

Give the policies of your kinds to the role that the operator runs as (IAM roles for service accounts, EKS Pod Identity), or to the user whose key is in the Secret of \`spec.aws.credentialsSecretRef\`;
as managed policies, because they are longer than the 2,048 characters that the inline policies of a user may have. In China the ARNs begin with \`arn:aws-cn:\`, in AWS GovCloud with
\`arn:aws-us-gov:\`. [BackupTarget](#backuptarget) · [SiteVpn](#sitevpn) · [GslbEndpoint](#gslbendpoint) · [not in them, and why](#not-in-them-and-why)

${backupTarget()}

${siteVpn()}

${gslbEndpoint()}

## Not in them, and why

- \`sts:GetCallerIdentity\`, the first call of every login: AWS lets everybody do that.
- \`sts:AssumeRole\`: only where objects use \`spec.aws.assumeRole\`. Allow it on those roles by name, never on \`*\`; the policies above then
  belong to the assumed role.
- \`s3:GetObject\`, \`s3:PutObject\` and \`s3:DeleteObject\`: the operator cannot read or write backups. The validation uses the backup
  user's own key.
- A user outside \`/hybridcloud/\` that is to be adopted: the operator is refused until what the statement Users has is allowed on that one user by its ARN.
- \`iam:CreateServiceLinkedRole\`: the first load balancer that an account ever gets needs the role AWSServiceRoleForElasticLoadBalancing. Where it is missing make it once:
  \`aws iam create-service-linked-role --aws-service-name elasticloadbalancing.amazonaws.com\`.
- What another cluster has marked, its connections and gateways: \`hybridcloud.dev/take-over\` of what a lost cluster left is refused until \`Null\` is taken out of the statement VpnAdoptOthers.
`;
}

function backupTarget(): string {
  const statements = operatorStatements('BackupTarget');
  return `## BackupTarget

Two things in it are yours to fill in: \`backup-*\`, the names or prefixes of your buckets, and \`123456789012\`, the account.

${json(operatorPolicy({ ...wish, boundary }, statements))}

### What is missing is named before anything is made

While something is being made the operator has IAM simulate its own policies (\`iam:SimulatePrincipalPolicy\`, one call for all objects of an identity that wait), and the condition \`Permissions\`
names every action that is missing, with its resource. A bucket or user that could only be made half way is not begun (\`PermissionsMissing\`). Where a policy asks for something that the
simulation is not told (a region, an address) nothing waits for its answer. It does not know policies of buckets and session policies: should it hold up what AWS would let through, leave that
action out, as you may anyway: then AWS names what is missing one after the other, when it is needed. The root user cannot be simulated; a role with a path only where the object names it
(\`spec.aws.assumeRole\`).

### The permissions boundary

Who may make users and write their policies can make an administrator, unless AWS itself says where that ends. So the policy above lets the operator make and empower only users that carry this
boundary, a managed policy that you make once in each account, with the path \`/hybridcloud/\` and the name \`backup-user\`:

${json(boundaryPolicy(wish))}

\`\`\`sh
aws iam create-policy --path /hybridcloud/ --policy-name backup-user --policy-document file://boundary.json
\`\`\`

Tell the operator with \`--permissions-boundary hybridcloud/backup-user\` (\`HYBRID_PERMISSIONS_BOUNDARY\`), or, for objects with credentials of their own, the object with
\`spec.user.permissionsBoundary\`. Users that were made before get the boundary at the next look. If you do without one, take the \`Condition\` out of the policy; then treat the operator's identity as
an administrator's, or keep it to an account of its own for backups.

${statements.map(table).join('\n\n')}`;
}

function siteVpn(): string {
  const statements = operatorStatements('SiteVpn');
  return `## SiteVpn

Three things in it are yours to fill in: \`${vpn.cluster}\`, the UID of your cluster (\`kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'\`; with \`*\` any cluster's mark will do),
\`${vpn.vpcs[0]}\`, your VPCs, and \`${vpn.gateways[0]}\`, gateways of others that \`spec.gateway.id\` names. With no such gateway leave VpnUseOthers out.

${json(operatorPolicy({ partition: 'aws', vpn }, statements))}

Whoever holds this can make gateways and connections that bear the cluster's mark, and change or delete those, and no others; and can lead the route tables of the VPCs named to gateways. Two
statements go further, each for one use: VpnAdoptOthers puts the mark on what has none, so whoever holds it can make any gateway or connection of the account its own: leave it out when
nothing is to be adopted any more. VpnUseOthers makes connections on the gateways named. What EC2 does not show yet has no tags: AWS may refuse a call for some seconds after something was made; the
operator tries again.

For objects that are only looked at (\`managementPolicy: Observe\`, or \`Plan\` while nothing is approved) VpnLook is enough.

A permission that is missing is told by AWS when it is needed: the object is stalled (\`AccessDenied\`), its message names action and resource, and it goes on by itself once that is allowed.
Everything is made by one call that marks it, too: refused, nothing is there; and what was made before stays, costs by the hour if it is a connection, and is taken away with the object.

${statements.map(table).join('\n\n')}`;
}

function gslbEndpoint(): string {
  const statements = operatorStatements('GslbEndpoint');
  return `## GslbEndpoint

Two things in it are yours to fill in: \`${gslb.zones[0]}\`, your hosted zones, and \`${gslb.cluster}\`, the UID of your cluster (\`kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'\`). The operator changes records in these and in no others, and there only names that have its mark, nobody's records, or a person's
word for it. Route 53 knows no conditions by which a policy could tell its health checks from others': leave NamesHealthChecks out and nothing with a health check can be made.

The statements that begin with NamesSites are for \`spec.sites\`, together with NamesBalancersLook and, where the sites have TLS, those that begin with NamesSecure. Whoever holds them can make instances, images, security groups
and load balancers that bear the cluster's mark, and change or delete those, and no others. They hand no role to an instance (\`iam:PassRole\` is not in them), so an instance can do nothing in AWS.

${json(operatorPolicy({ partition: 'aws', gslb }, statements))}

${statements.map(table).join('\n\n')}`;
}

function needed({ feature }: Statement): string {
  if (feature === 'always') return 'Needed always.';
  const never =
    feature === 'deletionPolicy: Delete' ? ' Leave it out and no bucket can ever be emptied or deleted.' : '';
  return `Needed only with ${feature}.${never}`;
}

const things = {
  'vpn-gateway': 'virtual private gateways',
  'customer-gateway': 'customer gateways',
  'vpn-connection': 'VPN connections',
  instance: 'instances',
  volume: 'volumes',
  'network-interface': 'network interfaces',
  image: 'images',
  snapshot: 'snapshots',
  subnet: 'subnets',
  'security-group': 'security groups',
  loadbalancer: 'load balancers',
  targetgroup: 'target groups',
  listener: 'listeners',
} as const;

const places: Readonly<Record<string, string>> = {
  account: '`*`',
  bucket: 'your buckets',
  object: 'the objects in them',
  user: 'users under the path `/hybridcloud/`, where the operator makes all of its own',
  vpc: 'your VPCs',
  'route-table': 'route tables of your VPCs',
  'hosted-zone': 'your hosted zones',
  'health-check': 'health checks',
  change: 'changes of records',
  certificate: 'certificates of AWS Certificate Manager',
};

const words: Readonly<Record<string, string>> = {
  new: 'being made with the mark',
  our: 'with the mark',
  any: 'without the mark',
};

function where({ on }: Statement): string {
  const plain = on.flatMap((one) => places[one] ?? []);
  const [word = ''] = on[0]?.split(' ') ?? [];
  const named = Object.entries(things).flatMap(([type, name]) =>
    on.some((one) => one.endsWith(` ${type}`)) ? [name] : [],
  );
  return [...plain, ...(named.length > 0 ? [`${listed(named)} ${words[word] ?? ''}`] : [])].join(' and ');
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function table(statement: Statement): string {
  const { sid, grants } = statement;
  return [
    `### ${sid}`,
    '',
    `${needed(statement)} On ${where(statement)}.`,
    '',
    '| action | what for |',
    '|---|---|',
    ...grants.map(({ action, why }) => `| \`${action}\` | ${why} |`),
  ].join('\n');
}
