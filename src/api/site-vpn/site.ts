// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.site` of a SiteVpn: the site's public address and the prefixes behind it. */
import { z } from 'zod';
import { celMatches, matches, withRules } from '../rules.ts';
import { addressPattern, celIsCanonical, celIsCIDR, celOverlaps, isCanonical, isCIDR, overlaps } from './cidr.ts';
import { nameTag } from './name.ts';

/** What the Internet does not route (https://www.iana.org/assignments/iana-ipv4-special-registry), and multicast. */
const notPublic =
  '^((0|10|127|22[4-9]|2[3-5][0-9])[.].*|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])[.].*|169[.]254[.].*|172[.](1[6-9]|2[0-9]|3[01])[.].*|192[.]168[.].*|192[.]0[.][02][.].*|198[.]1[89][.].*|198[.]51[.]100[.].*|203[.]0[.]113[.].*)$';

const publicIP = withRules(
  z.string().min(7).max(15),
  [
    matches(addressPattern, 'site.publicIP must be an IPv4 address, e.g. 123.142.252.25; not a name and not a prefix'),
    {
      rule: `!${celMatches('self', notPublic)}`,
      message:
        'site.publicIP is a private or reserved address, which AWS cannot reach: set the address that the site has on the Internet, e.g. 123.142.252.25; behind NAT that of the NAT device',
      holds: (self) => !new RegExp(notPublic).test(self),
    },
  ],
  {
    description:
      "The site's fixed public IPv4 address; behind NAT that of the NAT device. Another address replaces the customer gateway, which has to be approved. Example: 123.142.252.25.",
  },
);

const localIP = withRules(
  z.string().min(7).max(15),
  [matches(addressPattern, 'site.localIP must be an IPv4 address of the gateway itself, e.g. 192.168.0.2')],
  {
    description:
      "Address on the site's gateway itself, where that is behind NAT; it goes into the gateway's files only. Default: that of its default route. Example: 192.168.0.2.",
  },
);

/** AWS allows 100 static routes a connection; 50 keep the rules cheap for the API server. */
const maxCIDRs = 50;
/** A site has no such networks, and AWS uses 169.254.0.0/16 inside the tunnels. */
const notOfASite = '^((0|127|22[4-9]|2[3-5][0-9])[.].*|169[.]254[.].*)$';
const cidrs = withRules(
  z.array(z.string().min(9).max(18).meta({ description: 'An IPv4 prefix, e.g. 192.168.0.0/20.' })).max(maxCIDRs),
  [
    {
      rule: 'self.size() >= 1',
      message: "site.cidrs must have at least one prefix: add the site's network, e.g. 192.168.0.0/20",
      holds: (self) => self.length > 0,
    },
    {
      rule: `self.all(one, ${celIsCIDR('one')})`,
      message: 'site.cidrs may hold IPv4 prefixes only, address and length, e.g. 192.168.0.0/20',
      holds: (self) => self.every(isCIDR),
    },
    {
      rule: `!self.all(one, ${celIsCIDR('one')}) || self.all(one, ${celIsCanonical('one')})`,
      message:
        'site.cidrs: a prefix must begin at its first address: clear the bits behind the length, e.g. 192.168.0.0/20 for 192.168.7.0/20',
      holds: (self) => !self.every(isCIDR) || self.every(isCanonical),
    },
    {
      rule: `self.all(one, !${celMatches('one', notOfASite)})`,
      message:
        'site.cidrs must not hold 0.0.0.0/0, loopback, link-local or multicast prefixes: name the networks behind the gateway, e.g. 192.168.0.0/20',
      holds: (self) => !self.some((one) => new RegExp(notOfASite).test(one)),
    },
    {
      rule: `!self.all(one, ${celIsCIDR('one')}) || self.all(one, self.filter(other, ${celOverlaps('one', 'other')}).size() == 1)`,
      message: 'site.cidrs must not overlap: remove what lies within another prefix, or is there twice',
      holds: (self) =>
        !self.every(isCIDR) || self.every((one) => self.filter((other) => overlaps(one, other)).length === 1),
    },
  ],
  {
    description:
      'Networks of the site, as the VPC shall reach them: 1 to 50 IPv4 prefixes that do not overlap, with each other or with the VPC. With routing Static they are the static routes. Example: [192.168.0.0/20].',
    'x-kubernetes-list-type': 'atomic',
  },
);

/** 23456 stands for numbers of four bytes (RFC 6793); 7224 is Amazon's own in every region (EC2 API reference, CreateCustomerGateway). */
const bgpASN = withRules(
  z.int().min(1).max(4_294_967_294),
  [
    {
      rule: 'self != 23456 && self != 7224',
      message: 'site.bgpASN must not be 23456 or 7224, which are reserved: use a private one, e.g. 65010',
      holds: (self) => self !== 23_456 && self !== 7224,
    },
  ],
  {
    description:
      "The site's autonomous system number; required with routing BGP, else refused. 1 to 4294967294. Another number replaces the customer gateway, which has to be approved. Example: 65010.",
  },
);

export const site = z
  .object({
    name: nameTag(
      'site.name',
      "Name of the customer gateway, as AWS's console shows it. 1 to 128 characters. Default: the name of this object. Example: MY-CGW.",
    ).optional(),
    publicIP,
    localIP: localIP.optional(),
    cidrs,
    bgpASN: bgpASN.optional(),
  })
  .meta({ description: 'The site: where it is reached, and what is there.' });
