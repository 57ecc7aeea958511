// SPDX-License-Identifier: GPL-3.0-or-later
import { versioned } from '../../kernel/versioned.ts';
import { authorize, requestTagKeys, type Wish } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, records, text, type Fields, type Members } from '../protocol/model.ts';
import { readXmlFields } from '../protocol/xml-input.ts';
import { globalRegion } from '../route.ts';
import type { AccountState } from '../state.ts';
import { countBuckets, enterBucketList } from './bucket-list.ts';
import { checkBucketName } from './names.ts';
import type { S3Call } from './operation.ts';
import { regions } from './regions.ts';
import { emptyReply, invalidArgument, malformedXml } from './reply.ts';
import { newBucketSettings } from './settings.ts';
import type { BucketSettings } from './state.ts';
import { checkedTags, tagMembers } from './tags.ts';

const members: Members = {
  LocationConstraint: text(),
  Tags: { is: 'structure', members: { Tag: { is: 'list', of: { is: 'structure', members: tagMembers } } } },
};
const ownerships = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

function configurationOf(call: S3Call): Fields {
  if (call.content.byteLength === 0) return {};
  const fields = readXmlFields(call.content, 'CreateBucketConfiguration', members);
  if (!fields) throw malformedXml();
  return fields;
}

function tagsOf(configuration: Fields): Fields[] {
  const tags = configuration['Tags'];
  return typeof tags === 'object' && !Array.isArray(tags) ? records(tags as Fields, 'Tag') : [];
}

export function newBucketWish(call: S3Call): Partial<Wish> {
  const configuration = configurationOf(call);
  const header = (name: string): string | undefined => call.incoming.headers.get(name);
  return {
    context: {
      's3:LocationConstraint': may(configuration, 'LocationConstraint'),
      's3:locationconstraint': may(configuration, 'LocationConstraint'),
      's3:x-amz-acl': header('x-amz-acl'),
      's3:x-amz-object-ownership': header('x-amz-object-ownership'),
      ...requestTagKeys(checkedTags(tagsOf(configuration))),
    },
  };
}

/** API_CreateBucket. */
export function createBucket(call: S3Call): Reply {
  const { world, bucketName: name, now } = call;
  checkBucketName(name);
  const configuration = configurationOf(call);
  const region = regionOf(call, may(configuration, 'LocationConstraint'));
  const settings = settingsOf(call, configuration);
  const account = world.state.accounts.get(call.principal.account) as AccountState;
  const existing = world.state.buckets.get(name);
  if (existing) return existingBucket(call, existing);
  if ((world.state.reserved.get(name) ?? 0) > now)
    // aws-cli#2593: up to an hour after DeleteBucket
    throw new AwsError(
      'OperationAborted',
      'A conflicting conditional operation is currently in progress against this resource. Please try again.',
      409,
    );
  world.state.reserved.delete(name);
  if (countBuckets(account) >= account.quotas.buckets)
    throw new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed');
  const objectLock = call.incoming.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true';
  world.state.buckets.set(name, {
    name,
    account: account.id,
    region,
    createdAt: now,
    objectLock,
    settings: versioned(objectLock ? { ...settings, versioning: 'Enabled' as const } : settings, now),
    objects: new Map(),
    uploads: new Map(),
    lifecycleRanAt: now,
    storageDays: [],
  });
  enterBucketList(call, account, { name, region, createdAt: now });
  return emptyReply(200, { location: `/${name}`, 'x-amz-bucket-arn': `arn:aws:s3:::${name}` });
}

/** us-east-1 answers 200 to a second creation by the owner, everybody else 409 (API_CreateBucket, BucketAlreadyOwnedByYou). */
function existingBucket(call: S3Call, existing: { account: string; region: string; name: string }): Reply {
  const detail = { detail: { BucketName: existing.name } };
  if (existing.account !== call.principal.account)
    throw new AwsError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      409,
      detail,
    );
  if (existing.region === globalRegion && call.route.region === globalRegion)
    return emptyReply(200, { location: `/${existing.name}` });
  throw new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    detail,
  );
}

function regionOf(call: S3Call, constraint: string | undefined): string {
  const endpoint = call.route.region;
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint || undefined;
  // us-east-1 is no location constraint: it is the absence of one
  if (wanted !== undefined && (wanted === globalRegion || !regions.has(wanted)))
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      detail: { LocationConstraint: wanted },
    });
  const region = wanted ?? globalRegion;
  // the legacy global endpoint creates anywhere, a regional one only at home
  if (region === endpoint || (call.route.byHost && call.incoming.host.endsWith('s3.amazonaws.com'))) return region;
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${wanted ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

function settingsOf(call: S3Call, configuration: Fields): BucketSettings {
  const { headers } = call.incoming;
  const ownership = headers.get('x-amz-object-ownership') ?? 'BucketOwnerEnforced';
  if (!ownerships.includes(ownership))
    throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', ownership);
  if (ownership === 'BucketOwnerEnforced' && (headers.get('x-amz-acl') ?? 'private') !== 'private')
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  const tags = checkedTags(tagsOf(configuration));
  needs(call, tags.length > 0, 's3:TagResource');
  needs(call, ownership !== 'BucketOwnerEnforced', 's3:PutBucketOwnershipControls');
  needs(call, headers.has('x-amz-bucket-object-lock-enabled'), 's3:PutBucketObjectLockConfiguration');
  return { ...newBucketSettings(call.now), ownership, tags };
}

/** Permissions beyond s3:CreateBucket that parts of the request need (API_CreateBucket, "Permissions"). */
function needs(call: S3Call, when: boolean, action: string): void {
  if (!when) return;
  const resource = `arn:aws:s3:::${call.bucketName}`;
  authorize(call, { action, resource, owner: call.principal.account, ...newBucketWish(call) });
}
