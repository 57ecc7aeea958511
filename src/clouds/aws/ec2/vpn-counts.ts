// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import { Failure } from '../../../core/failure.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { sideBySide } from '../side-by-side.ts';
import { learnKeys } from './vpn-secrets.ts';

/** How many there are in the region, whoever's: those that count towards a quota. */
export interface VpnCounts {
  readonly gateways: number;
  readonly customerGateways: number;
  readonly connections: number;
}

/** One answer serves everything that is made in the region within a minute. */
const countsAgeMs = 60_000;

const Filters = [{ Name: 'state', Values: ['pending', 'available', 'modifying'] }];

async function count(session: AwsSession): Promise<VpnCounts> {
  // no scope: the answer is for every object of the account and region
  const [gateways, customers, connections] = await sideBySide([
    session.send<EC2.DescribeVpnGatewaysCommandOutput>(read('ec2', 'DescribeVpnGateways', { Filters })),
    session.send<EC2.DescribeCustomerGatewaysCommandOutput>(read('ec2', 'DescribeCustomerGateways', { Filters })),
    session.send<EC2.DescribeVpnConnectionsCommandOutput>(read('ec2', 'DescribeVpnConnections', { Filters })),
  ]);
  // everybody's keys are in this answer: nothing of it is kept but its length
  learnKeys(session, connections.VpnConnections);
  return {
    gateways: (gateways.VpnGateways ?? []).length,
    customerGateways: (customers.CustomerGateways ?? []).length,
    connections: (connections.VpnConnections ?? []).length,
  };
}

/**
 * Asked before something is made, never at rest. `undefined` where that cannot be known: it is asked to spare a person half a change, and
 * is no reason to make none. What may be there at most only Service Quotas knows; AWS's defaults are 5 virtual private gateways, 50
 * customer gateways and 50 connections a region, 10 connections on a gateway (Site-to-Site VPN User Guide, "Quotas").
 */
export async function countVpns(session: AwsSession): Promise<VpnCounts | undefined> {
  try {
    return await session.looks.get('ec2/vpn-counts', countsAgeMs, () => count(session));
  } catch (error) {
    if (error instanceof Failure && error.class !== 'Fenced') return undefined;
    throw error;
  }
}
