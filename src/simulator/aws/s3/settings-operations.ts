// SPDX-License-Identifier: GPL-3.0-or-later
/** Bucket settings that are one small document each. */
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import { readXmlFields } from '../protocol/xml-input.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, malformedXml, notImplemented, xmlReply } from './reply.ts';
import { changeSettings } from './settings.ts';

const flag = { is: 'flag' } as const;
const publicAccess: Members = {
  BlockPublicAcls: flag,
  IgnorePublicAcls: flag,
  BlockPublicPolicy: flag,
  RestrictPublicBuckets: flag,
};
const ownershipRule: Members = {
  ObjectOwnership: required(text({ oneOf: ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] })),
};
const ownership: Members = {
  Rule: { is: 'list', required: true, max: 1, of: { is: 'structure', members: ownershipRule } },
};
const versioning: Members = {
  Status: text({ oneOf: ['Enabled', 'Suspended'] }),
  MfaDelete: text({ oneOf: ['Enabled', 'Disabled'] }),
};

export function bodyOf(call: BucketCall, root: string, members: Members): Fields {
  const fields = readXmlFields(call.content, root, members);
  if (!fields) throw malformedXml();
  return fields;
}

export function missing(call: BucketCall, code: string, message: string): AwsError {
  return new AwsError(code, message, 404, { detail: { BucketName: call.bucket.name } });
}

const read = { on: 'bucket', effect: 'read', method: 'GET' } as const;
const put = { on: 'bucket', effect: 'write', method: 'PUT' } as const;
const remove = { on: 'bucket', effect: 'write', method: 'DELETE' } as const;

export const settingsOperations: S3Operations = {
  GetPublicAccessBlock: {
    ...read,
    sub: 'publicAccessBlock',
    permission: 's3:GetBucketPublicAccessBlock',
    run: getPublicAccessBlock,
  },
  PutPublicAccessBlock: {
    ...put,
    sub: 'publicAccessBlock',
    checksum: true,
    permission: 's3:PutBucketPublicAccessBlock',
    run: putPublicAccessBlock,
  },
  DeletePublicAccessBlock: {
    ...remove,
    sub: 'publicAccessBlock',
    permission: 's3:PutBucketPublicAccessBlock',
    run: (call: BucketCall) => (changeSettings(call, call.bucket, { publicAccessBlock: undefined }), emptyReply(204)),
  },
  GetBucketOwnershipControls: {
    ...read,
    sub: 'ownershipControls',
    permission: 's3:GetBucketOwnershipControls',
    run: getOwnership,
  },
  PutBucketOwnershipControls: {
    ...put,
    sub: 'ownershipControls',
    checksum: true,
    permission: 's3:PutBucketOwnershipControls',
    run: putOwnership,
  },
  DeleteBucketOwnershipControls: {
    ...remove,
    sub: 'ownershipControls',
    permission: 's3:PutBucketOwnershipControls',
    run: (call: BucketCall) => (changeSettings(call, call.bucket, { ownership: undefined }), emptyReply(204)),
  },
  GetBucketVersioning: {
    ...read,
    sub: 'versioning',
    permission: 's3:GetBucketVersioning',
    run: (call: BucketCall) =>
      xmlReply('VersioningConfiguration', { Status: settingsOf(call, call.bucket).versioning }),
  },
  PutBucketVersioning: {
    ...put,
    sub: 'versioning',
    checksum: true,
    permission: 's3:PutBucketVersioning',
    run: putVersioning,
  },
};

function getPublicAccessBlock(call: BucketCall): Reply {
  const { publicAccessBlock } = settingsOf(call, call.bucket);
  if (!publicAccessBlock)
    throw missing(call, 'NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found');
  return xmlReply('PublicAccessBlockConfiguration', { ...publicAccessBlock });
}

/** API_PutPublicAccessBlock: what is not given is off. */
function putPublicAccessBlock(call: BucketCall): Reply {
  const fields = bodyOf(call, 'PublicAccessBlockConfiguration', publicAccess);
  const on = (name: string): boolean => may(fields, name) === 'true';
  const publicAccessBlock = {
    BlockPublicAcls: on('BlockPublicAcls'),
    IgnorePublicAcls: on('IgnorePublicAcls'),
    BlockPublicPolicy: on('BlockPublicPolicy'),
    RestrictPublicBuckets: on('RestrictPublicBuckets'),
  };
  changeSettings(call, call.bucket, { publicAccessBlock });
  return emptyReply(200);
}

function getOwnership(call: BucketCall): Reply {
  const current = settingsOf(call, call.bucket).ownership;
  if (current === undefined)
    throw missing(call, 'OwnershipControlsNotFoundError', 'The bucket ownership controls were not found');
  return xmlReply('OwnershipControls', { Rule: { ObjectOwnership: current } });
}

function putOwnership(call: BucketCall): Reply {
  const [rule] = records(bodyOf(call, 'OwnershipControls', ownership), 'Rule');
  if (!rule) throw malformedXml();
  changeSettings(call, call.bucket, { ownership: must(rule, 'ObjectOwnership') });
  return emptyReply(200);
}

/** API_PutBucketVersioning. */
function putVersioning(call: BucketCall): Reply {
  const fields = bodyOf(call, 'VersioningConfiguration', versioning);
  const status = may(fields, 'Status');
  if (may(fields, 'MfaDelete') === 'Enabled') throw notImplemented('MfaDelete');
  if (status === undefined)
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  if (call.bucket.objectLock && status === 'Suspended')
    throw new AwsError(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      409,
    );
  changeSettings(call, call.bucket, { versioning: status as 'Enabled' | 'Suspended' });
  return emptyReply(200);
}
