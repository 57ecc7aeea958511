// SPDX-License-Identifier: GPL-3.0-or-later
/** What each permission is for, in words for the administrator who grants it. */
import type { RecordedPermission } from './recorded-permissions.ts';

const setting = (part: string, what: string): readonly (readonly [string, string])[] => [
  [`s3:Get${part}`, `sees ${what}`],
  [`s3:Put${part}`, `sets ${what}`],
];

const reasons: Readonly<Record<string, string>> = Object.fromEntries([
  ['s3:ListAllMyBuckets', 'one list of all buckets serves all objects'],
  ['iam:GetAccountAuthorizationDetails', 'one look at all users, their policies and tags serves all objects'],
  [
    'iam:GetAccountSummary',
    'whether there is room for one more user, before anything is made; left out, AWS says so half way',
  ],
  [
    'iam:SimulatePrincipalPolicy',
    'names all that is missing at once, before anything is made; left out, AWS names one after the other half way',
  ],
  ['s3:CreateBucket', 'makes the bucket'],
  ['s3:TagResource', 'the owner mark goes on in the same call'],
  ['s3:ListBucket', 'HeadBucket, where the list of buckets does not show a new one yet'],
  ...setting('BucketTagging', 'the owner mark and the tags of the spec'),
  ...setting('BucketPublicAccessBlock', 'that nothing in it can become public'),
  ...setting('BucketOwnershipControls', 'that access control lists are off, at creation too'),
  ...setting('EncryptionConfiguration', 'the default encryption'),
  ...setting('BucketVersioning', 'the versioning'),
  ...setting('LifecycleConfiguration', 'that old versions and unfinished uploads expire'),
  ...setting('BucketPolicy', 'that only TLS is let in'),
  ['s3:GetBucketObjectLockConfiguration', 'sees whether objects are locked, which breaks backups'],
  ['s3:GetBucketRequestPayment', 'sees whether the requester pays, which breaks backups'],
  ['s3:GetIntelligentTieringConfiguration', 'sees archive tiers, in which backups cannot be read'],
  ['s3:ListBucketVersions', 'what is still in it'],
  ['s3:DeleteObjectVersion', 'empties it, once the loss was confirmed by name'],
  ['s3:DeleteBucket', 'deletes it'],
  ['iam:CreateUser', 'makes the backup user'],
  ['iam:TagUser', 'the owner mark, in the same call'],
  ['iam:GetUser', 'a fresh look before anything of the user is destroyed'],
  ['iam:PutUserPolicy', 'what the backup user may do'],
  ['iam:DeleteUserPolicy', 'a policy under a former name; deletion'],
  ['iam:PutUserPermissionsBoundary', 'bounds a user that was made before there was a boundary, or lost it'],
  ['iam:ListAccessKeys', 'which keys there are'],
  ['iam:GetAccessKeyLastUsed', 'that nobody ever used a key, before it is deleted because its secret part was lost'],
  ['iam:CreateAccessKey', 'makes the key, into the Secret'],
  ['iam:UpdateAccessKey', 'makes a replaced key inactive, before it is deleted'],
  ['iam:DeleteAccessKey', 'a key whose secret part was lost, or was replaced; deletion'],
  ['iam:DeleteUser', 'deletion'],
  [
    'cloudwatch:GetMetricData',
    'size and number of objects of the buckets, three times a day; left out, the status has no usage and nothing else is missing',
  ],
  ['ec2:DescribeVpcs', 'finds the VPC of the spec'],
  ['ec2:DescribeRouteTables', 'how its tables lead to the site'],
  ['ec2:DescribeVpnGateways', 'which gateway the VPC has, whoever made it'],
  ['ec2:DescribeCustomerGateways', "AWS's entries of the site, and whether there is room for one more"],
  [
    'ec2:DescribeVpnConnections',
    "connections and how their tunnels are; the configuration for the site's gateway, with both keys",
  ],
  ['ec2:CreateVpnGateway', 'makes the gateway of the VPC'],
  ['ec2:AttachVpnGateway', 'attaches it'],
  ['ec2:DetachVpnGateway', 'deletion, once no connection is left on it'],
  ['ec2:DeleteVpnGateway', 'deletion, by the last SiteVpn of the VPC'],
  ['ec2:CreateCustomerGateway', "makes AWS's entry of the site"],
  ['ec2:DeleteCustomerGateway', 'deletion; after a new public address of the site, that of the old one'],
  ['ec2:CreateVpnConnection', 'makes the connection'],
  ['our ec2:CreateVpnConnection', 'between these two gateways'],
  ['any ec2:CreateVpnConnection', 'makes the connection on the gateway that gateway.id names'],
  ['ec2:ModifyVpnConnection', 'moves the connection to a new public address of the site'],
  ['ec2:ModifyVpnConnectionOptions', 'connection.localCIDR and remoteCIDR'],
  ['ec2:ModifyVpnTunnelOptions', 'algorithms, times and keys of one tunnel after the other'],
  ['ec2:CreateVpnConnectionRoute', 'prefixes of the site, with static routing'],
  ['ec2:DeleteVpnConnectionRoute', 'prefixes that are no longer in the spec'],
  ['ec2:DeleteVpnConnection', 'deletion; another routing'],
  ['ec2:EnableVgwRoutePropagation', 'leads the tables to the site'],
  ['ec2:DisableVgwRoutePropagation', 'tables that are no longer chosen; deletion'],
  ['ec2:CreateRoute', 'a route for each prefix of the site'],
  ['ec2:DeleteRoute', 'prefixes and tables that are no longer in the spec; deletion'],
  ['new ec2:CreateTags', 'the owner mark goes on in the same call; without it nothing is made'],
  ['our ec2:CreateTags', 'names that the spec changes'],
  ['any ec2:CreateTags', 'puts the mark on what an annotation names for adoption, once that is approved'],
  ['ec2:DeleteTags', 'takes the marks off'],
]) as Record<string, string>;

export function reasonOf({ on, action }: Pick<RecordedPermission, 'on' | 'action'>): string {
  return reasons[`${on.split(' ')[0] ?? ''} ${action}`] ?? reasons[action] ?? '';
}
