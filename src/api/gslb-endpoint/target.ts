// SPDX-License-Identifier: GPL-3.0-or-later
/** `target` of an endpoint: what is answered. */
import { z } from 'zod';
import { hostName, zoneIDPattern } from './record.ts';
import { celMatches, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { addressPattern } from '../site-vpn/cidr.ts';

export const regionPattern = '^[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}$';

/** Whole or with one ::, lower case; what is no address in spite of it Route 53 refuses. */
const ipv6Pattern =
  '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$|^([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6})?::([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6})?$';

export const isIPv4 = (text: string) => new RegExp(addressPattern).test(text);
export const isIPv6 = (text: string) => new RegExp(ipv6Pattern).test(text);
export const celIsIPv4 = (text: string) => celMatches(text, addressPattern);
export const celIsIPv6 = (text: string) => celMatches(text, ipv6Pattern);

/** The same letter case as the API server sees it: an address is written in one way only. */
const addresses = withRules(
  z.array(z.string().min(2).max(39).meta({ description: 'An IP address, e.g. 3.36.122.217.' })).max(20),
  [
    {
      rule: 'self.size() >= 1',
      message: 'target.addresses must have at least one address: add one, e.g. 3.36.122.217',
      holds: (self) => self.length > 0,
    },
    {
      rule: `self.all(one, ${celIsIPv4('one')} || ${celIsIPv6('one')})`,
      message:
        'target.addresses may hold IP addresses only, e.g. 3.36.122.217; for a name use target.type Hostname, and leave prefixes out',
      holds: (self) => self.every((one) => isIPv4(one) || isIPv6(one)),
    },
    {
      rule: 'self.all(one, self.filter(other, other == one).size() == 1)',
      message: 'target.addresses must not hold an address twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
  ],
  {
    description:
      'With type Addresses: 1 to 20 addresses of the type of the record, all in one answer; 1 with policy Multivalue. Example: [3.36.122.217].',
    'x-kubernetes-list-type': 'atomic',
  },
);

/** Elastic Load Balancing API reference, CreateLoadBalancer: Name. */
const loadBalancerName = '^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$';

const loadBalancer = z
  .object({
    name: withRules(
      z.string().min(1).max(32),
      [
        matches(
          loadBalancerName,
          'target.loadBalancer.name must be the name of an application or network load balancer: 1 to 32 letters, digits and hyphens, e.g. seoul-alb; not its DNS name and not its ARN',
        ),
      ],
      { description: 'Name of the application or network load balancer. Example: seoul-alb.' },
    ),
    region: withRules(
      z.string().min(1).max(32),
      [
        matches(
          regionPattern,
          'target.loadBalancer.region must be the code of an AWS region, e.g. ap-northeast-2; not a zone and not a name',
        ),
      ],
      { description: 'Code of the region where it is. Example: ap-northeast-2.' },
    ),
  })
  .meta({
    description:
      'With type LoadBalancer: which one, in the account of this object. Example: {name: seoul-alb, region: ap-northeast-2}.',
  });

const alias = z
  .object({
    dnsName: hostName(
      'target.alias.dnsName',
      'DNS name of what is pointed to, e.g. of a CloudFront distribution.',
      'd111111abcdef8.cloudfront.net',
    ),
    hostedZoneID: withRules(
      z.string().max(32),
      [
        matches(
          zoneIDPattern,
          'target.alias.hostedZoneID must be the id of the hosted zone of the target, e.g. Z2FDTNDATAQYW2 for CloudFront; not of your own zone unless the target is a record in it',
        ),
      ],
      {
        description:
          'Id of the hosted zone in which that name is: fixed for each service and region (AWS General Reference, endpoints and quotas). Example: Z2FDTNDATAQYW2.',
      },
    ),
  })
  .meta({
    description:
      'With type Alias: a name of AWS and its zone. Example: {dnsName: d111111abcdef8.cloudfront.net, hostedZoneID: Z2FDTNDATAQYW2}.',
  });

const fields = z.object({
  type: z.enum(['Addresses', 'Hostname', 'LoadBalancer', 'Alias']).meta({
    description:
      'Addresses: IP addresses. Hostname: another name, with a record of type CNAME. LoadBalancer: one of AWS, looked up by name and region, as an alias. Alias: something of AWS by its DNS name and zone.',
  }),
  addresses: addresses.optional(),
  hostname: hostName('target.hostname', 'With type Hostname: the name that is answered.', 'www.example.net').optional(),
  loadBalancer: loadBalancer.optional(),
  alias: alias.optional(),
  targetHealth: z.enum(['Evaluate', 'Ignore']).default('Evaluate').meta({
    description:
      'With type LoadBalancer or Alias: whether the endpoint counts as unhealthy when AWS says that of the target. Not for CloudFront, which has none: Ignore. Default: Evaluate.',
  }),
});

type Target = z.output<typeof fields>;

const belongs = (
  type: Target['type'],
  field: 'addresses' | 'hostname' | 'loadBalancer' | 'alias',
  example: string,
): Rule<Target> => ({
  rule: `(self.type == '${type}') == has(self.${field})`,
  message: `target.${field} belongs to target.type ${type}: set both, e.g. ${field}: ${example}, or remove ${field}`,
  holds: (self) => (self.type === type) === (self[field] !== undefined),
  fieldPath: `.${field}`,
});

export const target = withRules(
  fields,
  [
    belongs('Addresses', 'addresses', '[3.36.122.217]'),
    belongs('Hostname', 'hostname', 'www.example.net'),
    belongs('LoadBalancer', 'loadBalancer', '{name: seoul-alb, region: ap-northeast-2}'),
    belongs('Alias', 'alias', '{dnsName: d111111abcdef8.cloudfront.net, hostedZoneID: Z2FDTNDATAQYW2}'),
    {
      rule: "!has(self.alias) || self.alias.hostedZoneID != 'Z2FDTNDATAQYW2' || self.targetHealth == 'Ignore'",
      message:
        'target.targetHealth must be Ignore for CloudFront (hosted zone Z2FDTNDATAQYW2): it has no health that Route 53 could evaluate; set targetHealth: Ignore',
      holds: (self) => self.alias?.hostedZoneID !== 'Z2FDTNDATAQYW2' || self.targetHealth === 'Ignore',
      fieldPath: '.targetHealth',
    },
  ],
  { description: 'What is answered for this endpoint.' },
);
