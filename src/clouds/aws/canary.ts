// SPDX-License-Identifier: GPL-3.0-or-later
import type * as S3 from '@aws-sdk/client-s3';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { ProbeResult } from '../../core/step.ts';
import { read, write, type AwsRequest } from './request.ts';
import type { AwsSession } from './session.ts';

/** Below the user's prefix, in a folder of its own, so that no program takes it for a backup. */
const canaryName = '.hybridcloud/canary';
const canaryText =
  'Written by hybrid-cloud-operator to prove that backups can be written. Old versions of it expire by themselves.\n';

export interface CanarySpot {
  readonly bucket: string;
  readonly account: string;
  readonly prefix: string;
}

/** The four calls of a validation, in order. */
export function canaryRequests({ bucket, account, prefix }: CanarySpot): readonly AwsRequest[] {
  const at = { Bucket: bucket, ExpectedBucketOwner: account };
  const key = { ...at, Key: `${prefix}${canaryName}` };
  return [
    write('s3', 'PutObject', {
      ...key,
      Body: canaryText,
      ContentType: 'text/plain',
    } satisfies S3.PutObjectCommandInput),
    read('s3', 'GetObject', key satisfies S3.GetObjectCommandInput),
    read('s3', 'ListObjectsV2', { ...at, Prefix: key.Key, MaxKeys: 1 } satisfies S3.ListObjectsV2CommandInput),
    write('s3', 'DeleteObject', key satisfies S3.DeleteObjectCommandInput),
  ];
}

/** Writes, reads, lists and deletes a small object as `session`, the backup credentials themselves. */
export async function tryCanary(session: AwsSession, scope: Scope, spot: CanarySpot): Promise<ProbeResult> {
  for (const request of canaryRequests(spot)) {
    try {
      const answer = await session.send<{ Body?: { transformToString(): Promise<string> }; KeyCount?: number }>(
        request,
        scope,
      );
      if (request.action === 'GetObject' && (await answer.Body?.transformToString()) !== canaryText) {
        return failed(
          'WrongContent',
          'what was read is not what was written: does something else write to this bucket?',
          true,
        );
      }
      if (request.action === 'ListObjectsV2' && answer.KeyCount !== 1)
        return failed('NotListed', 'what was written is not listed', true);
    } catch (error) {
      if (!(error instanceof Failure) || error.class === 'Fenced') throw error;
      return failed(error.reason, error.message, error.class === 'Transient');
    }
  }
  return { outcome: 'Succeeded' };
}

function failed(reason: string, message: string, passing: boolean): ProbeResult {
  return { outcome: 'Failed', reason, message: `The backup credentials do not work: ${message}`, passing };
}
