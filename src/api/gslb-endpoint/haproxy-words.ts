// SPDX-License-Identifier: GPL-3.0-or-later
/** The kinds of text that go into an HAProxy configuration. No pattern lets a quote, a space, a control character or `$` through, but for paths of URLs. */
import { z } from 'zod';
import { matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { addressPattern } from '../site-vpn/cidr.ts';

const label = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
/** The last label has a letter, so that no address with a slip in it passes for a name. */
const namePattern = `^(${label}[.])+[a-z]([a-z0-9-]*[a-z0-9])?$`;

const h16 = '[0-9a-f]{1,4}';
/** RFC 4291, 2.2, without the forms that end in an IPv4 address. */
const ipv6Pattern = [
  `(${h16}:){7}${h16}`,
  `(${h16}:){1,7}:`,
  ...[1, 2, 3, 4, 5, 6].map((behind) => `(${h16}:){1,${7 - behind}}(:${h16}){1,${behind}}`),
  `:(:${h16}){1,7}`,
].join('|');

const bare = (pattern: string) => pattern.slice(1, -1);

/** `::1`, but not `::`. */
const anyAddressPattern = `^(${bare(addressPattern)}|${ipv6Pattern})$`;
const anyHostPattern = `^(${bare(addressPattern)}|${ipv6Pattern}|${bare(namePattern)})$`;

function word(most: number, pattern: string, message: string, description: string) {
  return withRules(z.string().min(1).max(most), [matches(pattern, message)], { description });
}

/** Of a ConfigMap. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function objectName(field: string, description: string, further: readonly Rule<string>[]) {
  const rule = matches(
    `^${label}([.]${label})*$`,
    `${field} must be the name of an object: lower-case letters, digits, '-' and '.', a letter or digit at both ends and beside each dot, e.g. gslb-haproxy`,
  );
  return withRules(z.string().min(1).max(253), [rule, ...further], { description });
}

export function shortName(field: string, description: string) {
  return word(
    63,
    `^${label}$`,
    `${field} may hold lower-case letters, digits and '-', with a letter or digit at both ends, e.g. seoul`,
    description,
  );
}

export function hostName(field: string, description: string) {
  return word(
    253,
    namePattern,
    `${field} must be a host name in lower case with a dot in it, e.g. seoul.seojun.shop; not an address and not a URL`,
    description,
  );
}

export function ipAddress(field: string, description: string) {
  return word(
    39,
    anyAddressPattern,
    `${field} must be an IPv4 address, or an IPv6 address in lower case without a zone, e.g. 192.0.2.11`,
    description,
  );
}

export function hostOrAddress(field: string, description: string) {
  return word(
    253,
    anyHostPattern,
    `${field} must be an IP address or a host name in lower case with a dot in it, e.g. 3.36.122.217; no port and no URL`,
    description,
  );
}

/** RFC 3986: path and query; no fragment, and what is not in the list percent-encoded. */
export function urlPath(field: string, description: string) {
  return word(
    255,
    '^/[A-Za-z0-9/._~!$&()*+,;=:@%?-]*$',
    `${field} must begin with / and hold what the path of a URL may hold, other characters percent-encoded, e.g. /healthz`,
    description,
  );
}

/** No query: it is compared with what a client asks for. */
export function plainPath(field: string, description: string) {
  return word(
    128,
    '^/[A-Za-z0-9/._-]*$',
    `${field} must begin with / and hold letters, digits and /._- only, e.g. /haproxy-alive`,
    description,
  );
}

export function filePath(field: string, description: string) {
  return word(
    200,
    '^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$',
    `${field} must be the absolute path of a file, of letters, digits and ._- with no part that begins with a dot, e.g. /etc/haproxy/certs/gslb.pem`,
    description,
  );
}

export function port(description: string) {
  return z.int().min(1).max(65_535).meta({ description });
}

export function seconds(field: string, byDefault: number) {
  return z
    .int()
    .min(1)
    .max(86_400)
    .default(byDefault)
    .meta({ description: `${field} 1 to 86400 seconds. Default: ${byDefault}. Example: ${byDefault * 2}.` });
}
