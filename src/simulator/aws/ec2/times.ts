// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How long things take, in milliseconds. AWS promises no times; these are the usual ones of public logs (the waits of Terraform's
 * aws_vpn_connection, aws_vpn_gateway_attachment and aws_customer_gateway).
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
  deletedShows: 3_600_000,
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
  deletedShows: 60_000,
};
