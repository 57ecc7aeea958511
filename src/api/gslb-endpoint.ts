// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoint: one name, served from several places, answered from the healthy ones. */
import { z } from 'zod';
import { apiKind } from './api-kind.ts';
import { certificate, certificateRules } from './gslb-endpoint/certificate.ts';
import { endpoints } from './gslb-endpoint/endpoints.ts';
import { statusSchema } from './gslb-endpoint/found.ts';
import { haproxy, haproxyRules } from './gslb-endpoint/haproxy.ts';
import { record, zone } from './gslb-endpoint/record.ts';
import { gslbRules, policies } from './gslb-endpoint/rules.ts';
import { siteRules, sites } from './gslb-endpoint/sites.ts';
import { ignoreFields } from './gslb-endpoint/ignored.ts';
import { maintenance } from './maintenance.ts';
import { parseSpec } from './parse.ts';
import type { Parsed } from './parse.ts';
import type { DeepReadonly } from './readonly.ts';
import { withRules } from './rules.ts';
import { aws, deletionPolicy, driftIntervalSeconds, managementPolicy } from './shared.ts';

const failover = z
  .object({
    prefer: z.enum(['Primary', 'Secondary']).default('Primary').meta({
      description:
        'Which endpoint is answered while both are healthy. Secondary is a failover by hand: the roles of the two records are exchanged in one batch. Default: Primary.',
    }),
  })
  .meta({ description: 'With policy Failover: a failover by hand. Default: the primary is preferred.' });

const safety = z
  .object({
    maxRemovedPercent: z.int().min(0).max(100).default(50).meta({
      description:
        'How much of what is answered, endpoints or their addresses, one change of endpoints may remove; beyond it nothing is removed until the annotation hybridcloud.dev/allow-mass-change-until allows it. Draining does not count. 0 to 100 percent. Default: 50. Example: 25.',
    }),
  })
  .prefault({ maxRemovedPercent: 50 })
  .meta({ description: 'What one change may not do, as it is more likely a mistake of what writes this object.' });

const readiness = z
  .object({
    healthyEndpoints: z.int().min(0).max(50).default(1).meta({
      description:
        'How many endpoints have to be healthy, or have no health check, for Ready. 0 to 50. Default: 1. Example: 2.',
    }),
  })
  .prefault({ healthyEndpoints: 1 })
  .meta({ description: 'When this name is said to work.' });

const telemetry = z
  .object({
    intervalSeconds: z.int().min(30).max(3600).default(60).meta({
      description:
        'How often Route 53 is asked how the endpoints are, within what it answers per second for all objects. Failover does not wait for it. 30 to 3600 seconds. Default: 60. Example: 120.',
    }),
  })
  .prefault({ intervalSeconds: 60 })
  .meta({ description: 'How the health checks are watched.' });

const fields = z.object({
  managementPolicy,
  deletionPolicy: deletionPolicy(
    'Delete',
    'When this object is deleted: Delete takes away the records in one batch and, once all name servers know, the health checks. Retain leaves all of it and takes the owner marks off. Default: Delete.',
  ),
  aws,
  zone,
  record,
  policy: z.enum(policies).meta({
    description:
      'How Route 53 chooses. Simple: all addresses, whatever their health. Failover: a primary, else a secondary. Weighted: in proportions. Latency: the nearest by latency. Geolocation: by place. Multivalue: up to eight healthy ones at random. A change is made in one batch.',
  }),
  failover: failover.optional(),
  endpoints,
  certificate: certificate.optional(),
  haproxy: haproxy.optional(),
  sites: sites.optional(),
  safety,
  readiness,
  telemetry,
  ignoreFields: ignoreFields.optional(),
  maintenance: maintenance.optional(),
  driftIntervalSeconds: driftIntervalSeconds.optional(),
});

const specSchema = withRules(fields, [...gslbRules, ...certificateRules, ...haproxyRules, ...siteRules], {
  description: 'What is wanted.',
});

/** Every default applied. */
export type GslbEndpointSpec = DeepReadonly<z.output<typeof specSchema>>;
export type GslbEndpointStatus = DeepReadonly<z.output<typeof statusSchema>>;

/** `message` is one line that names the field and says what to do. A spec from the API server has passed the same rules there. */
export function parseGslbEndpoint(spec: unknown): Parsed<GslbEndpointSpec> {
  return parseSpec(specSchema, spec);
}

export const gslbEndpoint = apiKind({
  kind: 'GslbEndpoint',
  plural: 'gslbendpoints',
  singular: 'gslbendpoint',
  shortNames: ['gslb'],
  description: 'One name, served from several places, and answered from the healthy ones.',
  specSchema,
  statusSchema,
  columns: [
    { name: 'Policy', type: 'string', jsonPath: '.spec.policy', description: 'How Route 53 chooses.' },
    { name: 'FQDN', type: 'string', jsonPath: '.status.fqdn', description: 'The full name.' },
    { name: 'Healthy', type: 'string', jsonPath: '.status.healthy', description: 'How many endpoints are healthy.' },
    { name: 'Serving', type: 'string', jsonPath: '.status.servingNames', description: 'What is answered now.' },
  ],
  wideColumns: [
    { name: 'Zone', type: 'string', jsonPath: '.status.zoneID', description: 'The hosted zone.' },
    { name: 'Change', type: 'string', jsonPath: '.status.changeStatus', description: 'Whether all name servers know.' },
    {
      name: 'Failover',
      type: 'integer',
      jsonPath: '.status.failoverSeconds',
      description: 'Estimate of the seconds that a failover takes.',
    },
  ],
});
