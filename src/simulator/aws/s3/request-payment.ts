// SPDX-License-Identifier: GPL-3.0-or-later
/** Requester Pays. Source: S3 User Guide, "Using Requester Pays general purpose buckets for storage transfers and usage". */
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, required, text, type Members } from '../protocol/model.ts';
import type { BucketCall, S3Call, S3Operations } from './operation.ts';
import { settingsOf } from './permission.ts';
import { emptyReply, xmlReply } from './reply.ts';
import { changeSettings } from './settings.ts';
import { bodyOf } from './settings-operations.ts';
import type { BucketSettings, BucketState } from './state.ts';

const members: Members = { Payer: required(text({ oneOf: ['Requester', 'BucketOwner'] })) };

export const requestPaymentOperations: S3Operations = {
  GetBucketRequestPayment: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'requestPayment',
    permission: 's3:GetBucketRequestPayment',
    run: (call: BucketCall) => xmlReply('RequestPaymentConfiguration', { Payer: settingsOf(call, call.bucket).payer }),
  },
  PutBucketRequestPayment: {
    on: 'bucket',
    effect: 'write',
    method: 'PUT',
    sub: 'requestPayment',
    checksum: true,
    permission: 's3:PutBucketRequestPayment',
    run: putRequestPayment,
  },
};

function putRequestPayment(call: BucketCall): Reply {
  const payer = must(bodyOf(call, 'RequestPaymentConfiguration', members), 'Payer');
  changeSettings(call, call.bucket, { payer: payer as BucketSettings['payer'] });
  return emptyReply(200);
}

/**
 * Who is to pay must say so, or is refused with 403; nobody can do so without a signature. The owner's own identities are let in
 * without it (aws-sdk-net#1529, where a role of the owner's account reads without the header and is not charged).
 */
export function checkPayer(call: S3Call, bucket: BucketState): void {
  if (settingsOf(call, bucket).payer !== 'Requester' || call.principal.account === bucket.account) return;
  const agreed = call.incoming.headers.get('x-amz-request-payer') === 'requester';
  if (!agreed || call.principal.kind === 'anonymous') throw new AwsError('AccessDenied', 'Access Denied', 403);
}
