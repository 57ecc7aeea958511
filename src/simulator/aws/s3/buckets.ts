// SPDX-License-Identifier: GPL-3.0-or-later
import { write } from '../../kernel/versioned.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import type { AccountState } from '../state.ts';
import { canonicalID, visibleBuckets } from './bucket-list.ts';
import { createBucket, newBucketWish } from './create-bucket.ts';
import type { BucketCall, S3Call, S3Operations } from './operation.ts';
import { emptyReply, invalidArgument, s3Date, xmlReply } from './reply.ts';

export const bucketOperations: S3Operations = {
  ListBuckets: {
    on: 'service',
    effect: 'read',
    method: 'GET',
    query: ['max-buckets', 'continuation-token', 'prefix', 'bucket-region'],
    permission: 's3:ListAllMyBuckets',
    run: listBuckets,
  },
  CreateBucket: {
    on: 'newBucket',
    effect: 'write',
    method: 'PUT',
    headers: ['x-amz-object-ownership', 'x-amz-acl', 'x-amz-bucket-object-lock-enabled'],
    permission: 's3:CreateBucket',
    wish: newBucketWish,
    run: createBucket,
  },
  HeadBucket: { on: 'bucket', effect: 'read', method: 'HEAD', permission: 's3:ListBucket', run: headBucket },
  DeleteBucket: { on: 'bucket', effect: 'write', method: 'DELETE', permission: 's3:DeleteBucket', run: deleteBucket },
  GetBucketLocation: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'location',
    permission: 's3:GetBucketLocation',
    run: ({ bucket }) => xmlReply('LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region),
  },
};

function accountOf(call: S3Call): AccountState {
  return call.world.state.accounts.get(call.principal.account) as AccountState;
}

function headBucket({ bucket }: BucketCall): Reply {
  return emptyReply(200, {
    'x-amz-bucket-region': bucket.region,
    'x-amz-bucket-arn': `arn:aws:s3:::${bucket.name}`,
    'x-amz-access-point-alias': 'false',
  });
}

/** API_DeleteBucket: all versions and delete markers must be gone; uploads under way do not count. */
function deleteBucket(call: BucketCall): Reply {
  const { bucket, world, now } = call;
  if (bucket.objects.size > 0) {
    const current = [...bucket.objects.values()].some((versions) => versions.at(-1)?.deleteMarker === false);
    const message = current
      ? 'The bucket you tried to delete is not empty'
      : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.';
    throw new AwsError('BucketNotEmpty', message, 409, { detail: { BucketName: bucket.name } });
  }
  world.state.buckets.delete(bucket.name);
  if (world.bucketReuseMs > 0) world.state.reserved.set(bucket.name, now + world.bucketReuseMs);
  const listing = world.state.accounts.get(bucket.account)?.bucketList.get(bucket.name);
  if (listing) write(listing, undefined, { now, lag: world.lag('s3') });
  return emptyReply(204);
}

/** API_ListBuckets; eventually consistent. */
function listBuckets(call: S3Call): Reply {
  const account = accountOf(call);
  const max = queryValue(call.incoming, 'max-buckets');
  const size = Number(max ?? 10_000);
  if (!Number.isInteger(size) || size < 1 || size > 10_000)
    throw invalidArgument('Argument max-buckets must be an integer between 1 and 10000.', 'max-buckets', max ?? '');
  const prefix = queryValue(call.incoming, 'prefix');
  const region = queryValue(call.incoming, 'bucket-region');
  const after = tokenOf(queryValue(call.incoming, 'continuation-token'));
  const all = visibleBuckets(account, call.now).filter(
    (bucket) =>
      bucket.name.startsWith(prefix ?? '') &&
      (region === undefined || bucket.region === region) &&
      (after === undefined || bucket.name > after),
  );
  const page = all.slice(0, size);
  const last = page.at(-1);
  // the region is told only to a request with a parameter (API_Bucket)
  const told = [max, prefix, region, after].some((value) => value !== undefined);
  return xmlReply('ListAllMyBucketsResult', {
    Buckets: {
      Bucket: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: s3Date(bucket.createdAt),
        BucketRegion: told ? bucket.region : undefined,
        BucketArn: `arn:aws:s3:::${bucket.name}`,
      })),
    },
    Owner: { ID: canonicalID(account.id) },
    ContinuationToken: all.length > page.length && last ? Buffer.from(last.name).toString('base64') : undefined,
    Prefix: prefix,
  });
}

function tokenOf(token: string | undefined): string | undefined {
  return token === undefined ? undefined : Buffer.from(token, 'base64').toString();
}
