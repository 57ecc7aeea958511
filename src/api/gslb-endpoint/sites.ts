// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.sites` of a GslbEndpoint: HAProxy instances behind load balancers, made by the operator (ADR 38). */
import { z } from 'zod';
import { regionPattern } from './target.ts';
import { celMatches, immutable, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { searchTags } from '../site-vpn/name.ts';

/** Elastic Load Balancing API reference, CreateLoadBalancer and CreateTargetGroup: Name. */
const balancingName = '^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$';
const identifier = (prefix: string) => `^${prefix}-[0-9a-f]{8,17}$`;
const left =
  'what was made would be left behind, or stop at once; add a site of another name, and remove this one when it is answered';

const named = (field: string, description: string, example: string) =>
  withRules(
    z.string().min(1).max(32),
    [
      matches(balancingName, `${field} must be 1 to 32 letters, digits and hyphens, none at the ends, e.g. ${example}`),
      {
        // "A load balancer name … can't begin with internal-"
        rule: "!self.startsWith('internal-')",
        message: `${field} must not begin with internal-, which AWS keeps for itself; choose another name, e.g. ${example}`,
        holds: (self) => !self.startsWith('internal-'),
      },
      immutable(field, left),
    ],
    { description: `${description} Cannot be changed. Example: ${example}.` },
  );

const vpc = withRules(
  z.object({
    id: withRules(
      z.string().max(32),
      [
        matches(
          identifier('vpc'),
          'sites.vpc.id must be the id of a VPC, e.g. vpc-0a1b2c3d4e5f67890; a name goes to sites.vpc.tag',
        ),
      ],
      { description: 'Id of the VPC. Either this or tag. Example: vpc-0a1b2c3d4e5f67890.' },
    ).optional(),
    tag: searchTags(
      'sites.vpc.tag',
      1,
      'The one tag, key and value, that only this VPC of the region has. Either this or id. Example: {Name: MY-VPC}.',
    ).optional(),
  }),
  [
    {
      rule: 'has(self.id) != has(self.tag)',
      message: 'sites.vpc must have exactly one of id and tag: set id: vpc-…, or tag: {Name: MY-VPC}',
      holds: (self) => (self.id === undefined) !== (self.tag === undefined),
    },
    { rule: 'self == oldSelf', message: `sites.vpc cannot be changed: ${left}` },
  ],
  { description: 'The VPC in which the site is. Cannot be changed. Default: the default VPC of the region.' },
);

const subnets = withRules(
  z.array(z.string().max(32).meta({ description: 'Id of a public subnet, e.g. subnet-0a1b2c3d4e5f67890.' })).max(6),
  [
    {
      rule: `self.size() >= 2 && self.all(id, ${celMatches('id', identifier('subnet'))})`,
      message:
        'sites.subnets must be the ids of 2 to 6 public subnets in different zones, e.g. [subnet-0a1b2c3d4e5f67890, subnet-0b2c3d4e5f678901a]: a load balancer needs two zones',
      holds: (self) => self.length >= 2 && self.every((id) => new RegExp(identifier('subnet')).test(id)),
    },
    {
      rule: 'self.all(id, self.filter(other, other == id).size() == 1)',
      message: 'sites.subnets must not hold an id twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
    { rule: 'self == oldSelf', message: `sites.subnets cannot be changed: ${left}` },
  ],
  {
    description:
      'Where the load balancer stands, and in the first one the instance: 2 to 6 public subnets of different zones. Cannot be changed. Default: of each zone the public subnet with the first id. Example: [subnet-0a1b2c3d4e5f67890, subnet-0a1b2c3d4e5f67891].',
    'x-kubernetes-list-type': 'atomic',
  },
);

const instanceType = withRules(
  z.string().min(1).max(32),
  [
    matches(
      '^[a-z]{1,3}[0-9]{1,2}[a-z]{0,4}[.](nano|micro|small|medium|large|[0-9]{0,2}xlarge)$',
      'sites.instanceType must be a type of EC2, e.g. t3.micro',
    ),
  ],
  {
    description:
      'Type of the instance; one with another processor gets an image for it. A change replaces the instance. Default: t3.micro. Example: t4g.small.',
  },
).default('t3.micro');

const fields = z.object({
  name: withRules(
    z.string().min(1).max(20),
    [
      matches(
        '^[a-z]([a-z0-9-]*[a-z0-9])?$',
        "sites.name must be lower-case letters, digits and '-', a letter first, e.g. seoul",
      ),
    ],
    { description: 'Name of the site, in status, events and tags. Example: seoul.' },
  ),
  region: withRules(
    z.string().min(1).max(32),
    [
      matches(
        regionPattern,
        'sites.region must be the code of an AWS region, e.g. ap-northeast-2; not a zone and not a name',
      ),
      immutable('sites.region', left),
    ],
    { description: 'Code of the region. Cannot be changed. Example: ap-northeast-2.' },
  ),
  vpc: vpc.optional(),
  subnets: subnets.optional(),
  instanceType,
  loadBalancer: named(
    'sites.loadBalancer',
    'Name of the load balancer that is made: the one that an endpoint names.',
    'seoul-alb',
  ),
  targetGroup: named(
    'sites.targetGroup',
    'Name of the target group that is made. Default: the name of the load balancer.',
    'TG-Seoul',
  ).optional(),
  securityGroup: withRules(
    z.string().min(1).max(200),
    [
      matches(
        '^[A-Za-z0-9 _.:/=+@-]*[A-Za-z0-9]$',
        'sites.securityGroup may hold letters, digits, spaces and _.:/=+-@ only, and ends with a letter or digit, e.g. SG-ALB',
      ),
      {
        rule: "!self.startsWith('sg-')",
        message:
          'sites.securityGroup must not begin with sg-, which is how ids begin: it is the name of a group that is made, e.g. SG-ALB',
        holds: (self) => !self.startsWith('sg-'),
      },
      immutable('sites.securityGroup', left),
    ],
    {
      description:
        'Name of the security group of the load balancer that is made, open to everybody on 80 and, with a certificate, on 443. That of the instance has -instances behind it. Cannot be changed. Default: the name of the load balancer. Example: SG-ALB.',
    },
  ).optional(),
  http: z.enum(['Redirect', 'Forward']).default('Redirect').meta({
    description:
      'What is answered without TLS, where there is a certificate. Redirect: go to HTTPS. Forward: the same as with TLS. Default: Redirect.',
  }),
  healthCheckPath: withRules(
    z.string().min(1).max(256),
    [matches('^/[A-Za-z0-9_.$/~&@:+-]*$', 'sites.healthCheckPath must be a path, e.g. /')],
    {
      description: 'What the load balancer asks HAProxy for, and 200 is healthy. Default: /. Example: /haproxy-alive.',
    },
  ).default('/'),
});

export type Site = z.output<typeof fields>;

/** With the name of the load balancer where it is left out: to write that down changes nothing. */
function sameName(field: 'targetGroup' | 'securityGroup'): Rule<Site> {
  const of = (site: string) => `(has(${site}.${field}) ? ${site}.${field} : ${site}.loadBalancer)`;
  return {
    rule: `${of('self')} == ${of('oldSelf')}`,
    message: `sites.${field} cannot be changed: ${left}`,
    fieldPath: `.${field}`,
  };
}

/** A rule of the field itself is not asked when that comes or goes. */
function stays(field: 'vpc' | 'subnets'): Rule<Site> {
  const rule = `has(self.${field}) == has(oldSelf.${field})`;
  return { rule, message: `sites.${field} cannot be changed: ${left}`, fieldPath: `.${field}` };
}

const site = withRules(fields, [sameName('targetGroup'), sameName('securityGroup'), stays('vpc'), stays('subnets')], {
  description: 'One site: an HAProxy, and the load balancer before it.',
});

export const sites = withRules(
  z.array(site).max(4),
  [
    {
      rule: 'self.size() >= 1',
      message: 'sites must have at least one site; remove the field where there are none',
      holds: (self) => self.length > 0,
    },
    {
      rule: 'self.all(one, self.filter(other, other.name == one.name).size() == 1)',
      message: 'sites must not have a name twice; rename one of them',
      holds: (self) => new Set(self.map((one) => one.name)).size === self.length,
    },
    {
      rule: 'self.all(one, self.filter(other, other.region == one.region && (other.loadBalancer == one.loadBalancer || (has(other.targetGroup) ? other.targetGroup : other.loadBalancer) == (has(one.targetGroup) ? one.targetGroup : one.loadBalancer))).size() == 1)',
      message: 'sites of one region must have load balancers and target groups of different names; rename one of them',
      holds: (self) =>
        ['loadBalancer', 'targetGroup'].every((field) => {
          const names = self.map(
            (one) => `${one.region} ${(field === 'targetGroup' && one.targetGroup) || one.loadBalancer}`,
          );
          return new Set(names).size === self.length;
        }),
    },
  ],
  {
    description:
      'HAProxy instances that the operator makes from the configuration of haproxy, each behind a load balancer over two zones: 1 to 4. The first one is made from Debian, the others from an image of it that is copied to their regions. A changed configuration replaces one instance after the other, never without one that serves. Default: none. Example: [{name: seoul, region: ap-northeast-2, loadBalancer: seoul-alb}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
);

export const sitesStatus = z
  .array(
    z.object({
      name: z.string().max(20).meta({ description: 'As in spec.sites.' }),
      region: z.string().max(32).meta({ description: 'Its region.' }),
      phase: z.enum(['Making', 'Serving', 'Replacing', 'Failing']).meta({
        description:
          'Making: not complete yet. Serving: a healthy instance with the configuration of now. Replacing: with another one. Failing: no healthy instance.',
      }),
      loadBalancer: z
        .string()
        .max(32)
        .optional()
        .meta({ description: 'Name of its load balancer, to find it by when the site is taken out of the spec.' }),
      targetGroup: z.string().max(32).optional().meta({ description: 'Name of its target group, for the same.' }),
      dnsName: z.string().max(255).optional().meta({ description: 'DNS name of its load balancer.' }),
      instanceID: z.string().max(32).optional().meta({ description: 'The instance that serves.' }),
      imageID: z.string().max(32).optional().meta({ description: 'The image that it was started from.' }),
    }),
  )
  .max(4)
  .meta({ description: 'Every site.', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });

interface Fields {
  readonly haproxy?: object | undefined;
  readonly sites?: readonly Site[] | undefined;
}

/** Between `sites` and the rest of the spec. */
export const siteRules: readonly Rule<Fields>[] = [
  {
    rule: '!has(self.sites) || has(self.haproxy)',
    message: 'sites need haproxy: it is what their instances run; set haproxy.servers, or remove sites',
    holds: ({ haproxy, sites: asked }) => asked === undefined || haproxy !== undefined,
    fieldPath: '.sites',
  },
];
