// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints that must be refused, with what the API server must say. */
import { ignorable } from '../../src/api/gslb-endpoint/ignored.ts';
import type { Bad } from './bad.ts';
import { badIgnoring, badMaintenance } from './bad-shared.ts';
import { badChecks } from './bad-gslb-checks.ts';
import { badPolicies } from './bad-gslb-policies.ts';
import { addresses, changedGslb, served } from './good-gslb-endpoints.ts';
import { changed, type Spec } from './manifests.ts';

const bad = (name: string, spec: Spec, message: string, parsed?: string): Bad => ({
  name,
  spec,
  message,
  ...(parsed === undefined ? {} : { parsed }),
});

const target = (change: Spec): Spec => served('Simple', { target: change });

const names: Bad[] = [
  bad('no zone', changedGslb({ zone: undefined }), 'spec.zone: Required value', 'spec.zone must be an object: set it'),
  bad('a zone by nothing', changedGslb({ zone: {} }), 'zone must have exactly one of id and name'),
  bad(
    'a zone by both',
    changedGslb({ zone: { id: 'Z0123456789', name: 'seojun.shop' } }),
    'zone must have exactly one of id and name',
  ),
  bad(
    'a zone by its name as id',
    changedGslb({ zone: { id: 'seojun.shop' } }),
    'zone.id must be the id of a hosted zone',
  ),
  bad(
    'a zone by its path',
    changedGslb({ zone: { id: '/hostedzone/Z0123456789' } }),
    'zone.id must be the id of a hosted zone',
  ),
  bad(
    'a zone with a dot at its end',
    changedGslb({ zone: { name: 'seojun.shop.' } }),
    'zone.name must be a full domain name',
  ),
  bad('a zone in capitals', changedGslb({ zone: { name: 'Seojun.shop' } }), 'zone.name must be a full domain name'),
  bad(
    'a zone in another alphabet',
    changedGslb({ zone: { name: 'seоjun.shop' } }),
    'zone.name must be a full domain name',
  ),
  bad('a top level as zone', changedGslb({ zone: { name: 'shop' } }), 'zone.name must be a full domain name'),
  bad(
    'no name',
    changedGslb({ record: {} }),
    'spec.record.name: Required value',
    'spec.record.name must be a string: set it',
  ),
  ...['gslb.', 'GSLB', '\\052', 'a..b', '-a', 'a_b', '*a', 'a.*', 'gslb.seojun.shop.', 'a\nb', "a'b", 'gѕlb'].map(
    (name) =>
      bad(
        `the name ${JSON.stringify(name)}`,
        changedGslb({ 'record.name': name }),
        'record.name must be a name within the zone',
      ),
  ),
  bad(
    'a type that answers nothing',
    changedGslb({ 'record.type': 'MX' }),
    'spec.record.type: Unsupported value: "MX"',
    'spec.record.type must be one of A, AAAA, CNAME',
  ),
  bad(
    'a TTL of two days',
    changed({ 'record.ttlSeconds': 172_800 }, served('Simple', {})),
    'spec.record.ttlSeconds in body should be less than or equal to 86400',
    'spec.record.ttlSeconds must be at most 86400',
  ),
  bad(
    'a TTL with aliases alone',
    changedGslb({ 'record.ttlSeconds': 60 }),
    'record.ttlSeconds belongs to endpoints with addresses',
  ),
  bad(
    'addresses without a TTL',
    changed({ 'record.ttlSeconds': undefined }, served('Simple', {})),
    'record.ttlSeconds belongs to endpoints with addresses',
  ),
  bad(
    'a CNAME for the zone itself',
    changed({ 'record.name': '@', 'record.type': 'CNAME' }, target({ type: 'Hostname', hostname: 'www.example.net' })),
    'record.type must not be CNAME for the zone itself',
  ),
  bad(
    'a CNAME to addresses',
    changed({ 'record.type': 'CNAME' }, served('Simple', {})),
    'target.type Hostname belongs to record.type CNAME',
  ),
  bad(
    'a hostname as A',
    target({ type: 'Hostname', hostname: 'www.example.net' }),
    'target.type Hostname belongs to record.type CNAME',
  ),
  bad('IPv6 as A', target(addresses('2600:1f14::7')), 'target.addresses must be IPv4 addresses with record.type A'),
  bad(
    'IPv4 as AAAA',
    changed({ 'record.type': 'AAAA' }, served('Simple', {})),
    'target.addresses must be IPv4 addresses with record.type A',
  ),
];

const targets: Bad[] = [
  bad('addresses without any', target({ type: 'Addresses' }), 'target.addresses belongs to target.type Addresses'),
  bad('an empty list of addresses', target(addresses()), 'target.addresses must have at least one address'),
  bad('a name among addresses', target(addresses('www.example.net')), 'target.addresses may hold IP addresses only'),
  bad(
    'an address with a part of 256',
    target(addresses('3.36.122.256')),
    'target.addresses may hold IP addresses only',
  ),
  bad('a prefix', target(addresses('3.36.122.0/24')), 'target.addresses may hold IP addresses only'),
  bad(
    'an address twice',
    target(addresses('3.36.122.217', '3.36.122.217')),
    'target.addresses must not hold an address twice',
  ),
  bad('a hostname without one', target({ type: 'Hostname' }), 'target.hostname belongs to target.type Hostname'),
  bad(
    'a hostname with a space',
    changed({ 'record.type': 'CNAME' }, target({ type: 'Hostname', hostname: 'www example.net' })),
    'target.hostname must be a full domain name',
  ),
  bad(
    'a load balancer without its name',
    target({ type: 'LoadBalancer' }),
    'target.loadBalancer belongs to target.type LoadBalancer',
  ),
  bad(
    'a load balancer by its DNS name',
    target({ type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb-1.elb.amazonaws.com', region: 'ap-northeast-2' } }),
    'target.loadBalancer.name must be the name',
  ),
  bad(
    'a load balancer in a zone',
    target({ type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region: 'ap-northeast-2a' } }),
    'target.loadBalancer.region must be the code of an AWS region',
  ),
  bad('an alias without its name', target({ type: 'Alias' }), 'target.alias belongs to target.type Alias'),
  bad(
    'an alias to a URL',
    target({ type: 'Alias', alias: { dnsName: 'https://www.example.net', hostedZoneID: 'Z0123456789' } }),
    'target.alias.dnsName must be a full domain name',
  ),
  bad(
    'an alias in a zone by name',
    target({ type: 'Alias', alias: { dnsName: 'www.example.net', hostedZoneID: 'example.net' } }),
    'target.alias.hostedZoneID must be the id of the hosted zone',
  ),
  bad(
    'the health of CloudFront',
    target({ type: 'Alias', alias: { dnsName: 'd1.cloudfront.net', hostedZoneID: 'Z2FDTNDATAQYW2' } }),
    'target.targetHealth must be Ignore for CloudFront',
  ),
  bad(
    'addresses and a hostname',
    target({ ...addresses('3.36.122.217'), hostname: 'www.example.net' }),
    'target.hostname belongs to target.type Hostname',
  ),
];

export const badGslbs: readonly Bad[] = [
  ...names,
  ...targets,
  ...badPolicies,
  ...badChecks,
  ...badMaintenance(changedGslb),
  ...badIgnoring(changedGslb, ignorable, 'record.owner'),
];
