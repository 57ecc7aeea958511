// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpns that must be refused for their tunnels, with what the API server must say. */
import type { Bad } from './bad.ts';
import { changedVpn } from './good-site-vpns.ts';

type Values = Parameters<typeof changedVpn>[0];

function bad(name: string, values: Values, message: string, parsed?: string): Bad {
  return { name, spec: changedVpn(values), message, ...(parsed === undefined ? {} : { parsed }) };
}

const inside = (cidr: string) => ({ 'tunnels.tunnel1.insideCIDR': cidr });
const inside2 = (cidr: string) => ({ 'tunnels.tunnel2.insideCIDR': cidr });
const key = (name: string) => ({ presharedKeySecretRef: { name } });
const files = { type: 'Libreswan', secretRef: { name: 'office-gateway' } };

export const badTunnels: readonly Bad[] = [
  bad('ikev1', { 'tunnels.ikeVersions': ['ikev1', 'ikev2'] }, 'tunnels.ikeVersions holds ikev1, which is weak'),
  bad('no version', { 'tunnels.ikeVersions': [] }, 'tunnels.ikeVersions must not be empty'),
  bad(
    'a version twice',
    { 'tunnels.ikeVersions': ['ikev2', 'ikev2'] },
    'tunnels.ikeVersions must not hold a value twice',
  ),
  bad(
    'a version that is not there',
    { 'tunnels.ikeVersions': ['ikev3'] },
    'spec.tunnels.ikeVersions[0]: Unsupported value: "ikev3"',
    'spec.tunnels.ikeVersions.0 must be one of ikev1, ikev2',
  ),
  ...(['phase1', 'phase2'] as const).flatMap((phase) => [
    bad(
      `SHA1 in ${phase}`,
      { [`tunnels.${phase}.integrity`]: ['SHA2-256', 'SHA1'] },
      `tunnels.${phase}.integrity holds what is weak (SHA1)`,
    ),
    bad(
      `group 2 in ${phase}`,
      { [`tunnels.${phase}.dhGroups`]: [2, 14] },
      `tunnels.${phase}.dhGroups holds what is weak (2, 5, 22, 23, 24)`,
    ),
    bad(
      `group 23 in ${phase}`,
      { [`tunnels.${phase}.dhGroups`]: [23] },
      `tunnels.${phase}.dhGroups holds what is weak (2, 5, 22, 23, 24)`,
    ),
    bad(`group 13 in ${phase}`, { [`tunnels.${phase}.dhGroups`]: [13] }, `tunnels.${phase}.dhGroups may hold`),
    bad(`no group in ${phase}`, { [`tunnels.${phase}.dhGroups`]: [] }, `tunnels.${phase}.dhGroups must not be empty`),
    bad(
      `a group twice in ${phase}`,
      { [`tunnels.${phase}.dhGroups`]: [14, 14] },
      `tunnels.${phase}.dhGroups must not hold a value twice`,
    ),
    bad(
      `no cipher in ${phase}`,
      { [`tunnels.${phase}.encryption`]: [] },
      `tunnels.${phase}.encryption must not be empty`,
    ),
    bad(
      `a cipher twice in ${phase}`,
      { [`tunnels.${phase}.encryption`]: ['AES256', 'AES256'] },
      `tunnels.${phase}.encryption must not hold a value twice`,
    ),
    bad(`no hash in ${phase}`, { [`tunnels.${phase}.integrity`]: [] }, `tunnels.${phase}.integrity must not be empty`),
    bad(
      `a hash twice in ${phase}`,
      { [`tunnels.${phase}.integrity`]: ['SHA2-256', 'SHA2-256'] },
      `tunnels.${phase}.integrity must not hold a value twice`,
    ),
    bad(
      `3DES in ${phase}`,
      { [`tunnels.${phase}.encryption`]: ['3DES'] },
      `spec.tunnels.${phase}.encryption[0]: Unsupported value: "3DES"`,
      `spec.tunnels.${phase}.encryption.0 must be one of AES128`,
    ),
  ]),
  bad(
    'group 5 in phase 1, even if weak is allowed',
    { 'tunnels.cryptoPolicy': 'AllowWeak', 'tunnels.phase1.dhGroups': [5] },
    'tunnels.phase1.dhGroups may hold 2, 14',
  ),
  bad(
    'ikev1 with GCM only',
    {
      'tunnels.cryptoPolicy': 'AllowWeak',
      'tunnels.ikeVersions': ['ikev1'],
      'tunnels.phase1.encryption': ['AES256-GCM-16'],
    },
    'tunnels.phase1.encryption holds GCM only, which ikev1 does not know',
  ),
  bad(
    'AWS beginning with ikev1',
    { 'tunnels.cryptoPolicy': 'AllowWeak', 'tunnels.ikeVersions': ['ikev1'] },
    'tunnels.startup: start needs ikev2',
  ),
  bad(
    'phase 2 as long as phase 1',
    { 'tunnels.phase1.lifetimeSeconds': 3600 },
    'tunnels.phase2.lifetimeSeconds must be shorter than that of phase1',
  ),
  bad(
    'a life of nine hours',
    { 'tunnels.phase1.lifetimeSeconds': 32_400 },
    'spec.tunnels.phase1.lifetimeSeconds in body should be less than or equal to 28800',
    'spec.tunnels.phase1.lifetimeSeconds must be at most 28800',
  ),
  bad(
    'a margin of more than half a life',
    { 'tunnels.rekeyMarginSeconds': 500, 'tunnels.phase2.lifetimeSeconds': 900 },
    'tunnels.rekeyMarginSeconds must be at most half of phase2.lifetimeSeconds',
  ),
  bad(
    'a dead peer after ten seconds',
    { 'tunnels.dpdTimeoutSeconds': 10 },
    'spec.tunnels.dpdTimeoutSeconds in body should be greater than or equal to 30',
    'spec.tunnels.dpdTimeoutSeconds must be at least 30',
  ),
  bad('inside addresses that are none', inside('169.254.10/30'), 'tunnels.tunnel1.insideCIDR must be an IPv4 prefix'),
  bad(
    'inside addresses that are none, in tunnel 2',
    inside2('169.254.10.0-3'),
    'tunnels.tunnel2.insideCIDR must be an IPv4 prefix',
  ),
  bad(
    'inside addresses elsewhere',
    inside('10.0.0.0/30'),
    'tunnels.tunnel1.insideCIDR must be a /30 of 169.254.0.0/16',
  ),
  bad(
    'inside addresses of another length',
    inside2('169.254.10.0/29'),
    'tunnels.tunnel2.insideCIDR must be a /30 of 169.254.0.0/16',
  ),
  bad(
    'inside addresses with bits behind',
    inside('169.254.10.1/30'),
    'tunnels.tunnel1.insideCIDR must begin at the first address',
  ),
  bad(
    'inside addresses with bits behind, in tunnel 2',
    inside2('169.254.10.2/30'),
    'tunnels.tunnel2.insideCIDR must begin at the first address',
  ),
  bad('inside addresses of AWS', inside('169.254.5.0/30'), 'tunnels.tunnel1.insideCIDR must not be 169.254.0.0/30'),
  bad(
    'inside addresses of the metadata service',
    inside2('169.254.169.252/30'),
    'tunnels.tunnel2.insideCIDR must not be 169.254.0.0/30',
  ),
  bad(
    'the same inside addresses',
    { ...inside('169.254.10.0/30'), ...inside2('169.254.10.0/30') },
    'tunnels.tunnel2.insideCIDR must not be that of tunnel1',
  ),
  bad(
    'one key for both',
    { 'tunnels.tunnel1': key('k'), 'tunnels.tunnel2': key('k') },
    'tunnels.tunnel2.presharedKeySecretRef must not be the Secret of tunnel1',
  ),
  bad(
    'a key from a Secret with an upper-case name',
    { 'tunnels.tunnel1': key('KEY') },
    'tunnels.tunnel1.presharedKeySecretRef.name must be the name of a Secret',
  ),
  bad(
    'a key from a Secret with a path',
    { 'tunnels.tunnel2': key('a/b') },
    'tunnels.tunnel2.presharedKeySecretRef.name must be the name of a Secret',
  ),
  bad(
    'a key from the Secret that is written',
    { 'tunnels.tunnel1': key('office-gateway'), device: files },
    'tunnels.tunnel1.presharedKeySecretRef must not be the Secret of device.secretRef',
  ),
  bad(
    'the second key from the Secret that is written',
    { 'tunnels.tunnel2': key('office-gateway'), device: files },
    'tunnels.tunnel2.presharedKeySecretRef must not be the Secret of device.secretRef',
  ),
];
