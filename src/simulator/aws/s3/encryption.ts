// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, texts, type Fields, type Members } from '../protocol/model.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, malformedXml, xmlReply } from './reply.ts';
import { bodyOf } from './settings-operations.ts';
import { changeSettings, defaultEncryption, trueSettings } from './settings.ts';

const algorithms = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const byDefault: Members = {
  SSEAlgorithm: required(text({ oneOf: algorithms })),
  KMSMasterKeyID: text({ min: 1, max: 2048 }),
};
const rule: Members = {
  ApplyServerSideEncryptionByDefault: { is: 'structure', members: byDefault },
  BucketKeyEnabled: { is: 'flag' },
  BlockedEncryptionTypes: {
    is: 'structure',
    members: { EncryptionType: { is: 'list', of: text({ oneOf: ['NONE', 'SSE-C'] }) } },
  },
};
const members: Members = { Rule: { is: 'list', required: true, max: 1, of: { is: 'structure', members: rule } } };

export const encryptionOperations: S3Operations = {
  GetBucketEncryption: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'encryption',
    permission: 's3:GetEncryptionConfiguration',
    run: getBucketEncryption,
  },
  PutBucketEncryption: {
    on: 'bucket',
    effect: 'write',
    method: 'PUT',
    sub: 'encryption',
    checksum: true,
    permission: 's3:PutEncryptionConfiguration',
    run: putBucketEncryption,
  },
  /** API_DeleteBucketEncryption: back to SSE-S3, never to none. */
  DeleteBucketEncryption: {
    on: 'bucket',
    effect: 'write',
    method: 'DELETE',
    sub: 'encryption',
    permission: 's3:PutEncryptionConfiguration',
    run: (call) => (changeSettings(call, call.bucket, { encryption: defaultEncryption }), emptyReply(204)),
  },
};

function getBucketEncryption(call: BucketCall): Reply {
  const { algorithm, kmsKeyID, bucketKey, blocked } = settingsOf(call, call.bucket).encryption;
  return xmlReply('ServerSideEncryptionConfiguration', {
    Rule: {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: kmsKeyID },
      BucketKeyEnabled: bucketKey,
      BlockedEncryptionTypes: blocked && { EncryptionType: blocked },
    },
  });
}

/** API_PutBucketEncryption. */
function putBucketEncryption(call: BucketCall): Reply {
  const [given] = records(bodyOf(call, 'ServerSideEncryptionConfiguration', members), 'Rule');
  const chosen = given?.['ApplyServerSideEncryptionByDefault'] as Fields | undefined;
  if (!given || (!chosen && !given['BlockedEncryptionTypes'])) throw malformedXml();
  const algorithm = chosen ? must(chosen, 'SSEAlgorithm') : 'AES256';
  const kmsKeyID = chosen && may(chosen, 'KMSMasterKeyID');
  if (kmsKeyID !== undefined && algorithm === 'AES256')
    throw new AwsError(
      'InvalidArgument',
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    );
  const types = given['BlockedEncryptionTypes'] as Fields | undefined;
  // what a request does not name stays as it was
  const blocked = types ? texts(types, 'EncryptionType') : trueSettings(call.bucket).encryption.blocked;
  changeSettings(call, call.bucket, {
    encryption: { algorithm, kmsKeyID, bucketKey: may(given, 'BucketKeyEnabled') === 'true', blocked },
  });
  return emptyReply(200);
}
