// SPDX-License-Identifier: GPL-3.0-or-later
/** `healthCheck` of an endpoint. Limits: Route 53 API reference, HealthCheckConfig. */
import { z } from 'zod';
import { hostName } from './record.ts';
import { celIsIPv4, celIsIPv6, isIPv4, isIPv6, regionPattern } from './target.ts';
import { celMatches, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';

/** What the Internet does not route: Route 53's checkers are outside (HealthCheckConfig, IPAddress: the RFCs that it refuses). */
const notPublic =
  '^((0|10|127|22[4-9]|2[3-5][0-9])[.].*|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.].*|169[.]254[.].*|172[.](1[6-9]|2[0-9]|3[01])[.].*|192[.]168[.].*|192[.]0[.][02][.].*|198[.]1[89][.].*|198[.]51[.]100[.].*|203[.]0[.]113[.].*|::1?|f[cdef][0-9a-f]{2}:.*|2001:db8:.*)$';

const address = withRules(
  z.string().min(2).max(39),
  [
    {
      rule: `${celIsIPv4('self')} || ${celIsIPv6('self')}`,
      message: 'healthCheck.address must be an IP address, e.g. 3.36.122.217; a name goes to healthCheck.host',
      holds: (self) => isIPv4(self) || isIPv6(self),
    },
    {
      rule: `!${celMatches('self', notPublic)}`,
      message:
        'healthCheck.address is a private or reserved address, which the checkers of Route 53 cannot reach: use type Calculated or CloudWatchAlarm for it',
      holds: (self) => !new RegExp(notPublic).test(self),
    },
  ],
  {
    description:
      'With type HTTP, HTTPS or TCP: public address that is checked; with host as well, host goes into the header Host. Default: host is looked up. Example: 3.36.122.217.',
  },
);

const path = withRules(
  z.string().min(1).max(255),
  [
    matches(
      '^/[A-Za-z0-9._~!$&()*+,;=:@%/?-]*$',
      'healthCheck.path must begin with / and hold only what a URL may, without a fragment, e.g. /health?deep=yes; encode the rest as %…',
    ),
  ],
  {
    description:
      'With type HTTP or HTTPS: path and query that are asked for; an answer of 2xx or 3xx within two seconds is healthy. Default: /. Example: /health.',
  },
);

const searchString = withRules(
  z.string().min(1).max(255),
  [
    matches(
      '^[ -~]+$',
      'healthCheck.searchString may hold printable ASCII only; choose a text of the page that has no other letters',
    ),
  ],
  {
    description:
      'With type HTTP or HTTPS: text that the first 5120 bytes of the body must hold, too. 1 to 255 characters. Default: the body is not read. Example: Seoul.',
  },
);

export const checkerRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

const regions = withRules(
  z.array(z.enum(checkerRegions).meta({ description: 'A region with checkers, e.g. us-east-1.' })).max(8),
  [
    {
      rule: 'self.size() >= 3',
      message: 'healthCheck.checkerRegions must have at least three regions: add some, or leave it out for all',
      holds: (self) => self.length >= 3,
    },
    {
      rule: 'self.all(one, self.filter(other, other == one).size() == 1)',
      message: 'healthCheck.checkerRegions must not hold a region twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
  ],
  {
    description:
      'With type HTTP, HTTPS or TCP: where the checkers are, at least three regions. Default: all eight. Example: [ap-northeast-1, ap-southeast-1, us-west-2].',
    'x-kubernetes-list-type': 'atomic',
  },
);

const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const calculated = withRules(
  z.object({
    endpoints: z
      .array(z.string().min(1).max(63).meta({ description: 'Name of an endpoint of this object, e.g. seoul.' }))
      .max(20)
      .optional()
      .meta({
        description:
          'Endpoints of this object whose own checks (not Calculated ones) are counted. Default: none. Example: [seoul].',
        'x-kubernetes-list-type': 'set',
      }),
    healthCheckIDs: withRules(
      z
        .array(
          z.string().max(64).meta({ description: 'Id of a health check, e.g. 0a1b2c3d-1111-2222-3333-444455556666.' }),
        )
        .max(20),
      [
        {
          rule: `self.all(one, ${celMatches('one', uuid)})`,
          message:
            'healthCheck.calculated.healthCheckIDs may hold ids of health checks only, e.g. 0a1b2c3d-1111-2222-3333-444455556666; endpoints of this object go to endpoints',
          holds: (self) => self.every((one) => new RegExp(uuid).test(one)),
        },
      ],
      {
        description:
          'Health checks of others in the account that are counted. Default: none. Example: [0a1b2c3d-1111-2222-3333-444455556666].',
        'x-kubernetes-list-type': 'set',
      },
    ).optional(),
    healthyAtLeast: z.int().min(0).max(40).meta({
      description: 'How many of them have to be healthy. 0 to 40; 0 is always healthy. Example: 1.',
    }),
  }),
  [
    {
      rule: '(has(self.endpoints) && self.endpoints.size() > 0) || (has(self.healthCheckIDs) && self.healthCheckIDs.size() > 0)',
      message: 'healthCheck.calculated must count something: name endpoints or healthCheckIDs',
      holds: (self) => (self.endpoints?.length ?? 0) + (self.healthCheckIDs?.length ?? 0) > 0,
    },
    {
      rule: 'self.healthyAtLeast <= (has(self.endpoints) ? self.endpoints.size() : 0) + (has(self.healthCheckIDs) ? self.healthCheckIDs.size() : 0)',
      message:
        'healthCheck.calculated.healthyAtLeast must not be more than there are checks, else it is never healthy; lower it',
      holds: (self) => self.healthyAtLeast <= (self.endpoints?.length ?? 0) + (self.healthCheckIDs?.length ?? 0),
      fieldPath: '.healthyAtLeast',
    },
  ],
  {
    description:
      'With type Calculated: healthy when enough other checks are. For what the checkers cannot reach themselves. Example: {endpoints: [seoul], healthyAtLeast: 1}.',
  },
);

const alarm = z
  .object({
    name: withRules(
      z.string().min(1).max(255),
      [
        matches(
          '^[ -~]+$',
          'healthCheck.alarm.name must be the name of a CloudWatch alarm in printable ASCII, e.g. seoul-db-lag; rename the alarm',
        ),
      ],
      { description: 'Name of the CloudWatch alarm, in the account of this object. Example: seoul-db-lag.' },
    ),
    region: withRules(
      z.string().min(1).max(32),
      [matches(regionPattern, 'healthCheck.alarm.region must be the code of an AWS region, e.g. ap-northeast-2')],
      { description: 'Region of the alarm. Example: ap-northeast-2.' },
    ),
    insufficientData: z.enum(['LastKnownStatus', 'Healthy', 'Unhealthy']).default('LastKnownStatus').meta({
      description: 'What counts while the alarm has too little data. Default: LastKnownStatus.',
    }),
  })
  .meta({
    description:
      'With type CloudWatchAlarm: healthy while the alarm is OK. Example: {name: seoul-db-lag, region: ap-northeast-2}.',
  });

const fields = z.object({
  type: z.enum(['HTTP', 'HTTPS', 'TCP', 'Calculated', 'CloudWatchAlarm']).meta({
    description:
      'HTTP, HTTPS and TCP: checkers of Route 53 ask the endpoint from outside. Calculated: from other checks. CloudWatchAlarm: from an alarm. Another type makes another check, which is in use before the old one goes.',
  }),
  address: address.optional(),
  host: hostName(
    'healthCheck.host',
    'With type HTTP, HTTPS or TCP: name that is checked; not the name that this object answers.',
    'seoul.seojun.shop',
  ).optional(),
  port: z.int().min(1).max(65_535).optional().meta({
    description:
      'Port that is checked. 1 to 65535; required with TCP. Default: 80 with HTTP, 443 with HTTPS. Example: 8443.',
  }),
  path: path.optional(),
  searchString: searchString.optional(),
  sni: z.enum(['Enabled', 'Disabled']).default('Enabled').meta({
    description:
      'With type HTTPS: whether host is sent in the TLS handshake (server name indication). Default: Enabled.',
  }),
  intervalSeconds: withRules(
    z.int().min(10).max(30),
    [
      {
        rule: 'self == 10 || self == 30',
        message: 'healthCheck.intervalSeconds must be 10 or 30, Route 53 knows no other; choose one of them',
        holds: (self) => self === 10 || self === 30,
      },
    ],
    {
      description:
        'How often each checker asks: 10 or 30 seconds; 10 costs more. Another one makes another check. Default: 30. Example: 10.',
    },
  ).default(30),
  failureThreshold: z.int().min(1).max(10).default(3).meta({
    description:
      'How many answers in a row, as they fail or succeed, change what a checker says. 1 to 10. Default: 3. Example: 1.',
  }),
  checkerRegions: regions.optional(),
  latencyGraphs: z.enum(['Enabled', 'Disabled']).default('Disabled').meta({
    description:
      'Whether Route 53 measures latency, which costs more. Another value makes another check. Default: Disabled.',
  }),
  healthyWhen: z.enum(['Passing', 'Failing']).default('Passing').meta({
    description: 'Failing turns the check around: healthy is what fails it. Default: Passing.',
  }),
  calculated: calculated.optional(),
  alarm: alarm.optional(),
});

type Check = z.output<typeof fields>;

const probes = "(self.type == 'HTTP' || self.type == 'HTTPS' || self.type == 'TCP')";
const isProbe = ({ type }: Check) => type === 'HTTP' || type === 'HTTPS' || type === 'TCP';
const isWeb = ({ type }: Check) => type === 'HTTP' || type === 'HTTPS';

const belongs = (type: Check['type'], field: 'calculated' | 'alarm', cure: string): Rule<Check> => ({
  rule: `(self.type == '${type}') == has(self.${field})`,
  message: `healthCheck.${field} belongs to healthCheck.type ${type}: set both, e.g. ${field}: ${cure}, or remove ${field}`,
  holds: (self) => (self.type === type) === (self[field] !== undefined),
  fieldPath: `.${field}`,
});

const ofProbes = (field: 'address' | 'host' | 'port' | 'checkerRegions'): Rule<Check> => ({
  rule: `!has(self.${field}) || ${probes}`,
  message: `healthCheck.${field} belongs to the types HTTP, HTTPS and TCP: remove it`,
  holds: (self) => self[field] === undefined || isProbe(self),
  fieldPath: `.${field}`,
});

const ofWeb = (field: 'path' | 'searchString'): Rule<Check> => ({
  rule: `!has(self.${field}) || self.type == 'HTTP' || self.type == 'HTTPS'`,
  message: `healthCheck.${field} belongs to the types HTTP and HTTPS: remove it, or change the type`,
  holds: (self) => self[field] === undefined || isWeb(self),
  fieldPath: `.${field}`,
});

export const healthCheck = withRules(
  fields,
  [
    {
      rule: `!${probes} || has(self.address) || has(self.host)`,
      message: 'healthCheck must say what is checked: set address: 3.36.122.217 or host: seoul.seojun.shop, or both',
      holds: (self) => !isProbe(self) || self.address !== undefined || self.host !== undefined,
    },
    {
      rule: "self.type != 'TCP' || has(self.port)",
      message: 'healthCheck.port is needed with type TCP: set it, e.g. 443',
      holds: (self) => self.type !== 'TCP' || self.port !== undefined,
      fieldPath: '.port',
    },
    ...(['address', 'host', 'port', 'checkerRegions'] as const).map(ofProbes),
    ...(['path', 'searchString'] as const).map(ofWeb),
    belongs('Calculated', 'calculated', '{endpoints: [seoul], healthyAtLeast: 1}'),
    belongs('CloudWatchAlarm', 'alarm', '{name: seoul-db-lag, region: ap-northeast-2}'),
  ],
  {
    description:
      'Health check that is made for this endpoint; it is answered only while that is healthy. Default: none, and it is always answered.',
  },
);
