// SPDX-License-Identifier: GPL-3.0-or-later
/** Which of AWS's permissions a step needs. Pure. */
import { permissionOf } from '../../clouds/aws/errors.ts';
import { calls } from './calls.ts';
import type { BackupTargetStep } from './steps.ts';

/** What a create needs beside its own name: tags in the call, and the looks and steps that follow it. */
const besides: Readonly<Partial<Record<BackupTargetStep['do'], (action: string) => boolean>>> = {
  CreateBucket: (action) => /^s3:(TagResource|PutBucketOwnershipControls|ListBucket|Get.*)$/.test(action),
  CreateUser: (action) => /^iam:(TagUser|ListAccessKeys|CreateAccessKey)$/.test(action),
};

/** @param action `s3:CreateBucket`. */
export function needs(step: BackupTargetStep, action: string): boolean {
  const own = calls(step).some(({ service, action: call }) => {
    if (service !== 's3' && service !== 'iam') return false;
    return permissionOf({ service, action: call, effect: 'write', input: {} }) === action;
  });
  return own || (besides[step.do]?.(action) ?? false);
}
