// SPDX-License-Identifier: GPL-3.0-or-later
/** Why a signature was not accepted; each service says it in its own code. */
export type ProblemKind =
  | 'missing'
  | 'malformed'
  | 'wrongRegion'
  | 'wrongService'
  | 'unknownKey'
  | 'badToken'
  | 'expiredToken'
  | 'skewed'
  | 'expired'
  | 'mismatch'
  | 'headersNotSigned'
  | 'contentHash'
  | 'missingContentHash';

export class SignatureProblem extends Error {
  readonly kind: ProblemKind;
  readonly detail: string;
  constructor(kind: ProblemKind, detail = '') {
    super(`signature: ${kind} ${detail}`);
    this.name = 'SignatureProblem';
    this.kind = kind;
    this.detail = detail;
  }
}
