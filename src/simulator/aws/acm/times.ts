// SPDX-License-Identifier: GPL-3.0-or-later
/** How long things take, in milliseconds. */
export interface AcmTimes {
  /** Until DescribeCertificate shows the records that validate (Terraform's aws_acm_certificate waits for them; usually seconds). */
  readonly resourceRecord: number;
  /** From when the records are there until ISSUED (ACM User Guide, "DNS validation": usually minutes, up to hours). */
  readonly validation: number;
  /** ACM User Guide, "Validation timeout": 72 hours. */
  readonly timeOut: number;
}

export const acmTimes: AcmTimes = { resourceRecord: 5000, validation: 60_000, timeOut: 72 * 3_600_000 };
