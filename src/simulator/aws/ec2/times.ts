// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How long things take, in milliseconds. AWS promises no times; these are the usual ones of public logs (the waits of Terraform's
 * aws_vpn_connection, aws_vpn_gateway_attachment, aws_customer_gateway, aws_instance and aws_ami_copy).
 */
export interface Ec2Times {
  /** A VPN connection, from pending to available. */
  readonly connectionCreate: number;
  /** A VPN connection, from modifying to available. */
  readonly connectionModify: number;
  readonly connectionDelete: number;
  readonly customerGatewayCreate: number;
  readonly customerGatewayDelete: number;
  readonly gatewayDelete: number;
  readonly attach: number;
  readonly detach: number;
  /** A static route of a VPN connection, from pending to available, and from deleting until it is gone. */
  readonly staticRoute: number;
  /** An instance, from pending to running. */
  readonly instanceStart: number;
  /** Until its user data has run. */
  readonly boot: number;
  /** From shutting-down to terminated. */
  readonly instanceStop: number;
  /** An image made of an instance, from pending to available. */
  readonly imageCreate: number;
  /** An image copied from another region. */
  readonly imageCopy: number;
  /** How long what is deleted still shows. */
  readonly deletedShows: number;
}

export const ec2Times: Ec2Times = {
  connectionCreate: 240_000,
  connectionModify: 420_000,
  connectionDelete: 60_000,
  customerGatewayCreate: 10_000,
  customerGatewayDelete: 5_000,
  gatewayDelete: 5_000,
  attach: 20_000,
  detach: 30_000,
  staticRoute: 10_000,
  instanceStart: 20_000,
  boot: 90_000,
  instanceStop: 40_000,
  imageCreate: 180_000,
  imageCopy: 300_000,
  deletedShows: 3_600_000,
};

/** Of a very small image on a good day: for whoever waits for it on the real clock. */
export const smallImageTimes: Pick<Ec2Times, 'boot' | 'imageCreate' | 'imageCopy'> = {
  boot: 30_000,
  imageCreate: 60_000,
  imageCopy: 60_000,
};

/** For demonstrations and a user's own tests on the real clock: every state is there to be seen, and nobody waits for minutes. */
export const quickEc2Times: Ec2Times = {
  connectionCreate: 2000,
  connectionModify: 2000,
  connectionDelete: 1000,
  customerGatewayCreate: 500,
  customerGatewayDelete: 500,
  gatewayDelete: 500,
  attach: 1000,
  detach: 1000,
  staticRoute: 500,
  instanceStart: 500,
  boot: 1000,
  instanceStop: 500,
  imageCreate: 1000,
  imageCopy: 1500,
  deletedShows: 60_000,
};
