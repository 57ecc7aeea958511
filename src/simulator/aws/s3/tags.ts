// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import { readXmlFields } from '../protocol/xml-input.ts';
import { queryOf } from '../incoming.ts';
import type { Tag } from '../tag.ts';
import { requestTagKeys } from '../authorize.ts';
import type { BucketCall, S3Call, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, malformedXml, xmlReply } from './reply.ts';
import { changeSettings } from './settings.ts';

export const tagMembers: Members = { Key: required(text()), Value: required(text()) };

const tagging: Members = {
  TagSet: {
    is: 'structure',
    required: true,
    members: { Tag: { is: 'list', of: { is: 'structure', members: tagMembers } } },
  },
};

/** S3 User Guide, "Using cost allocation S3 bucket tags" and "Categorizing your objects using tags". */
export function checkedTags(given: readonly Fields[], max = 50): Tag[] {
  const tags = given.map((tag) => [must(tag, 'Key'), must(tag, 'Value')] as const);
  const invalid = (message: string): AwsError => new AwsError('InvalidTag', message);
  for (const [key, value] of tags) {
    if (key.startsWith('aws:')) throw invalid('System tags cannot be added/updated by requester');
    if (key.length < 1 || key.length > 128 || !allowed.test(key))
      throw invalid('The TagKey you have provided is invalid');
    if (value.length > 256 || !allowed.test(value)) throw invalid('The TagValue you have provided is invalid');
  }
  if (new Set(tags.map(([key]) => key)).size < tags.length)
    throw invalid('Cannot provide multiple Tags with the same key');
  if (tags.length > max)
    throw new AwsError('BadRequest', `${max === 50 ? 'Bucket' : 'Object'} tags cannot be greater than ${max}`);
  return tags;
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function readTagging(content: Uint8Array, max?: number): Tag[] {
  const fields = readXmlFields(content, 'Tagging', tagging);
  if (!fields) throw malformedXml();
  return checkedTags(records(fields['TagSet'] as Fields, 'Tag'), max);
}

/** The x-amz-tagging header: `a=1&b=2`. */
export function headerTags(header: string | undefined): Tag[] {
  return header
    ? checkedTags(
        queryOf(header).map(([Key, Value]) => ({ Key, Value })),
        10,
      )
    : [];
}

export function taggingReply(tags: readonly Tag[], headers: Record<string, string> = {}): Reply {
  return xmlReply('Tagging', { TagSet: { Tag: tags.map(([Key, Value]) => ({ Key, Value })) } }, headers);
}

export const taggingOperations: S3Operations = {
  GetBucketTagging: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'tagging',
    permission: 's3:GetBucketTagging',
    run: getBucketTagging,
  },
  PutBucketTagging: {
    on: 'bucket',
    effect: 'write',
    method: 'PUT',
    sub: 'tagging',
    checksum: true,
    permission: 's3:PutBucketTagging',
    wish: (call: S3Call) => ({ context: requestTagKeys(readTagging(call.content)) }),
    run: (call) => (changeSettings(call, call.bucket, { tags: readTagging(call.content) }), emptyReply(204)),
  },
  DeleteBucketTagging: {
    on: 'bucket',
    effect: 'write',
    method: 'DELETE',
    sub: 'tagging',
    permission: 's3:PutBucketTagging',
    run: (call) => (changeSettings(call, call.bucket, { tags: [] }), emptyReply(204)),
  },
};

function getBucketTagging(call: BucketCall): Reply {
  const { tags } = settingsOf(call, call.bucket);
  // API_GetBucketTagging
  if (tags.length === 0)
    throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404, { detail: { BucketName: call.bucket.name } });
  return taggingReply(tags);
}
