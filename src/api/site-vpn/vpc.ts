// SPDX-License-Identifier: GPL-3.0-or-later
/** The AWS side of a SiteVpn: which VPC, which gateway, which route tables. */
import { z } from 'zod';
import { celMatches, matches, withRules } from '../rules.ts';
import { nameTag, searchTags } from './name.ts';

const identifier = (prefix: string) => `^${prefix}-[0-9a-f]{8,17}$`;

export const vpc = withRules(
  z.object({
    id: withRules(
      z.string().max(32),
      [
        matches(
          identifier('vpc'),
          'vpc.id must be the id of a VPC, e.g. vpc-0a1b2c3d4e5f67890; a name goes to vpc.tag',
        ),
      ],
      { description: 'Id of the VPC. Either this or tag. Example: vpc-0a1b2c3d4e5f67890.' },
    ).optional(),
    tag: searchTags(
      'vpc.tag',
      1,
      'The one tag, key and value, that only this VPC of the region has. Either this or id. Example: {Name: MY-VPC}.',
    ).optional(),
  }),
  [
    {
      rule: 'has(self.id) != has(self.tag)',
      message: 'vpc must have exactly one of id and tag: set id: vpc-…, or tag: {Name: MY-VPC}',
      holds: (self) => (self.id === undefined) !== (self.tag === undefined),
    },
    {
      rule: 'self == oldSelf',
      message:
        'vpc cannot be changed: its gateway, routes and connection would be left behind; create another SiteVpn for another VPC',
    },
  ],
  { description: 'The VPC that the site is connected with. Cannot be changed.' },
);

/** EC2 API reference, CreateVpnGateway: AmazonSideAsn. */
const amazonASN = withRules(
  z.int().min(64_512).max(4_294_967_294),
  [
    {
      rule: 'self <= 65534 || self >= 4200000000',
      message:
        'gateway.amazonASN must be a private number: 64512 to 65534 or 4200000000 to 4294967294, e.g. 64512; correct it',
      holds: (self) => self <= 65_534 || self >= 4_200_000_000,
    },
  ],
  {
    description:
      "Amazon's autonomous system number, of a gateway that is made; one that is there keeps its own. 64512 to 65534 or 4200000000 to 4294967294. Default: what AWS gives, 64512. Example: 64620.",
  },
);

export const gateway = withRules(
  z.object({
    id: withRules(
      z.string().max(32),
      [
        matches(
          identifier('vgw'),
          'gateway.id must be the id of a virtual private gateway, e.g. vgw-0a1b2c3d4e5f67890',
        ),
      ],
      {
        description:
          'A virtual private gateway of somebody else, attached to the VPC already: it is used, and never attached, detached or deleted; route propagation from it is switched on where routeTables asks for it, and never off. Default: the gateway of this installation is found, or made. Example: vgw-0a1b2c3d4e5f67890.',
      },
    ).optional(),
    name: nameTag(
      'gateway.name',
      'Name of a gateway that is made. 1 to 128 characters. Default: the name of the object that makes it. Example: MY-VGW.',
    ).optional(),
    amazonASN: amazonASN.optional(),
  }),
  [
    {
      rule: '!has(self.id) || (!has(self.name) && !has(self.amazonASN))',
      message:
        'gateway.id names a gateway that is never changed: remove name and amazonASN, or remove id to have a gateway made',
      holds: (self) => self.id === undefined || (self.name === undefined && self.amazonASN === undefined),
      fieldPath: '.id',
    },
  ],
  {
    description:
      "The VPC's one virtual private gateway. All SiteVpns of this installation on a VPC share it: the first makes it, the last takes it away.",
  },
).prefault({});

const tableID = identifier('rtb');
const ids = withRules(
  z.array(z.string().max(32).meta({ description: 'Id of a route table, e.g. rtb-0a1b2c3d4e5f67890.' })).max(100),
  [
    {
      rule: `self.all(id, ${celMatches('id', tableID)})`,
      message:
        'routeTables.ids may hold ids of route tables only, e.g. rtb-0a1b2c3d4e5f67890; names go to routeTables.tags',
      holds: (self) => self.every((id) => new RegExp(tableID).test(id)),
    },
    {
      rule: 'self.all(id, self.filter(other, other == id).size() == 1)',
      message: 'routeTables.ids must not hold an id twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
  ],
  {
    description:
      'With selection IDs: up to 100 route tables of the VPC. Default: none. Example: [rtb-0a1b2c3d4e5f67890].',
    'x-kubernetes-list-type': 'atomic',
  },
);

export const routeTables = withRules(
  z.object({
    selection: z.enum(['All', 'IDs', 'Tags']).default('All').meta({
      description:
        'Which route tables of the VPC lead to the site. All: every one. IDs: those in ids. Tags: those with all of tags. Default: All.',
    }),
    ids: ids.optional(),
    tags: searchTags(
      'routeTables.tags',
      10,
      'With selection Tags: what a route table must be tagged with, all of it. Default: none. Example: {tier: private}.',
    ).optional(),
    routes: z.enum(['Propagated', 'Static']).default('Propagated').meta({
      description:
        'How they learn of the site. Propagated: from the gateway, by route propagation. Static: a route for each of site.cidrs. Routes of others stay. Default: Propagated.',
    }),
  }),
  [
    {
      rule: "(self.selection == 'IDs') == (has(self.ids) && self.ids.size() > 0)",
      message: 'routeTables.ids belongs to selection IDs: set both (with at least one id), or remove ids',
      holds: (self) => (self.selection === 'IDs') === (self.ids !== undefined && self.ids.length > 0),
      fieldPath: '.ids',
    },
    {
      rule: "(self.selection == 'Tags') == has(self.tags)",
      message: 'routeTables.tags belongs to selection Tags: set both, or remove tags',
      holds: (self) => (self.selection === 'Tags') === (self.tags !== undefined),
      fieldPath: '.tags',
    },
  ],
  { description: 'Route tables of the VPC that lead to the site.' },
).prefault({ selection: 'All', routes: 'Propagated' });
