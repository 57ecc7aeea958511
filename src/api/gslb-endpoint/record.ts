// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.zone` and `spec.record` of a GslbEndpoint: the name that is answered. */
import { z } from 'zod';
import { matches, withRules } from '../rules.ts';

/** Letters, digits and hyphens (RFC 1123): no upper case, no escapes, no dot at the end, so that one name has one spelling. */
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
export const hostPattern = `^(${label}[.])+${label}$`;
const relativePattern = `^(@|[*]|([*][.])?(${label}[.])*${label})$`;

/** Route 53 API reference, CreateHostedZone: the ids that it gives. */
export const zoneIDPattern = '^Z[A-Z0-9]{1,31}$';

/** A full name as users write it: lower case, no dot at the end; another alphabet as punycode (xn--…). */
export function hostName(field: string, description: string, example: string) {
  return withRules(
    z.string().min(1).max(253),
    [
      matches(
        hostPattern,
        `${field} must be a full domain name: lower-case letters, digits, '-' and dots, none at the end, other alphabets as xn--…, e.g. ${example}`,
      ),
    ],
    { description: `${description} Example: ${example}.` },
  );
}

export const zone = withRules(
  z.object({
    name: hostName(
      'zone.name',
      'Name of the public hosted zone; the only one of that name in the account, else give its id. Either this or id.',
      'seojun.shop',
    ).optional(),
    id: withRules(
      z.string().max(32),
      [
        matches(
          zoneIDPattern,
          'zone.id must be the id of a hosted zone as Route 53 shows it, e.g. Z0123456789ABCDEFGHIJ; a name goes to zone.name',
        ),
      ],
      { description: 'Id of the hosted zone. Either this or name. Example: Z0123456789ABCDEFGHIJ.' },
    ).optional(),
  }),
  [
    {
      rule: 'has(self.id) != has(self.name)',
      message: 'zone must have exactly one of id and name: set name: seojun.shop, or id: Z…',
      holds: (self) => (self.id === undefined) !== (self.name === undefined),
    },
    {
      rule: 'self == oldSelf',
      message:
        'zone cannot be changed: the records in it would be left behind; create another GslbEndpoint for another zone',
    },
  ],
  { description: 'The hosted zone in Route 53. Cannot be changed.' },
);

const name = withRules(
  z.string().min(1).max(200),
  [
    matches(
      relativePattern,
      "record.name must be a name within the zone: lower-case letters, digits, '-' and dots, with * for all names and @ for the zone itself, e.g. gslb for gslb.seojun.shop; not the full name",
    ),
    {
      rule: 'self == oldSelf',
      message:
        'record.name cannot be changed: the old name would go on answering, or stop at once; create another GslbEndpoint and delete this one when nobody asks for the old name',
    },
  ],
  {
    description:
      'Name within the zone, without the name of the zone; @ is the zone itself, * every name below it that has no record. Cannot be changed. Example: gslb.',
  },
);

export const record = z
  .object({
    name,
    type: z.enum(['A', 'AAAA', 'CNAME']).default('A').meta({
      description:
        'Type of the record. A: IPv4 addresses and load balancers. AAAA: the same with IPv6. CNAME: another name. A change is made in one batch with the records. Default: A.',
    }),
    ttlSeconds: z.int().min(0).max(86_400).optional().meta({
      description:
        'How long resolvers keep an answer, so also how long a failover takes at least; for endpoints with addresses or a hostname, and required there. An alias has the TTL of its target. 0 to 86400 seconds; with health checks at most 60 are wise. Example: 60.',
    }),
  })
  .meta({ description: 'The record that is answered.' });
