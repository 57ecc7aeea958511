// SPDX-License-Identifier: GPL-3.0-or-later
/** A certificate of Certificate Manager in our words. */
import type { Tags } from '../../../core/owner-mark.ts';

/** What a name needs in DNS. Both as `domainName` gives them: lower case, no dot at the end. */
export interface ValidationRecord {
  readonly name: string;
  readonly value: string;
}

export interface Certificate {
  /** ARN. */
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  /** Lower case, sorted. */
  readonly names: readonly string[];
  /** `PENDING_VALIDATION`, `ISSUED`, `VALIDATION_TIMED_OUT`, `FAILED`, `EXPIRED`, `REVOKED`, `INACTIVE`. */
  readonly status: string;
  /** One for a name and its wildcard; none in the first seconds. Sorted by name. */
  readonly records: readonly ValidationRecord[];
  /** ARNs of the load balancers and others that use it. */
  readonly usedBy: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notAfter?: number;
  /** AWS's word for why it failed. */
  readonly failure?: string;
  readonly tags: Tags;
}
