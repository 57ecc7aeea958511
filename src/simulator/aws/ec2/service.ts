// SPDX-License-Identifier: GPL-3.0-or-later
import { customerGatewayOperations } from './customer-gateways.ts';
import { modifyOperations } from './modify.ts';
import { ec2Service } from './protocol.ts';
import { routeTableOperations } from './route-tables.ts';
import { routeTableChangeOperations } from './route-table-changes.ts';
import { routeOperations } from './routes.ts';
import { staticRouteOperations } from './static-routes.ts';
import { tagOperations } from './tags.ts';
import { vpcOperations } from './vpcs.ts';
import { vpcChangeOperations } from './vpc-changes.ts';
import { vpnConnectionOperations } from './vpn-connections.ts';
import { vpnGatewayOperations } from './vpn-gateways.ts';

export const ec2 = ec2Service({
  ...vpcOperations,
  ...vpcChangeOperations,
  ...routeTableOperations,
  ...routeTableChangeOperations,
  ...routeOperations,
  ...vpnGatewayOperations,
  ...customerGatewayOperations,
  ...vpnConnectionOperations,
  ...staticRouteOperations,
  ...modifyOperations,
  ...tagOperations,
});
