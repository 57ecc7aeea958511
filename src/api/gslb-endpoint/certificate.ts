// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.certificate` of a GslbEndpoint: certificates of ACM for its names, in each region where one is needed. */
import { z } from 'zod';
import { hostPattern } from './record.ts';
import { regionPattern } from './target.ts';
import { celMatches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { time } from '../status.ts';

/** A full name, or all names one label below it (ACM User Guide, "Domain names"). */
const domainPattern = `^([*][.])?${hostPattern.slice(1)}`;

const domains = withRules(
  z
    .array(
      z
        .string()
        .min(1)
        .max(253)
        .meta({ description: 'A name, or with *. all names right below it, e.g. *.seojun.shop.' }),
    )
    .max(10),
  [
    {
      rule: 'self.size() >= 1',
      message: 'certificate.domains must have at least one name: add one, e.g. gslb.seojun.shop',
      holds: (self) => self.length > 0,
    },
    {
      rule: `self.all(one, ${celMatches('one', domainPattern)})`,
      message:
        "certificate.domains may hold full domain names only, with or without *. before them: lower-case letters, digits, '-' and dots, none at the end, e.g. gslb.seojun.shop",
      holds: (self) => self.every((one) => new RegExp(domainPattern).test(one)),
    },
    {
      rule: 'self.all(one, self.filter(other, other == one).size() == 1)',
      message: 'certificate.domains must not hold a name twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
    {
      // ACM User Guide, "Quotas": the first name is the subject, of at most 64 characters (RFC 5280, ub-common-name)
      rule: 'self.size() == 0 || self[0].size() <= 64',
      message: 'certificate.domains: the first name may have at most 64 characters; put a shorter one first',
      holds: (self) => (self[0] ?? '').length <= 64,
    },
  ],
  {
    description:
      'Names that the certificate is good for, all in the zone: 1 to 10. A change makes another certificate, and the old one goes when nothing uses it. Example: [gslb.seojun.shop, "*.seojun.shop"].',
    'x-kubernetes-list-type': 'atomic',
  },
);

const regions = withRules(
  z.array(z.string().min(1).max(32).meta({ description: 'Code of a region, e.g. ap-northeast-2.' })).max(10),
  [
    {
      rule: `self.all(one, ${celMatches('one', regionPattern)})`,
      message: 'certificate.regions may hold codes of AWS regions only, e.g. ap-northeast-2; not zones and not names',
      holds: (self) => self.every((one) => new RegExp(regionPattern).test(one)),
    },
    {
      rule: 'self.all(one, self.filter(other, other == one).size() == 1)',
      message: 'certificate.regions must not hold a region twice; remove one',
      holds: (self) => new Set(self).size === self.length,
    },
  ],
  {
    description:
      'Where a certificate is needed beside the regions of sites, up to 10: us-east-1 for CloudFront, for example. Default: those of sites, or without sites aws.region. Example: [ap-northeast-2, ap-northeast-1].',
    'x-kubernetes-list-type': 'atomic',
  },
);

export const certificate = z.object({ domains, regions: regions.optional() }).meta({
  description:
    'Certificates of AWS Certificate Manager, one in each region, validated by a record in the same zone, and renewed by AWS while they are used. The listeners of sites use them. Default: none.',
});

export const certificateStatus = z
  .array(
    z.object({
      region: z.string().max(32).meta({ description: 'Region, e.g. ap-northeast-2.' }),
      arn: z.string().max(256).meta({ description: 'ARN of the certificate, for listeners of your own.' }),
      status: z.string().max(32).meta({ description: 'As AWS says: PENDING_VALIDATION, ISSUED, …' }),
      notAfter: time('Until when it is good; AWS renews it before.').optional(),
    }),
  )
  .max(10)
  .meta({
    description: 'The certificate of each region.',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['region'],
  });

interface Fields {
  readonly zone: { readonly name?: string | undefined };
  readonly certificate?: z.output<typeof certificate> | undefined;
}

/** Between `certificate` and the rest of the spec. */
export const certificateRules: readonly Rule<Fields>[] = [
  {
    rule: "!has(self.certificate) || !has(self.zone.name) || self.certificate.domains.all(one, one == self.zone.name || one.endsWith('.' + self.zone.name))",
    message:
      'certificate.domains may hold names of the zone only: nobody could prove others by a record in it; remove them, or use the GslbEndpoint of their zone',
    holds: ({ zone: { name }, certificate: asked }) =>
      name === undefined || (asked?.domains ?? []).every((one) => one === name || one.endsWith(`.${name}`)),
    fieldPath: '.certificate.domains',
  },
];
