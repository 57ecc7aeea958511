// SPDX-License-Identifier: GPL-3.0-or-later
/** The shared looks at EC2, and which of them a write makes old. */

export const vpnLooks = {
  connections: 'ec2/vpn-connections',
  customerGateways: 'ec2/customer-gateways',
  gateways: 'ec2/vpn-gateways',
  vpcs: 'ec2/vpcs',
  routeTables: 'ec2/route-tables',
} as const;

type Look = (typeof vpnLooks)[keyof typeof vpnLooks];

const { connections, customerGateways, gateways, vpcs, routeTables } = vpnLooks;

const changes: Readonly<Record<string, readonly Look[]>> = {
  CreateVpnConnection: [connections],
  DeleteVpnConnection: [connections],
  ModifyVpnConnection: [connections],
  ModifyVpnConnectionOptions: [connections],
  ModifyVpnTunnelOptions: [connections],
  // what a gateway knows is propagated into tables
  CreateVpnConnectionRoute: [connections, routeTables],
  DeleteVpnConnectionRoute: [connections, routeTables],
  CreateCustomerGateway: [customerGateways],
  DeleteCustomerGateway: [customerGateways],
  CreateVpnGateway: [gateways],
  DeleteVpnGateway: [gateways],
  AttachVpnGateway: [gateways],
  // routes to a gateway that is not attached become blackholes, and its propagation ends
  DetachVpnGateway: [gateways, routeTables],
  EnableVgwRoutePropagation: [routeTables],
  DisableVgwRoutePropagation: [routeTables],
  CreateRoute: [routeTables],
  ReplaceRoute: [routeTables],
  DeleteRoute: [routeTables],
};

/** Of a write that is not known here, tags among them, everything. */
export function changedBy(action: string): readonly Look[] {
  return changes[action] ?? [connections, customerGateways, gateways, vpcs, routeTables];
}
