// SPDX-License-Identifier: GPL-3.0-or-later
/** How long Route 53 takes, in milliseconds. */
export interface Route53Times {
  /** From PENDING to INSYNC: "generally within 60 seconds" (API_GetChange). DNS answers change with it. */
  readonly propagation: number;
  /** How long a zone works on a batch and answers PriorRequestNotComplete to another one; AWS names no time. */
  readonly batch: number;
}

export const route53Times: Route53Times = { propagation: 30_000, batch: 100 };
