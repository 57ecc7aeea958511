// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a GslbEndpoint goes with what: policy, endpoints, record. Sources: Route 53 developer guide, "Choosing a routing policy", and API reference, ResourceRecordSet. */
import type { Endpoints } from './endpoints.ts';
import { celIsIPv4, celIsIPv6, isIPv4, isIPv6 } from './target.ts';
import type { Rule } from '../rules.ts';

export const policies = ['Simple', 'Failover', 'Weighted', 'Latency', 'Geolocation', 'Multivalue'] as const;
type Policy = (typeof policies)[number];
type Endpoint = Endpoints[number];

interface Fields {
  readonly policy: Policy;
  readonly zone: { readonly name?: string | undefined };
  readonly record: {
    readonly name: string;
    readonly type: 'A' | 'AAAA' | 'CNAME';
    readonly ttlSeconds?: number | undefined;
  };
  readonly failover?: { readonly prefer: 'Primary' | 'Secondary' } | undefined;
  readonly endpoints: Endpoints;
}

const isAlias = ({ target: { type } }: Endpoint) => type === 'LoadBalancer' || type === 'Alias';
const celIsAlias = (one: string) => `(${one}.target.type == 'LoadBalancer' || ${one}.target.type == 'Alias')`;

/** A field that one policy needs in every endpoint, and no other takes in any. */
const ofPolicy = (
  policy: Policy,
  field: 'role' | 'weight' | 'region' | 'geolocation',
  example: string,
): Rule<Fields> => ({
  rule: `self.endpoints.all(one, (self.policy == '${policy}') == has(one.${field}))`,
  message: `endpoints.${field} belongs to policy ${policy}, in every endpoint: set it in each, e.g. ${example}, or remove it from all; policies cannot be mixed`,
  holds: ({ policy: chosen, endpoints }) =>
    endpoints.every((one) => (chosen === policy) === (one[field] !== undefined)),
  fieldPath: '.endpoints',
});

const failover: Rule<Fields>[] = (['Primary', 'Secondary'] as const).map((role) => ({
  rule: `self.policy != 'Failover' || self.endpoints.filter(one, has(one.role) && one.role == '${role}').size() == 1`,
  message: `endpoints must have exactly one with role ${role} with policy Failover: give each of two endpoints its role; more than one address of a role goes into its target.addresses`,
  holds: ({ policy, endpoints }) => policy !== 'Failover' || endpoints.filter((one) => one.role === role).length === 1,
  fieldPath: '.endpoints',
}));

const policyRules: Rule<Fields>[] = [
  ofPolicy('Failover', 'role', 'role: Primary'),
  ofPolicy('Weighted', 'weight', 'weight: 10'),
  ofPolicy('Latency', 'region', 'region: ap-northeast-2'),
  ofPolicy('Geolocation', 'geolocation', 'geolocation: {continent: AS}'),
  ...failover,
  {
    rule: "self.policy != 'Failover' || self.endpoints.all(one, !has(one.role) || one.role != (has(self.failover) ? self.failover.prefer : 'Primary') || has(one.healthCheck) || (one.target.type != 'Addresses' && one.target.type != 'Hostname' && one.target.targetHealth == 'Evaluate'))",
    message:
      'endpoints.healthCheck is needed by the preferred endpoint with policy Failover, unless it is an alias whose health is evaluated: without one it would never fail over; add a healthCheck',
    holds: ({ policy, endpoints, failover: choice }) =>
      policy !== 'Failover' ||
      endpoints.every(
        (one) =>
          one.role === undefined ||
          one.role !== (choice?.prefer ?? 'Primary') ||
          one.healthCheck !== undefined ||
          (isAlias(one) && one.target.targetHealth === 'Evaluate'),
      ),
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy == 'Failover' || !has(self.failover)",
    message: 'failover belongs to policy Failover: remove it, or change the policy',
    holds: ({ policy, failover: choice }) => policy === 'Failover' || choice === undefined,
    fieldPath: '.failover',
  },
  {
    rule: "self.policy != 'Simple' || self.endpoints.size() == 1",
    message:
      'policy Simple has exactly one endpoint: put all addresses into its target.addresses, or choose another policy, e.g. Multivalue',
    holds: ({ policy, endpoints }) => policy !== 'Simple' || endpoints.length === 1,
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy != 'Simple' || self.endpoints.all(one, !has(one.healthCheck) && !has(one.setIdentifier))",
    message:
      'policy Simple answers whatever the health is, and its record has no identifier: remove healthCheck and setIdentifier, or choose another policy, e.g. Multivalue',
    holds: ({ policy, endpoints }) =>
      policy !== 'Simple' || endpoints.every((one) => one.healthCheck === undefined && one.setIdentifier === undefined),
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy != 'Latency' || self.endpoints.all(one, !has(one.region) || self.endpoints.filter(other, has(other.region) && other.region == one.region).size() == 1)",
    message:
      'endpoints.region must not be that of another endpoint: Route 53 takes one record a region; put the addresses into one endpoint, or name another region',
    holds: ({ policy, endpoints }) =>
      policy !== 'Latency' || isDistinct(endpoints.flatMap(({ region }) => (region === undefined ? [] : [region]))),
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy != 'Geolocation' || self.endpoints.exists(one, has(one.geolocation) && has(one.geolocation.country) && one.geolocation.country == '*' && one.state == 'Active')",
    message:
      'endpoints must have one that is Active with geolocation: {country: "*"} with policy Geolocation: without a default location nobody else gets an answer; add it',
    holds: ({ policy, endpoints }) =>
      policy !== 'Geolocation' || endpoints.some((one) => one.geolocation?.country === '*' && one.state === 'Active'),
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy != 'Geolocation' || self.endpoints.all(one, !has(one.geolocation) || self.endpoints.filter(other, has(other.geolocation) && other.geolocation == one.geolocation).size() == 1)",
    message:
      'endpoints.geolocation must not be that of another endpoint; name another place, or put the addresses into one endpoint',
    holds: ({ policy, endpoints }) =>
      policy !== 'Geolocation' ||
      isDistinct(endpoints.flatMap(({ geolocation }) => (geolocation ? [placeText(geolocation)] : []))),
    fieldPath: '.endpoints',
  },
  {
    rule: "self.policy != 'Multivalue' || self.endpoints.all(one, one.target.type == 'Addresses' && (!has(one.target.addresses) || one.target.addresses.size() == 1))",
    message:
      'policy Multivalue answers with one address an endpoint: give each endpoint target.type Addresses with one address, and every further address an endpoint of its own',
    holds: ({ policy, endpoints }) =>
      policy !== 'Multivalue' ||
      endpoints.every(({ target }) => target.type === 'Addresses' && (target.addresses?.length ?? 1) === 1),
    fieldPath: '.endpoints',
  },
];

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function placeText({ continent, country, subdivision }: NonNullable<Endpoint['geolocation']>): string {
  return JSON.stringify([continent, country, subdivision]);
}

const recordRules: Rule<Fields>[] = [
  {
    rule: "self.endpoints.all(one, (one.target.type == 'Hostname') == (self.record.type == 'CNAME'))",
    message:
      'target.type Hostname belongs to record.type CNAME, and a CNAME can be nothing else: change record.type, or the targets',
    holds: ({ record, endpoints }) =>
      endpoints.every(({ target }) => (target.type === 'Hostname') === (record.type === 'CNAME')),
    fieldPath: '.record.type',
  },
  {
    rule: "self.record.name != '@' || self.record.type != 'CNAME'",
    message:
      'record.type must not be CNAME for the zone itself (record.name @), where DNS allows none: use A with an alias or addresses',
    holds: ({ record }) => record.name !== '@' || record.type !== 'CNAME',
    fieldPath: '.record.type',
  },
  {
    rule: `self.endpoints.all(one, !has(one.target.addresses) || (self.record.type == 'AAAA' ? one.target.addresses.all(address, ${celIsIPv6('address')}) : one.target.addresses.all(address, ${celIsIPv4('address')})))`,
    message:
      'target.addresses must be IPv4 addresses with record.type A, and IPv6 ones with AAAA: change them, or record.type; a name with both is two GslbEndpoints',
    holds: ({ record, endpoints }) =>
      endpoints.every(({ target }) => (target.addresses ?? []).every(record.type === 'AAAA' ? isIPv6 : isIPv4)),
    fieldPath: '.endpoints',
  },
  {
    rule: `has(self.record.ttlSeconds) == self.endpoints.exists(one, !${celIsAlias('one')})`,
    message:
      'record.ttlSeconds belongs to endpoints with addresses or a hostname: set it, e.g. 60; with aliases alone remove it, they have the TTL of their target',
    holds: ({ record, endpoints }) => (record.ttlSeconds !== undefined) === endpoints.some((one) => !isAlias(one)),
    fieldPath: '.record.ttlSeconds',
  },
];

const checkRules: Rule<Fields>[] = [
  {
    rule: "!has(self.zone.name) || self.endpoints.all(one, !has(one.healthCheck) || !has(one.healthCheck.host) || one.healthCheck.host != (self.record.name == '@' ? self.zone.name : self.record.name + '.' + self.zone.name))",
    message:
      'healthCheck.host must not be the name that this object answers: it would check whatever is answered at the time; give every endpoint a name of its own, e.g. seoul.seojun.shop',
    holds: ({ zone, record, endpoints }) => {
      const fqdn = record.name === '@' ? zone.name : `${record.name}.${zone.name}`;
      return zone.name === undefined || endpoints.every((one) => one.healthCheck?.host !== fqdn);
    },
    fieldPath: '.endpoints',
  },
  {
    rule: "self.endpoints.all(one, !has(one.healthCheck) || !has(one.healthCheck.calculated) || !has(one.healthCheck.calculated.endpoints) || one.healthCheck.calculated.endpoints.all(child, self.endpoints.exists(other, other.name == child && has(other.healthCheck) && other.healthCheck.type != 'Calculated')))",
    message:
      'healthCheck.calculated.endpoints may name endpoints of this object only that have a healthCheck which is not itself Calculated; correct the names',
    holds: ({ endpoints }) =>
      endpoints.every((one) =>
        (one.healthCheck?.calculated?.endpoints ?? []).every((child) =>
          endpoints.some(
            ({ name, healthCheck }) => name === child && healthCheck !== undefined && healthCheck.type !== 'Calculated',
          ),
        ),
      ),
    fieldPath: '.endpoints',
  },
];

export const gslbRules: readonly Rule<Fields>[] = [...policyRules, ...recordRules, ...checkRules];
