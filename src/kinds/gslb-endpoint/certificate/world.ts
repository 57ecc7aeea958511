// SPDX-License-Identifier: GPL-3.0-or-later
import type { Certificate } from '../../../clouds/aws/acm/certificate.ts';
import type { RecordSet } from '../../../clouds/aws/route53/route53.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import type { ChangeState } from '../change-state.ts';

/** What this object made in a region. */
export interface InRegion {
  readonly region: string;
  readonly certificates: readonly Certificate[];
}

/** The part of what is observed that certificates are about. */
export interface CertificateWorld {
  readonly owner: Owner;
  /** Of each region where one is wanted, or was made by what the status remembers. */
  readonly certificates: readonly InRegion[];
  /** Those at the names of validation records, and at the names of their owner marks, are among them. */
  readonly records: readonly RecordSet[];
  readonly change: ChangeState;
}
