// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.openstack` of a SiteVpn: the site is a cloud, and its router has to know the way to the gateway. */
import { z } from 'zod';
import { matches, withRules, type Rule } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { addressPattern } from './cidr.ts';
import { text } from '../status.ts';
import { tls } from '../tls.ts';

const authURL = withRules(
  z.string().min(9).max(512),
  [
    matches(
      '^https://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?$',
      'openstack.authURL must be an address with https:// and without credentials, query or fragment, e.g. https://keystone.example.com:5000/v3',
    ),
  ],
  {
    description:
      'Address of Keystone, the identity API v3, with or without /v3. Can be changed while routes is Absent. Example: https://keystone.example.com:5000/v3.',
  },
);

const router = withRules(
  z.object({
    id: withRules(
      z.string().max(36),
      [
        matches(
          '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$',
          'openstack.router.id must be the id of a router, as openstack router list shows it; a name goes to openstack.router.name',
        ),
      ],
      { description: 'Id of the router. Either this or name. Example: 5025071f-bc34-437a-960c-79f5d091c78f.' },
    ).optional(),
    name: withRules(
      z.string().min(1).max(255),
      [
        matches(
          '^[^\\x00-\\x1f\\x7f]+$',
          'openstack.router.name must not hold control characters; write it as openstack router list shows it',
        ),
      ],
      { description: 'Name that only this router of the project has. Either this or id. Example: office.' },
    ).optional(),
  }),
  [
    {
      rule: 'has(self.id) != has(self.name)',
      message: 'openstack.router must have exactly one of id and name: set the one that you know',
      holds: (self) => (self.id === undefined) !== (self.name === undefined),
    },
  ],
  { description: "The router of the site's network. What was set at another one before is taken away there." },
);

const region = withRules(
  z.string().min(1).max(255),
  [
    matches(
      '^[A-Za-z0-9._-]+$',
      'openstack.region must be the id of a region, letters, digits and ._-, e.g. RegionOne; openstack region list shows it',
    ),
  ],
  {
    description:
      'Region of the cloud. Default: the only one that its catalogue has. Can be changed while routes is Absent. Example: RegionOne.',
  },
);

const nextHop = withRules(
  z.string().min(7).max(15),
  [
    matches(
      addressPattern,
      "openstack.nextHop must be an IPv4 address, e.g. 192.168.0.10: that of the site's gateway in a network of the router",
    ),
  ],
  {
    description:
      "Private IPv4 address of the site's gateway, in a network that the router has an interface in. The gateway's port must not filter what it forwards (port security, allowed address pairs). Example: 192.168.0.10.",
  },
);

export const openstack = withRules(
  z.object({
    authURL,
    tls: tls('openstack.tls').optional(),
    credentialsSecretRef: secretRef(
      'openstack.credentialsSecretRef',
      "Secret with the keys applicationCredentialID and applicationCredentialSecret: an application credential of the router's project, with the roles member and reader.",
    ),
    region: region.optional(),
    interface: z.enum(['Public', 'Internal', 'Admin']).default('Public').meta({
      description: 'Which of the addresses in its catalogue is used. Default: Public.',
    }),
    router,
    nextHop,
    routes: z.enum(['Present', 'Absent']).default('Present').meta({
      description:
        'Present: the router has a route to each prefix of the VPC. Absent: what was set there is taken away; after that openstack can be taken out of the spec, or lead to another cloud. Routes of others are never touched. Default: Present.',
    }),
  }),
  [
    {
      rule: "self.authURL == oldSelf.authURL || oldSelf.routes == 'Absent'",
      message:
        'openstack.authURL cannot be changed while routes are set at the router, which nobody would take away any more: set openstack.routes: Absent first, and wait until Synced',
      fieldPath: '.authURL',
    },
    {
      // what had no region had the only one, and may name it
      rule: "!has(oldSelf.region) || (has(self.region) && self.region == oldSelf.region) || oldSelf.routes == 'Absent'",
      message:
        'openstack.region cannot be changed, or taken out, while routes are set at a router there, which nobody would take away any more: set openstack.routes: Absent first, and wait until Synced',
      fieldPath: '.region',
    },
  ],
  {
    description:
      "Where the site is an OpenStack project: an extra route at its router for each prefix of the VPC, by way of the site's gateway. Default: routers of the site are yours to set.",
  },
);

type OpenStack = z.output<typeof openstack>;

/** Of the whole spec. */
export const openstackRules: readonly Rule<{
  readonly openstack?: OpenStack | undefined;
  readonly device?: { readonly secretRef: { readonly name: string } } | undefined;
}>[] = [
  {
    rule: "!has(oldSelf.openstack) || has(self.openstack) || oldSelf.openstack.routes == 'Absent'",
    message:
      'openstack cannot be taken out while routes are set at the router: nobody could take them away any more. Set openstack.routes: Absent first, and wait until Synced',
  },
  {
    rule: '!has(self.openstack) || !has(self.device) || self.openstack.credentialsSecretRef.name != self.device.secretRef.name',
    message:
      'openstack.credentialsSecretRef must not be the Secret of device.secretRef: the operator reads the one and writes the other; give it a name of its own',
    holds: ({ openstack: given, device }) =>
      given === undefined || device === undefined || given.credentialsSecretRef.name !== device.secretRef.name,
    fieldPath: '.openstack.credentialsSecretRef.name',
  },
];

/** `status.siteRouters`. */
export const siteRoutersStatus = z
  .array(
    z.object({
      id: text(36, "A router of the site's cloud, e.g. 5025071f-bc34-437a-960c-79f5d091c78f."),
      routes: z
        .array(
          z.object({
            destination: text(18, 'A prefix of the VPC, e.g. 10.26.0.0/16.'),
            nextHop: text(15, "The site's gateway, e.g. 192.168.0.10."),
          }),
        )
        .max(100)
        .meta({
          description: 'Routes there that this object made, or is about to make.',
          'x-kubernetes-list-type': 'atomic',
        }),
    }),
  )
  .max(10)
  .meta({
    description: "What this object did to routers of the site's cloud: only that is taken back.",
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['id'],
  });
