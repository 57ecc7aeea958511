// SPDX-License-Identifier: GPL-3.0-or-later
import type * as S3 from '@aws-sdk/client-s3';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import type { ProbeResult } from '../../../core/step.ts';
import { kmsTrouble } from './kms-trouble.ts';
import { read, write, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';

/** Below the user's prefix, in a folder of its own, so that no program takes it for a backup. */
const canaryName = '.hybridcloud/canary';
const canaryText =
  'Written by hybrid-cloud-operator to prove that backups can be written. Old versions of it expire by themselves.\n';

export interface CanarySpot {
  readonly bucket: string;
  readonly account: string;
  readonly prefix: string;
}

function keyOf({ prefix }: CanarySpot): string {
  return `${prefix}${canaryName}`;
}

/** The four calls of a validation, in order. */
export function canaryRequests(spot: CanarySpot): readonly AwsRequest[] {
  const at = { Bucket: spot.bucket, ExpectedBucketOwner: spot.account };
  const key = { ...at, Key: keyOf(spot) };
  return [
    write('s3', 'PutObject', {
      ...key,
      Body: canaryText,
      ContentType: 'text/plain',
    } satisfies S3.PutObjectCommandInput),
    read('s3', 'GetObject', key satisfies S3.GetObjectCommandInput),
    // without a prefix, as HeadBucket has none: a policy with a condition on it would deny every backup server that
    read('s3', 'ListObjectsV2', {
      ...at,
      StartAfter: key.Key.slice(0, -1),
      MaxKeys: 1,
    } satisfies S3.ListObjectsV2CommandInput),
    write('s3', 'DeleteObject', key satisfies S3.DeleteObjectCommandInput),
  ];
}

interface Answer {
  readonly Body?: { transformToString(): Promise<string> };
  readonly Contents?: readonly { readonly Key?: string }[];
}

/** Allowed, and yet not what it should be. */
async function wrongIn({ action }: AwsRequest, answer: Answer, key: string): Promise<ProbeResult | undefined> {
  if (action === 'GetObject' && (await answer.Body?.transformToString()) !== canaryText)
    return failed(
      'WrongContent',
      'what was read is not what was written: does something else write to this bucket?',
      true,
    );
  if (action === 'ListObjectsV2' && answer.Contents?.[0]?.Key !== key)
    return failed('NotListed', 'what was written is not listed', true);
  return undefined;
}

/** Writes, reads, lists and deletes a small object as `session`, the backup credentials themselves. */
export async function tryCanary(session: AwsSession, scope: Scope, spot: CanarySpot): Promise<ProbeResult> {
  for (const request of canaryRequests(spot)) {
    try {
      const answer = await session.send<Answer>(request, scope);
      const wrong = await wrongIn(request, answer, keyOf(spot));
      if (wrong) return wrong;
    } catch (error) {
      if (!(error instanceof Failure) || error.class === 'Fenced') throw error;
      const { reason, message } = kmsTrouble(error) ?? error;
      return failed(reason, message, error.class === 'Transient');
    }
  }
  return { outcome: 'Succeeded' };
}

function failed(reason: string, message: string, passing: boolean): ProbeResult {
  return { outcome: 'Failed', reason, message: `The backup credentials do not work: ${message}`, passing };
}
