// SPDX-License-Identifier: GPL-3.0-or-later
/** `status` of a GslbEndpoint: what was found in Route 53, and what is being served. */
import { z } from 'zod';
import { certificateStatus } from './certificate.ts';
import { haproxyStatus } from './haproxy.ts';
import { sitesStatus } from './sites.ts';
import { commonStatus, text, time } from '../status.ts';

const count = (description: string) => z.int().min(0).max(1_000_000).meta({ description });

const endpoint = z.object({
  name: text(63, 'As in spec.endpoints, e.g. seoul.'),
  provider: text(16, 'As in spec.endpoints, e.g. AWS.'),
  role: text(16, 'With policy Failover: Primary or Secondary, as in spec.endpoints.').optional(),
  health: z.enum(['Healthy', 'Unhealthy', 'Unknown', 'NotChecked']).meta({
    description: 'As Route 53 sees it. Unknown: it has not said anything yet. NotChecked: there is no health check.',
  }),
  since: time('Since when that is so.').optional(),
  turningSince: time(
    'Since when most checkers say otherwise; the health follows once they have said so as often as the threshold asks.',
  ).optional(),
  serving: z.boolean().meta({ description: 'It is among the answers now.' }),
  healthCheckID: text(64, 'Its health check, e.g. 0a1b2c3d-1111-2222-3333-444455556666.').optional(),
  checkersHealthy: text(16, 'How many checkers call it healthy, of how many: 14/16.').optional(),
  lastFailure: text(512, 'What the last failing checker said.').optional(),
  failoverSeconds: count(
    'Estimate of how long an outage of it is answered: interval × threshold + TTL, e.g. 150.',
  ).optional(),
});

export const statusSchema = z
  .object({
    ...commonStatus,
    fqdn: text(255, 'The full name, e.g. gslb.seojun.shop.').optional(),
    zoneID: text(32, 'The hosted zone, e.g. Z0123456789ABCDEFGHIJ.').optional(),
    healthy: text(
      8,
      'How many of the endpoints that are not drained are healthy or not checked, of how many: 3/4.',
    ).optional(),
    serving: z.array(text(63, 'Name of an endpoint, e.g. seoul.')).max(50).optional().meta({
      description:
        'The endpoints that are answered now, by policy and health. A CloudWatch alarm and a load balancer of others count as healthy: what Route 53 knows of them is told to nobody.',
      'x-kubernetes-list-type': 'set',
    }),
    servingNames: text(256, 'The same for the eye: seoul, tokyo.').optional(),
    endpoints: z
      .array(endpoint)
      .max(50)
      .optional()
      .meta({
        description: 'Every endpoint as it was seen last.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    failoverSeconds: count('The longest of the estimates of the endpoints, e.g. 150.').optional(),
    changeStatus: z.enum(['PENDING', 'INSYNC']).optional().meta({
      description: 'Whether the last change of the records is on all of the name servers of Route 53.',
    }),
    changeID: text(64, 'While it is PENDING: its id, to follow it by after a restart, e.g. C2682N5HXP0BZ4.').optional(),
    checkerRanges: z.array(text(43, 'A prefix, e.g. 15.177.0.0/18.')).max(100).optional().meta({
      description: 'Where the checkers of Route 53 ask from: what the firewalls of the endpoints have to let in.',
      'x-kubernetes-list-type': 'set',
    }),
    certificates: certificateStatus.optional(),
    haproxy: haproxyStatus.optional(),
    sites: sitesStatus.optional(),
  })
  .meta({ description: 'What was found. Written by the operator only.' });
