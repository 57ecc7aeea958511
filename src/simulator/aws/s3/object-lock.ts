// SPDX-License-Identifier: GPL-3.0-or-later
/** Object Lock. Source: S3 User Guide, "Locking objects with Object Lock" and "Configuring S3 Object Lock"; API_PutObjectLockConfiguration. */
import { decide } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { bucketArn, bucketWish, settingsOf } from './permission.ts';
import { emptyReply, malformedXml, xmlReply } from './reply.ts';
import { changeSettings, trueSettings } from './settings.ts';
import { bodyOf, missing } from './settings-operations.ts';
import type { ObjectVersion, Retention } from './state.ts';

const retention: Members = {
  Mode: required(text({ oneOf: ['GOVERNANCE', 'COMPLIANCE'] })),
  Days: { is: 'whole' },
  Years: { is: 'whole' },
};
const members: Members = {
  ObjectLockEnabled: text({ oneOf: ['Enabled'] }),
  Rule: {
    is: 'list',
    max: 1,
    of: { is: 'structure', members: { DefaultRetention: { is: 'structure', members: retention } } },
  },
};
const dayMs = 86_400_000;

export const objectLockOperations: S3Operations = {
  GetObjectLockConfiguration: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'object-lock',
    permission: 's3:GetBucketObjectLockConfiguration',
    run: getObjectLock,
  },
  PutObjectLockConfiguration: {
    on: 'bucket',
    effect: 'write',
    method: 'PUT',
    sub: 'object-lock',
    checksum: true,
    permission: 's3:PutBucketObjectLockConfiguration',
    run: putObjectLock,
  },
};

function getObjectLock(call: BucketCall): Reply {
  if (!call.bucket.objectLock)
    throw missing(
      call,
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    );
  const kept = settingsOf(call, call.bucket).retention;
  return xmlReply('ObjectLockConfiguration', {
    ObjectLockEnabled: 'Enabled',
    Rule: kept && { DefaultRetention: { Mode: kept.mode, Days: kept.days, Years: kept.years } },
  });
}

/** Can be turned on for a bucket that exists, if versions are kept; never off again. Without Rule there is no default retention any more. */
function putObjectLock(call: BucketCall): Reply {
  const fields = bodyOf(call, 'ObjectLockConfiguration', members);
  if (may(fields, 'ObjectLockEnabled') !== 'Enabled') throw malformedXml();
  if (trueSettings(call.bucket).versioning !== 'Enabled')
    throw new AwsError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  const [rule] = records(fields, 'Rule');
  const given = rule && (rule['DefaultRetention'] as Fields | undefined);
  if (rule && !given) throw malformedXml();
  changeSettings(call, call.bucket, { retention: given && retentionOf(given) });
  call.bucket.objectLock = true;
  return emptyReply(200);
}

function retentionOf(given: Fields): Retention {
  const count = (name: string) => (may(given, name) === undefined ? undefined : Number(may(given, name)));
  const [days, years] = [count('Days'), count('Years')];
  // either, not both (API_DefaultRetention)
  if ((days === undefined) === (years === undefined)) throw malformedXml();
  const period = days ?? years ?? 0;
  if (period < 1) throw new AwsError('InvalidArgument', 'Default retention period must be a positive integer value');
  if (period > (days === undefined ? 100 : 36_500))
    throw new AwsError('InvalidArgument', 'Default retention period too large');
  return { mode: must(given, 'Mode') as Retention['mode'], days, years };
}

/** The lock that default retention puts on what is written now. @throws {AwsError} InvalidRequest: a locked object needs proof of its content. */
export function lockOfNew(call: BucketCall): Pick<ObjectVersion, 'lock'> {
  const kept = settingsOf(call, call.bucket).retention;
  if (!kept) return {};
  const { incoming, checksums, now, operation } = call;
  // API_PutObject: "The Content-MD5 or x-amz-sdk-checksum-algorithm header is required for any request to upload an object with a retention period"
  if (operation.name === 'PutObject' && Object.keys(checksums).length === 0 && !incoming.headers.has('content-md5'))
    throw new AwsError(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  const until = new Date(now);
  if (kept.years !== undefined) until.setUTCFullYear(until.getUTCFullYear() + kept.years);
  return { lock: { mode: kept.mode, until: until.getTime() + (kept.days ?? 0) * dayMs } };
}

/** Whether Object Lock keeps this version from being deleted by this caller. A delete without a version only puts a marker on top. */
export function keptByLock(call: BucketCall, key: string, id: string): boolean {
  const version = call.bucket.objects.get(key)?.find((one) => one.id === id);
  if (!version?.lock || version.lock.until <= call.now) return false;
  if (version.lock.mode === 'COMPLIANCE') return true;
  // S3 User Guide, "Object Lock retention modes": governance mode gives way to a special permission, asked for by name
  const asked = call.incoming.headers.get('x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
  const resource = `${bucketArn(call.bucket.name)}/${key}`;
  const wish = bucketWish(call, call.bucket, { action: 's3:BypassGovernanceRetention', resource });
  return !asked || !decide(call, wish).allowed;
}

export const lockedMessage = 'Access Denied because object protected by object lock.';
