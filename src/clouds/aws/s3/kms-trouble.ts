// SPDX-License-Identifier: GPL-3.0-or-later
/** What S3 answers when the KMS key of a bucket cannot be used in the name of the caller, in words that say what to do. */
import { codeOf } from '../errors.ts';

export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** `undefined`: the failure is about something else. */
export function kmsTrouble(error: Error): Trouble | undefined {
  const code = codeOf(error) ?? '';
  const said = (error.cause instanceof Error ? error.cause : error).message;
  // S3 passes on what KMS said, with its code: KMS.NotFoundException, KMS.DisabledException, KMS.KMSInvalidStateException
  if (code.startsWith('KMS.'))
    return {
      reason: 'KMSKeyUnusable',
      message: `S3 cannot use the KMS key of the bucket (${code}: ${said.replace(/\.$/, '')}). Enable the key or cancel its deletion, or name another key of the bucket's region in bucket.encryption.kmsKeyID.`,
    };
  const [, action, key] = /not authorized to perform: (kms:[A-Za-z]+) on resource: "?(arn:[^\s"]+)/.exec(said) ?? [];
  if (action === undefined || key === undefined) return undefined;
  // the user's own policy has both rights: what is missing is on the side of the key (KMS Developer Guide, "Troubleshooting key access")
  return {
    reason: 'KMSAccessDenied',
    message: `the backup user may not use the KMS key of the bucket (${action} on ${key}). Allow kms:GenerateDataKey and kms:Decrypt to the backup user in the policy of that key, or let it hand over to the account (Principal arn:aws:iam::…:root), and remove what denies it.`,
  };
}
