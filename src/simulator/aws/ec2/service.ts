// SPDX-License-Identifier: GPL-3.0-or-later
import { customerGatewayOperations } from './customer-gateways.ts';
import { modifyOperations } from './modify.ts';
import { ec2Service } from './protocol.ts';
import { routeTableOperations } from './route-tables.ts';
import { routeTableChangeOperations } from './route-table-changes.ts';
import { routeOperations } from './routes.ts';
import { staticRouteOperations } from './static-routes.ts';
import { tagOperations } from './tags.ts';
import { imageOperations } from './images.ts';
import { instanceOperations } from './instances.ts';
import { securityGroupOperations } from './security-groups.ts';
import { snapshotOperations } from './snapshots.ts';
import { volumeOperations } from './volumes.ts';
import { vpcOperations } from './vpcs.ts';
import { vpcChangeOperations } from './vpc-changes.ts';
import { vpnConnectionOperations } from './vpn-connections.ts';
import { vpnGatewayOperations } from './vpn-gateways.ts';
import { zoneOperations } from './zones.ts';

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
  ...securityGroupOperations,
  ...imageOperations,
  ...snapshotOperations,
  ...instanceOperations,
  ...volumeOperations,
  ...zoneOperations,
  ...tagOperations,
});
