// SPDX-License-Identifier: GPL-3.0-or-later
/** The proof that somebody controls a name. Source: ACM User Guide, "AWS Certificate Manager DNS validation". */
import { createHash } from 'node:crypto';

export interface ValidationRecord {
  /** Absolute, with the dot at the end, as `DescribeCertificate` writes it. */
  readonly name: string;
  readonly value: string;
}

/** Made for the name and the account, the same in every region ("the CNAME validation token works for any AWS Region"), and for `*.name` as for `name`. */
export function validationRecord(account: string, name: string): ValidationRecord {
  const bare = name.toLowerCase().replace(/^\*\./, '');
  const digest = createHash('sha512').update(`${account}/${bare}`).digest('hex');
  return {
    name: `_${digest.slice(0, 32)}.${bare}.`,
    value: `_${digest.slice(32, 64)}.${lettersOf(digest.slice(64, 84))}.acm-validations.aws.`,
  };
}

/** Ten lower-case letters. */
function lettersOf(hex: string): string {
  return (hex.match(/../g) ?? []).map((pair) => String.fromCodePoint(97 + (Number.parseInt(pair, 16) % 26))).join('');
}
