// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpn: a site-to-site VPN between a site and a VPC, and the configuration of the site's gateway. */
import { z } from 'zod';
import { apiKind } from './api-kind.ts';
import { ignoreFields } from './site-vpn/ignored.ts';
import { maintenance } from './maintenance.ts';
import { parseSpec } from './parse.ts';
import type { Parsed } from './parse.ts';
import type { DeepReadonly } from './readonly.ts';
import { immutable, withRules } from './rules.ts';
import type { Rule } from './rules.ts';
import { aws, deletionPolicy, driftIntervalSeconds, managementPolicy, secretRef } from './shared.ts';
import { canonicalCIDR, celContains, celIsCIDR, contains, isCIDR } from './site-vpn/cidr.ts';
import { statusSchema } from './site-vpn/found.ts';
import { nameTag } from './site-vpn/name.ts';
import { openstack, openstackRules } from './site-vpn/openstack.ts';
import { probe } from './site-vpn/probe.ts';
import { push, pushRules } from './site-vpn/push.ts';
import { site } from './site-vpn/site.ts';
import { tunnels } from './site-vpn/tunnels.ts';
import { gateway, routeTables, vpc } from './site-vpn/vpc.ts';

function selector(field: 'localCIDR' | 'remoteCIDR', description: string, example: string) {
  return withRules(z.string().min(9).max(18), canonicalCIDR(`connection.${field}`, example), {
    description: `${description} Default: 0.0.0.0/0. Example: ${example}.`,
  }).default('0.0.0.0/0');
}

const connection = z
  .object({
    name: nameTag(
      'connection.name',
      'Name of the VPN connection. 1 to 128 characters. Default: the name of this object. Example: MY-VPN.',
    ).optional(),
    localCIDR: selector(
      'localCIDR',
      "The site's side of what may go through the tunnels; 0.0.0.0/0 leaves that to the routes, as a route-based gateway wants it.",
      '192.168.0.0/20',
    ),
    remoteCIDR: selector(
      'remoteCIDR',
      "AWS's side of what may go through the tunnels; 0.0.0.0/0 leaves that to the routes.",
      '10.26.0.0/16',
    ),
  })
  .prefault({ localCIDR: '0.0.0.0/0', remoteCIDR: '0.0.0.0/0' })
  .meta({ description: 'The VPN connection.' });

const device = withRules(
  z.object({
    type: z
      .enum(['Libreswan', 'StrongSwan', 'OPNsense', 'PfSense', 'Openswan', 'Generic'])
      .meta({ description: "What the site's gateway runs. Generic: a table of every value, for any device." }),
    binding: z.enum(['XFRM', 'VTI', 'Policy']).default('XFRM').meta({
      description:
        'Of StrongSwan only: how a tunnel is bound to an interface. XFRM: Linux 4.19 or later. VTI: older kernels. Policy: no interface, and one tunnel at a time. Default: XFRM.',
    }),
    secretRef: secretRef(
      'device.secretRef',
      "Secret that is written: the gateway's files, ready to install, with the pre-shared keys and a README.",
      [
        immutable(
          'device.secretRef.name',
          'what reads the old Secret would go on with old keys; create another SiteVpn, or rename the copy where it is used',
        ),
      ],
    ),
    push: push.optional(),
  }),
  pushRules,
  { description: "The site's gateway. Default: its files are not made." },
);

const readiness = z
  .object({
    tunnelsUp: z.int().min(1).max(2).default(1).meta({
      description:
        'How many tunnels have to be up, with BGP each with accepted routes, for Ready. 1 or 2. Default: 1. Example: 2.',
    }),
  })
  .prefault({ tunnelsUp: 1 })
  .meta({ description: 'When this VPN is said to work.' });

const telemetry = z
  .object({
    intervalSeconds: z.int().min(30).max(3600).default(60).meta({
      description:
        'How often AWS is asked how the tunnels are; one question serves all objects of a region, and AWS itself is up to some minutes late. 30 to 3600 seconds. Default: 60. Example: 120.',
    }),
  })
  .prefault({ intervalSeconds: 60 })
  .meta({ description: 'How the tunnels are watched.' });

const fields = z.object({
  managementPolicy,
  deletionPolicy: deletionPolicy(
    'Delete',
    'When this object is deleted: Delete takes away, in order, routes, connection, customer gateway and, once nobody uses it, the gateway that was made. Retain leaves all of it and takes the owner marks off. Default: Delete.',
  ),
  aws,
  vpc,
  routeTables,
  gateway,
  site,
  routing: z.enum(['Static', 'BGP']).default('Static').meta({
    description:
      "How AWS learns the site's prefixes. Static: they are site.cidrs. BGP: the site's gateway announces them. A change replaces the connection, which has to be approved. Default: Static.",
  }),
  connection,
  tunnels,
  device: device.optional(),
  openstack: openstack.optional(),
  probe: probe.optional(),
  readiness,
  telemetry,
  ignoreFields: ignoreFields.optional(),
  maintenance: maintenance.optional(),
  driftIntervalSeconds: driftIntervalSeconds.optional(),
});

type Fields = z.output<typeof fields>;

const keyRules = (['tunnel1', 'tunnel2'] as const).map(
  (name): Rule<Fields> => ({
    rule: `!has(self.device) || !has(self.tunnels.${name}.presharedKeySecretRef) || self.tunnels.${name}.presharedKeySecretRef.name != self.device.secretRef.name`,
    message: `tunnels.${name}.presharedKeySecretRef must not be the Secret of device.secretRef: the operator reads the one and writes the other; give it a name of its own`,
    holds: (self) =>
      self.device === undefined || self.tunnels[name].presharedKeySecretRef?.name !== self.device.secretRef.name,
    fieldPath: `.tunnels.${name}.presharedKeySecretRef.name`,
  }),
);

const specSchema = withRules(
  fields,
  [
    {
      rule: "(self.routing == 'BGP') == has(self.site.bgpASN)",
      message:
        "site.bgpASN belongs to routing BGP: set it to the number of the site's gateway, e.g. 65010, or use routing: Static without it",
      holds: (self) => (self.routing === 'BGP') === (self.site.bgpASN !== undefined),
      fieldPath: '.site.bgpASN',
    },
    {
      rule: '!has(self.site.bgpASN) || !has(self.gateway.amazonASN) || self.site.bgpASN != self.gateway.amazonASN',
      message:
        "site.bgpASN must not be gateway.amazonASN: both sides of the tunnel would be one system, and routes would not be taken; change the site's",
      holds: ({ site: { bgpASN }, gateway: { amazonASN } }) => bgpASN === undefined || bgpASN !== amazonASN,
      fieldPath: '.site.bgpASN',
    },
    {
      rule: `!self.site.cidrs.all(one, ${celIsCIDR('one')}) || !${celIsCIDR('self.connection.localCIDR')} || self.site.cidrs.all(one, ${celContains('self.connection.localCIDR', 'one')})`,
      message:
        'connection.localCIDR must hold every prefix of site.cidrs, else their packets are dropped: widen it, or leave it at 0.0.0.0/0',
      holds: ({ site: { cidrs }, connection: { localCIDR } }) =>
        !cidrs.every(isCIDR) || !isCIDR(localCIDR) || cidrs.every((one) => contains(localCIDR, one)),
      fieldPath: '.connection.localCIDR',
    },
    {
      rule: '!has(self.aws.credentialsSecretRef) || !has(self.device) || self.aws.credentialsSecretRef.name != self.device.secretRef.name',
      message:
        'device.secretRef.name must not be the Secret of aws.credentialsSecretRef: the operator writes the one and reads the other; give it a name of its own',
      holds: ({ aws: { credentialsSecretRef }, device: made }) =>
        made === undefined || credentialsSecretRef?.name !== made.secretRef.name,
      fieldPath: '.device.secretRef.name',
    },
    ...keyRules,
    ...openstackRules,
  ],
  { description: 'What is wanted.' },
);

/** Every default applied. */
export type SiteVpnSpec = DeepReadonly<z.output<typeof specSchema>>;
export type SiteVpnStatus = DeepReadonly<z.output<typeof statusSchema>>;

/** `message` is one line that names the field and says what to do. A spec from the API server has passed the same rules there. */
export function parseSiteVpn(spec: unknown): Parsed<SiteVpnSpec> {
  return parseSpec(specSchema, spec);
}

export const siteVpn = apiKind({
  kind: 'SiteVpn',
  plural: 'sitevpns',
  singular: 'sitevpn',
  shortNames: ['vpn'],
  description: "A site-to-site VPN between a site and a VPC, and the configuration of the site's gateway.",
  specSchema,
  statusSchema,
  columns: [
    { name: 'Tunnels', type: 'string', jsonPath: '.status.tunnelsUp', description: 'How many tunnels are up.' },
    { name: 'Site', type: 'string', jsonPath: '.spec.site.publicIP', description: 'Public address of the site.' },
    { name: 'VPC', type: 'string', jsonPath: '.status.vpcID', description: 'The VPC.' },
    { name: 'Routing', type: 'string', jsonPath: '.spec.routing', description: 'Static or BGP.' },
  ],
  wideColumns: [
    { name: 'Connection', type: 'string', jsonPath: '.status.vpnConnectionID', description: 'The VPN connection.' },
    { name: 'Device', type: 'string', jsonPath: '.spec.device.type', description: "What the site's gateway runs." },
    {
      name: 'Secret',
      type: 'string',
      jsonPath: '.status.device.secretName',
      description: "The Secret with the gateway's files.",
    },
  ],
});
