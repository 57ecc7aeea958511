// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpns at the edges of what is allowed; the first two are those of the runbooks. */
import { ignorable } from '../../src/api/site-vpn/ignored.ts';
import { goodIgnoring, goodMaintenance } from './bad-shared.ts';
import { changed, type Spec } from './manifests.ts';

/** Runbook 2: Libreswan on OpenStack. */
export function goodSiteVpn(): Spec {
  return {
    aws: { region: 'ap-northeast-2' },
    vpc: { tag: { Name: 'MY-VPC' } },
    site: { publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'] },
  };
}

export const changedVpn = (values: Parameters<typeof changed>[0]): Spec => changed(values, goodSiteVpn());

/** A device that is configured over its API. */
export function pushed(change: object = {}): Spec {
  const opnsense = {
    url: 'https://192.168.1.1',
    tls: { fingerprints: ['ab'.repeat(32)] },
    credentialsSecretRef: { name: 'opnsense-api' },
    ...change,
  };
  return { type: 'OPNsense', secretRef: { name: 'home-gateway' }, push: { opnsense } };
}

/** The site is a project of a cloud. */
export function atOpenStack(change: object = {}): { openstack: Spec } {
  return {
    openstack: {
      authURL: 'https://keystone.example.com:5000/v3',
      credentialsSecretRef: { name: 'neutron' },
      router: { name: 'office' },
      nextHop: '192.168.0.10',
      ...change,
    },
  };
}

const bgp = { routing: 'BGP', 'site.bgpASN': 65_010 };

export const goodSiteVpns: readonly { readonly name: string; readonly spec: Spec }[] = [
  { name: 'the least', spec: goodSiteVpn() },
  {
    name: 'an OPNsense at home, static, one prefix',
    spec: changedVpn({
      'site.cidrs': ['192.168.0.0/24'],
      device: { type: 'OPNsense', secretRef: { name: 'home-gateway' } },
    }),
  },
  {
    name: 'Libreswan on OpenStack, with every name of the runbook',
    spec: changedVpn({
      gateway: { name: 'MY-VGW', amazonASN: 64_512 },
      'site.name': 'MY-CGW',
      connection: { name: 'MY-VPN', localCIDR: '192.168.0.0/20', remoteCIDR: '10.26.0.0/16' },
      routeTables: { selection: 'IDs', ids: ['rtb-0a1b2c3d4e5f67890', 'rtb-0a1b2c3d4e5f67891'] },
      device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } },
    }),
  },
  {
    name: 'an OPNsense that is configured over its API, its certificate pinned',
    spec: changedVpn({ device: pushed() }),
  },
  {
    name: 'an OPNsense whose certificate is being replaced',
    spec: changedVpn({ device: pushed({ tls: { fingerprints: ['ab'.repeat(32), `AB${':0c'.repeat(31)}`] } }) }),
  },
  {
    name: 'an OPNsense with an authority of its own, on another port',
    spec: changedVpn({ device: pushed({ url: 'https://fw.example.com:8443', tls: { caSecretRef: { name: 'ca' } } }) }),
  },
  { name: 'a route at the router of a cloud', spec: changedVpn(atOpenStack()) },
  {
    name: 'a cloud with an authority of its own, several regions, and a router by its id',
    spec: changedVpn(
      atOpenStack({
        authURL: 'https://10.0.0.5/identity',
        tls: { caSecretRef: { name: 'ca' } },
        region: 'RegionOne',
        interface: 'Internal',
        router: { id: '5025071f-bc34-437a-960c-79f5d091c78f' },
        routes: 'Absent',
      }),
    ),
  },
  { name: 'a host in the VPC that is tried', spec: changedVpn({ probe: { host: '10.26.1.10', port: 22 } }) },
  {
    name: 'a host that is tried once a day',
    spec: changedVpn({ probe: { host: '100.64.1.10', port: 65_535, intervalSeconds: 86_400 } }),
  },
  { name: 'a VPC by its id', spec: changedVpn({ vpc: { id: 'vpc-0a1b2c3d' } }) },
  { name: 'BGP', spec: changedVpn(bgp) },
  { name: 'BGP with a number of four bytes', spec: changedVpn({ routing: 'BGP', 'site.bgpASN': 4_200_000_001 }) },
  { name: 'a gateway of somebody else', spec: changedVpn({ gateway: { id: 'vgw-0a1b2c3d4e5f67890' } }) },
  {
    name: 'tables by their tags, with routes of their own',
    spec: changedVpn({ routeTables: { selection: 'Tags', tags: { tier: 'private' }, routes: 'Static' } }),
  },
  {
    name: 'fifty prefixes side by side',
    spec: changedVpn({ 'site.cidrs': Array.from({ length: 50 }, (_, index) => `10.${index}.0.0/16`) }),
  },
  { name: 'one host', spec: changedVpn({ 'site.cidrs': ['192.168.0.7/32'] }) },
  { name: 'half of all addresses', spec: changedVpn({ 'site.cidrs': ['128.0.0.0/1'] }) },
  {
    name: 'both tunnels by hand',
    spec: changedVpn({
      'tunnels.tunnel1': { insideCIDR: '169.254.6.0/30', presharedKeySecretRef: { name: 'vpn-key-1' } },
      'tunnels.tunnel2': { insideCIDR: '169.254.255.252/30', presharedKeySecretRef: { name: 'vpn-key-2' } },
    }),
  },
  {
    name: 'the strongest',
    spec: changedVpn({
      'tunnels.phase1': { encryption: ['AES256-GCM-16'], integrity: ['SHA2-512'], dhGroups: [21] },
      'tunnels.phase2': { encryption: ['AES256-GCM-16'], integrity: ['SHA2-512'], dhGroups: [21] },
    }),
  },
  {
    name: 'an old box, knowingly',
    spec: changedVpn({
      'tunnels.cryptoPolicy': 'AllowWeak',
      'tunnels.ikeVersions': ['ikev1'],
      'tunnels.startup': 'add',
      'tunnels.phase1': { encryption: ['AES128'], integrity: ['SHA1'], dhGroups: [2] },
      'tunnels.phase2': { encryption: ['AES128'], integrity: ['SHA1'], dhGroups: [5] },
      device: { type: 'Openswan', secretRef: { name: 'old-box' } },
    }),
  },
  {
    name: 'the shortest lives of keys',
    spec: changedVpn({
      'tunnels.phase1.lifetimeSeconds': 901,
      'tunnels.phase2.lifetimeSeconds': 900,
      'tunnels.rekeyMarginSeconds': 450,
    }),
  },
  { name: 'both tunnels wanted', spec: changedVpn({ 'readiness.tunnelsUp': 2 }) },
  { name: 'left in place when deleted', spec: changedVpn({ deletionPolicy: 'Retain' }) },
  { name: 'windows of maintenance', spec: changedVpn({ maintenance: goodMaintenance }) },
  goodIgnoring(changedVpn, ignorable),
  { name: 'a freeze', spec: changedVpn({ maintenance: { freeze: true } }) },
];
