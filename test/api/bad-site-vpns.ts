// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpns that must be refused, with what the API server must say. */
import { ignorable } from '../../src/api/site-vpn/ignored.ts';
import type { Bad } from './bad.ts';
import { badIgnoring, badMaintenance } from './bad-shared.ts';
import { badSurroundings } from './bad-vpn-surroundings.ts';
import { badTunnels } from './bad-vpn-tunnels.ts';
import { changedVpn, pushed } from './good-site-vpns.ts';

type Values = Parameters<typeof changedVpn>[0];

function bad(name: string, values: Values, message: string, parsed?: string): Bad {
  return { name, spec: changedVpn(values), message, ...(parsed === undefined ? {} : { parsed }) };
}

const cidrs = (...list: string[]) => ({ 'site.cidrs': list });

const sites: Bad[] = [
  bad('no site', { site: undefined }, 'spec.site: Required value', 'spec.site must be an object: set it'),
  bad(
    'no public address',
    { 'site.publicIP': undefined },
    'spec.site.publicIP: Required value',
    'spec.site.publicIP must be a string: set it',
  ),
  bad('a name for the address', { 'site.publicIP': 'vpn.example.co' }, 'site.publicIP must be an IPv4 address'),
  bad('a prefix for the address', { 'site.publicIP': '123.142.25.0/24' }, 'site.publicIP must be an IPv4 address'),
  bad('an address with a part of 256', { 'site.publicIP': '123.142.252.256' }, 'site.publicIP must be an IPv4 address'),
  bad('an address with a leading zero', { 'site.publicIP': '123.142.052.25' }, 'site.publicIP must be an IPv4 address'),
  ...[
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.0.10',
    '100.64.0.1',
    '169.254.10.1',
    '127.0.0.1',
    '224.0.0.5',
    '255.255.255.255',
    '0.0.0.0',
    '203.0.113.10',
    '198.51.100.1',
    '192.0.2.1',
    '198.19.0.1',
  ].map((address) =>
    bad(`the address ${address}`, { 'site.publicIP': address }, 'site.publicIP is a private or reserved address'),
  ),
  bad(
    'no prefixes',
    { 'site.cidrs': undefined },
    'spec.site.cidrs: Required value',
    'spec.site.cidrs must be an array: set it',
  ),
  bad('an empty list of prefixes', cidrs(), 'site.cidrs must have at least one prefix'),
  bad(
    '51 prefixes',
    cidrs(...Array.from({ length: 51 }, (_, index) => `10.${index}.0.0/16`)),
    'spec.site.cidrs: Too many: 51: must have at most 50 items',
    'spec.site.cidrs must be at most 50',
  ),
  bad('an address without a length', cidrs('192.168.0.0'), 'site.cidrs may hold IPv4 prefixes only'),
  bad('a length of 33', cidrs('192.168.0.0/33'), 'site.cidrs may hold IPv4 prefixes only'),
  bad('a prefix of IPv6', cidrs('2001:db8::/32'), 'site.cidrs may hold IPv4 prefixes only'),
  bad('bits behind the length', cidrs('192.168.7.0/20'), 'site.cidrs: a prefix must begin at its first address'),
  bad('everything', cidrs('0.0.0.0/0'), 'site.cidrs must not hold 0.0.0.0/0, loopback'),
  bad('link-local addresses', cidrs('169.254.0.0/16'), 'site.cidrs must not hold 0.0.0.0/0, loopback'),
  bad('a prefix twice', cidrs('192.168.0.0/20', '192.168.0.0/20'), 'site.cidrs must not overlap'),
  bad(
    'a prefix within another',
    cidrs('192.168.0.0/20', '10.0.0.0/8', '192.168.15.0/24'),
    'site.cidrs must not overlap',
  ),
  bad('a number that is reserved', { routing: 'BGP', 'site.bgpASN': 23_456 }, 'site.bgpASN must not be 23456 or 7224'),
  bad('a name with a quote', { 'site.name': "MY'CGW" }, 'site.name may hold letters, digits, spaces'),
];

const vpcs: Bad[] = [
  bad('no VPC', { vpc: undefined }, 'spec.vpc: Required value', 'spec.vpc must be an object: set it'),
  bad('a VPC by nothing', { vpc: {} }, 'vpc must have exactly one of id and tag'),
  bad(
    'a VPC by both',
    { vpc: { id: 'vpc-0a1b2c3d', tag: { Name: 'MY-VPC' } } },
    'vpc must have exactly one of id and tag',
  ),
  bad('a VPC by its name as id', { vpc: { id: 'MY-VPC' } }, 'vpc.id must be the id of a VPC'),
  bad('two tags', { vpc: { tag: { Name: 'MY-VPC', team: 'network' } } }, 'vpc.tag must have exactly one tag'),
  bad('a wildcard', { vpc: { tag: { Name: 'MY-*' } } }, 'vpc.tag: a value must not contain * or ?'),
  bad('a tag key with a bracket', { vpc: { tag: { 'Name[0]': 'MY-VPC' } } }, 'vpc.tag: a key has 1 to 128'),
  bad(
    'a gateway by its name as id',
    { gateway: { id: 'MY-VGW' } },
    'gateway.id must be the id of a virtual private gateway',
  ),
  bad(
    'a gateway of others with a name',
    { gateway: { id: 'vgw-0a1b2c3d', name: 'MY-VGW' } },
    'gateway.id names a gateway that is never changed',
  ),
  bad('a gateway name with a line end', { gateway: { name: 'MY\nVGW' } }, 'gateway.name may hold letters'),
  bad('a public number of Amazon', { gateway: { amazonASN: 65_536 } }, 'gateway.amazonASN must be a private number'),
  bad(
    'too small a number of Amazon',
    { gateway: { amazonASN: 64_000 } },
    'spec.gateway.amazonASN in body should be greater than or equal to 64512',
    'spec.gateway.amazonASN must be at least 64512',
  ),
  bad('tables by ids without ids', { routeTables: { selection: 'IDs' } }, 'routeTables.ids belongs to selection IDs'),
  bad('tables by no ids', { routeTables: { selection: 'IDs', ids: [] } }, 'routeTables.ids belongs to selection IDs'),
  bad('all tables, and some', { routeTables: { ids: ['rtb-0a1b2c3d'] } }, 'routeTables.ids belongs to selection IDs'),
  bad(
    'a table by its name',
    { routeTables: { selection: 'IDs', ids: ['MY-PUBLIC-SUBNET-RTB'] } },
    'routeTables.ids may hold ids of route tables only',
  ),
  bad(
    'a table twice',
    { routeTables: { selection: 'IDs', ids: ['rtb-0a1b2c3d', 'rtb-0a1b2c3d'] } },
    'routeTables.ids must not hold an id twice',
  ),
  bad(
    'tables by tags without tags',
    { routeTables: { selection: 'Tags' } },
    'routeTables.tags belongs to selection Tags',
  ),
  bad('no tag at all', { routeTables: { selection: 'Tags', tags: {} } }, 'routeTables.tags must have 1 to 10 tags'),
  bad(
    'a table tag with a wildcard',
    { routeTables: { selection: 'Tags', tags: { tier: 'priv?te' } } },
    'routeTables.tags: a value must not contain * or ?',
  ),
  bad(
    'a table tag without a key',
    { routeTables: { selection: 'Tags', tags: { '': 'x' } } },
    'routeTables.tags: a key has 1 to 128',
  ),
  bad(
    'a way of routing tables that is not there',
    { routeTables: { routes: 'BGP' } },
    'spec.routeTables.routes: Unsupported value: "BGP"',
    'spec.routeTables.routes must be one of Propagated, Static',
  ),
];

const pushes: Bad[] = [
  bad(
    'a push to a device without an API',
    { device: { ...pushed(), type: 'Libreswan' } },
    'device.push is for device.type OPNsense alone',
  ),
  bad(
    'a push with the Secret that is written',
    { device: pushed({ credentialsSecretRef: { name: 'home-gateway' } }) },
    'device.push.opnsense.credentialsSecretRef must not be the Secret of device.secretRef',
  ),
  ...[
    'http://192.168.1.1',
    'https://root:pw@192.168.1.1',
    'https://192.168.1.1/?a=b',
    'https://192.168.1.1/#a',
    '192.168.1.1:443',
    'https://192.168.1.1/\nHost: a',
  ].map((url) =>
    bad(
      `a push to ${JSON.stringify(url)}`,
      { device: pushed({ url }) },
      'device.push.opnsense.url must be an address with https://',
    ),
  ),
  bad(
    'a push that verifies in two ways',
    { device: pushed({ tls: { fingerprints: ['ab'.repeat(32)], caSecretRef: { name: 'ca' } } }) },
    'device.push.opnsense.tls must have either fingerprints or caSecretRef',
  ),
  bad(
    'a push without a fingerprint in its list',
    { device: pushed({ tls: { fingerprints: [] } }) },
    'device.push.opnsense.tls.fingerprints must have at least one fingerprint',
  ),
  bad(
    'a push with a Secret that cannot be',
    { device: pushed({ credentialsSecretRef: { name: 'API' } }) },
    'device.push.opnsense.credentialsSecretRef.name must be the name of a Secret',
  ),
  bad(
    'an authority in a Secret that cannot be',
    { device: pushed({ tls: { caSecretRef: { name: 'CA' } } }) },
    'device.push.opnsense.tls.caSecretRef.name must be the name of a Secret',
  ),
  bad(
    'a push that verifies in no way',
    { device: pushed({ tls: {} }) },
    'device.push.opnsense.tls must have either fingerprints or caSecretRef',
  ),
  ...[`${'ab'.repeat(31)}xy`, `${'ab-'.repeat(31)}ab`, `${'ab'.repeat(32)}00`].map((one) =>
    bad(
      `the fingerprint ${one}`,
      { device: pushed({ tls: { fingerprints: [one] } }) },
      'device.push.opnsense.tls.fingerprints may hold SHA-256 fingerprints only',
    ),
  ),
];

const files = { type: 'Libreswan', secretRef: { name: 'office-gateway' } };

const others: Bad[] = [
  bad('BGP without a number', { routing: 'BGP' }, 'site.bgpASN belongs to routing BGP'),
  bad('a number without BGP', { 'site.bgpASN': 65_010 }, 'site.bgpASN belongs to routing BGP'),
  bad(
    'one number for both sides',
    { routing: 'BGP', 'site.bgpASN': 64_620, gateway: { amazonASN: 64_620 } },
    'site.bgpASN must not be gateway.amazonASN',
  ),
  bad(
    'a routing that is not there',
    { routing: 'OSPF' },
    'spec.routing: Unsupported value: "OSPF"',
    'spec.routing must be one of Static, BGP',
  ),
  bad(
    'a local prefix that leaves one out',
    { 'site.cidrs': ['192.168.0.0/20', '10.9.0.0/16'], 'connection.localCIDR': '192.168.0.0/20' },
    'connection.localCIDR must hold every prefix of site.cidrs',
  ),
  bad(
    'a local prefix that is too small',
    { 'connection.localCIDR': '192.168.0.0/21' },
    'connection.localCIDR must hold every prefix of site.cidrs',
  ),
  bad(
    'a local prefix that is none',
    { 'connection.localCIDR': 'everything' },
    'connection.localCIDR must be an IPv4 prefix',
  ),
  bad(
    'a local prefix with bits behind',
    { 'connection.localCIDR': '192.168.1.0/16' },
    'connection.localCIDR must begin at the first address',
  ),
  bad(
    'a remote prefix that is none',
    { 'connection.remoteCIDR': '10.26.0.0/99' },
    'connection.remoteCIDR must be an IPv4 prefix',
  ),
  bad(
    'a remote prefix with bits behind',
    { 'connection.remoteCIDR': '10.26.1.0/16' },
    'connection.remoteCIDR must begin at the first address',
  ),
  bad('a connection name with a bracket', { 'connection.name': 'MY<VPN>' }, 'connection.name may hold letters'),
  bad(
    'a device that nobody knows',
    { device: { ...files, type: 'Cisco' } },
    'spec.device.type: Unsupported value: "Cisco"',
    'spec.device.type must be one of Libreswan',
  ),
  bad(
    'a device without a Secret',
    { device: { type: 'Libreswan' } },
    'spec.device.secretRef: Required value',
    'spec.device.secretRef must be an object: set it',
  ),
  bad(
    'a Secret by a name that none has',
    { device: { type: 'Libreswan', secretRef: { name: 'Office' } } },
    'device.secretRef.name must be the name of a Secret',
  ),
  bad(
    'one Secret for credentials and files',
    { device: files, 'aws.credentialsSecretRef': { name: 'office-gateway' } },
    'device.secretRef.name must not be the Secret of aws.credentialsSecretRef',
  ),
  bad(
    'three tunnels',
    { 'readiness.tunnelsUp': 3 },
    'spec.readiness.tunnelsUp in body should be less than or equal to 2',
    'spec.readiness.tunnelsUp must be at most 2',
  ),
  bad(
    'no tunnel',
    { 'readiness.tunnelsUp': 0 },
    'spec.readiness.tunnelsUp in body should be greater than or equal to 1',
    'spec.readiness.tunnelsUp must be at least 1',
  ),
];

export const badSiteVpns: readonly Bad[] = [
  ...sites,
  ...vpcs,
  ...badTunnels,
  ...pushes,
  ...badSurroundings,
  ...badMaintenance(changedVpn),
  ...badIgnoring(changedVpn, ignorable, 'tunnels.phase1.encryption'),
  ...others,
];
