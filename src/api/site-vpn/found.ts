// SPDX-License-Identifier: GPL-3.0-or-later
/** `status` of a SiteVpn: what was found in AWS, and what was delivered. Holds no pre-shared key and nothing that is made of one. */
import { z } from 'zod';
import { siteRoutersStatus } from './openstack.ts';
import { probeStatus } from './probe.ts';
import { pushStatus } from './push.ts';
import { accountID, commonStatus, text, time } from '../status.ts';

const count = z.int().min(0).max(1_000_000);

const tunnel = z.object({
  name: text(16, 'tunnel1 or tunnel2, as in spec.tunnels.'),
  outsideIP: text(45, "Address of AWS's end, e.g. 13.124.202.55."),
  insideCIDR: text(18, 'Addresses inside the tunnel, e.g. 169.254.10.0/30.').optional(),
  state: z.enum(['Up', 'Down']).meta({ description: 'As AWS measures it.' }),
  since: time('Since when.').optional(),
  message: text(512, 'What AWS says of it, e.g. 3 BGP ROUTES.').optional(),
  acceptedRoutes: count.optional().meta({ description: 'How many routes AWS took from the site, with BGP, e.g. 3.' }),
});

export const statusSchema = z
  .object({
    ...commonStatus,
    accountID,
    vpcID: text(32, 'The VPC, e.g. vpc-0a1b2c3d4e5f67890.').optional(),
    vpnGatewayID: text(32, 'Its virtual private gateway, e.g. vgw-0a1b2c3d4e5f67890.').optional(),
    customerGatewayID: text(32, 'The customer gateway, e.g. cgw-0a1b2c3d4e5f67890.').optional(),
    vpnConnectionID: text(32, 'The VPN connection, e.g. vpn-0a1b2c3d4e5f67890.').optional(),
    tunnelsUp: text(8, 'How many tunnels are up, of how many: 1/2.').optional(),
    tunnels: z
      .array(tunnel)
      .max(2)
      .optional()
      .meta({
        description: 'Both tunnels as AWS sees them.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    routes: z
      .array(
        z.object({
          cidr: text(18, 'A static route of the connection, e.g. 192.168.0.0/20.'),
          state: text(16, 'Its state: pending, available, deleting.'),
        }),
      )
      .max(100)
      .optional()
      .meta({
        description: 'The static routes of the connection.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['cidr'],
      }),
    routeTables: z
      .array(
        z.object({
          id: text(32, 'A route table that leads to the site, e.g. rtb-0a1b2c3d4e5f67890.'),
          propagated: z.boolean().meta({ description: 'Route propagation was switched on there by this object.' }),
          cidrs: z
            .array(text(18, 'A prefix, e.g. 192.168.0.0/20.'))
            .max(50)
            .meta({ description: 'Routes made there by this object.', 'x-kubernetes-list-type': 'atomic' }),
        }),
      )
      .max(100)
      .optional()
      .meta({
        description: 'What this object did to route tables: only that is taken back.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
      }),
    device: z
      .object({
        secretName: text(253, "Secret with the gateway's files, e.g. office-gateway."),
        digest: text(64, 'Digest of what the files were made of, keys left out.'),
        deliveredAt: time(
          'When the files last changed, keys among them: later than when you installed them means: install them again.',
        ).optional(),
        push: pushStatus.optional(),
      })
      .optional()
      .meta({ description: "The gateway's files as they were delivered." }),
    siteRouters: siteRoutersStatus.optional(),
    probe: probeStatus.optional(),
  })
  .meta({ description: 'What was found. Written by the operator only.' });
