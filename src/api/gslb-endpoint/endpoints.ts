// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.endpoints` of a GslbEndpoint: where the name is served from. */
import { z } from 'zod';
import { healthCheck } from './check.ts';
import { regionPattern, target } from './target.ts';
import { matches, withRules } from '../rules.ts';

export const endpointPattern = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$';

const name = withRules(
  z.string().min(1).max(63),
  [
    matches(
      endpointPattern,
      "endpoints.name must be lower-case letters, digits and '-', a letter or digit at both ends, e.g. seoul",
    ),
  ],
  {
    description:
      'Name of the endpoint within this object: in status, events and the tags of its health check. Example: seoul.',
  },
);

/** Route 53 API reference, ResourceRecordSet: SetIdentifier, 1 to 128 characters. */
const setIdentifier = withRules(
  z.string().min(1).max(128),
  [
    matches(
      '^[A-Za-z0-9._:@ /+-]+$',
      'endpoints.setIdentifier may hold letters, digits, spaces and ._:@/+- only, e.g. Seoul-Active',
    ),
  ],
  {
    description:
      'What tells the record of this endpoint from the others of the name in Route 53; not with policy Simple. Needed to adopt records that have one. Default: the name of the endpoint. Example: Seoul-Active.',
  },
);

const upper = (letters: string) => `^${letters}$`;

/** Route 53 API reference, GeoLocation. */
export const geolocation = withRules(
  z.object({
    continent: z.enum(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']).optional().meta({
      description:
        'A continent: AF Africa, AN Antarctica, AS Asia, EU Europe, NA North America, OC Oceania, SA South America. Example: AS.',
    }),
    country: withRules(
      z.string().min(1).max(2),
      [
        matches(
          upper('([*]|[A-Z]{2})'),
          'geolocation.country must be the two upper-case letters of a country (ISO 3166-1), e.g. KR, or * for everywhere else',
        ),
      ],
      { description: 'A country, two letters of ISO 3166-1; * is everywhere that no other endpoint has. Example: KR.' },
    ).optional(),
    subdivision: withRules(
      z.string().min(1).max(3),
      [
        matches(
          upper('[A-Z0-9]{1,3}'),
          'geolocation.subdivision must be the code of a state of the USA or a region of Ukraine, e.g. CA',
        ),
      ],
      { description: 'With country US or UA: a state or region. Example: CA.' },
    ).optional(),
  }),
  [
    {
      rule: 'has(self.continent) != has(self.country)',
      message:
        'geolocation must have exactly one of continent and country: set continent: AS or country: KR; country: "*" is everywhere else',
      holds: (self) => (self.continent === undefined) !== (self.country === undefined),
    },
    {
      rule: "!has(self.subdivision) || (has(self.country) && (self.country == 'US' || self.country == 'UA'))",
      message: 'geolocation.subdivision belongs to country US or UA, Route 53 knows no others; remove it',
      holds: (self) => self.subdivision === undefined || self.country === 'US' || self.country === 'UA',
      fieldPath: '.subdivision',
    },
  ],
  {
    description:
      'With policy Geolocation: from where questions are answered with this endpoint; the smallest place counts. Example: {continent: AS}.',
  },
);

const endpoint = z.object({
  name,
  target,
  healthCheck: healthCheck.optional(),
  provider: z.enum(['AWS', 'Azure', 'GCP', 'Alibaba', 'OnPremises', 'Other']).default('Other').meta({
    description: 'Whose cloud the endpoint is in: shown in status and in the tags of its health check. Default: Other.',
  }),
  state: z.enum(['Active', 'Drained']).default('Active').meta({
    description:
      'Drained takes the endpoint out of the answers, in one batch, and keeps its health check, so that it can come back at once. Default: Active.',
  }),
  setIdentifier: setIdentifier.optional(),
  role: z.enum(['Primary', 'Secondary']).optional().meta({
    description: 'With policy Failover: Primary is answered while it is healthy, else Secondary. Example: Primary.',
  }),
  weight: z.int().min(0).max(255).optional().meta({
    description:
      'With policy Weighted: share of the answers, of the sum of all; 0 is never answered unless all are 0 or none with more is healthy. 0 to 255. Example: 10.',
  }),
  region: withRules(
    z.string().min(1).max(32),
    [
      matches(
        regionPattern,
        'endpoints.region must be the code of an AWS region, the nearest to the endpoint, e.g. ap-northeast-2; not a zone and not a name',
      ),
    ],
    {
      description:
        'With policy Latency: AWS region near the endpoint; of the healthy ones that with the least latency to who asks is answered. Example: ap-northeast-2.',
    },
  ).optional(),
  geolocation: geolocation.optional(),
});

/** Route 53 takes 100 with one name and type; 50 keep the rules cheap for the API server. */
export const endpoints = withRules(
  z.array(endpoint.meta({ description: 'One place from which the name is served.' })).max(50),
  [
    {
      rule: 'self.size() >= 1',
      message: 'endpoints must have at least one endpoint: add one with a name and a target',
      holds: (self) => self.length > 0,
    },
    {
      rule: 'self.all(one, self.filter(other, other.name == one.name).size() == 1)',
      message: 'endpoints must not have a name twice; rename one of them',
      holds: (self) => new Set(self.map((one) => one.name)).size === self.length,
    },
    {
      rule: 'self.all(one, self.filter(other, (has(other.setIdentifier) ? other.setIdentifier : other.name) == (has(one.setIdentifier) ? one.setIdentifier : one.name)).size() == 1)',
      message:
        'endpoints.setIdentifier must not be that of another endpoint, nor the name of one that has none; change it',
      holds: (self) => new Set(self.map((one) => one.setIdentifier ?? one.name)).size === self.length,
    },
    {
      rule: "self.exists(one, one.state == 'Active')",
      message:
        'endpoints must have at least one with state Active: with all of them drained the name would not be answered at all',
      holds: (self) => self.some(({ state }) => state === 'Active'),
    },
  ],
  {
    description:
      'Where the name is served from: 1 to 50 endpoints. Example: [{name: seoul, target: {type: Addresses, addresses: [3.36.122.217]}}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
);

export type Endpoints = z.output<typeof endpoints>;
