// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: S3 User Guide, "General purpose bucket naming rules". */
import { AwsError } from '../errors.ts';

const forbiddenPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const forbiddenSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

export function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..')) return false;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return false;
  return (
    !forbiddenPrefixes.some((prefix) => name.startsWith(prefix)) &&
    !forbiddenSuffixes.some((suffix) => name.endsWith(suffix))
  );
}

export function checkBucketName(name: string): void {
  if (isBucketName(name)) return;
  throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { detail: { BucketName: name } });
}
