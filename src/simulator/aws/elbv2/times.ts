// SPDX-License-Identifier: GPL-3.0-or-later
/** How long things take, in milliseconds. AWS promises no times; these are the usual ones of public logs (the waits of Terraform's aws_lb). */
export interface ElbTimes {
  /** From provisioning to active. */
  readonly provisioning: number;
  /**
   * After DeleteLoadBalancer its network interfaces hold on to security groups and subnets (hashicorp/terraform-provider-aws#1671), and ACM believes
   * certificates of deleted listeners to be in use.
   */
  readonly interfacesLinger: number;
}

export const elbTimes: ElbTimes = { provisioning: 150_000, interfacesLinger: 60_000 };

/** For a user's own tests on the real clock, and for those with many looks. */
export const quickElbTimes: ElbTimes = { provisioning: 2000, interfacesLinger: 500 };
