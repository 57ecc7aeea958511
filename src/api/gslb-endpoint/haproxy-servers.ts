// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.haproxy.servers`, and how they are checked. */
import { z } from 'zod';
import { celMatches, matches, withRules } from '../rules.ts';
import { filePath, hostName, hostOrAddress, port, shortName, urlPath } from './haproxy-words.ts';

const tls = z
  .object({
    name: hostName(
      'haproxy.servers.tls.name',
      'The name that is asked for (SNI) and that has to be in the certificate. Default: the address, where that is a name. Example: seoul.seojun.shop.',
    ).optional(),
    caPath: filePath(
      'haproxy.servers.tls.caPath',
      "File on the HAProxy machine with the authorities that are trusted, in PEM. Default: the machine's own. Example: /etc/haproxy/ca.pem.",
    ).optional(),
  })
  .meta({ description: 'Set, even to {}: this server is spoken to over TLS, and its certificate verified.' });

const address = '^[0-9a-f.:]*$';

const server = withRules(
  z.object({
    name: shortName('haproxy.servers.name', "Name in HAProxy, in its statistics and its clients' cookies, e.g. seoul."),
    address: hostOrAddress(
      'haproxy.servers.address',
      'Address, or a name that HAProxy resolves and follows, e.g. 3.36.122.217.',
    ),
    port: port('TCP port. 1 to 65535. Default: 80. Example: 8080.').default(80),
    weight: z.int().min(0).max(256).default(100).meta({
      description:
        'Share of the traffic in relation to the others; 0 gets only clients that a cookie binds to it. 0 to 256. Default: 100. Example: 50.',
    }),
    state: z.enum(['Active', 'Backup', 'Drain', 'Maintenance']).default('Active').meta({
      description:
        'Active: serves. Backup: serves while no active one works. Drain: only clients that a cookie binds to it. Maintenance: nobody, and it is not checked. Default: Active.',
    }),
    maxConnections: z.int().min(1).max(1_000_000).optional().meta({
      description: 'How many connections at once it gets; more wait. 1 to 1000000. Default: no limit. Example: 256.',
    }),
    tls: tls.optional(),
  }),
  [
    {
      rule: `!has(self.tls) || has(self.tls.name) || !${celMatches('self.address', address)}`,
      message:
        'haproxy.servers.tls.name must be set where the address is not a name: it is what the certificate is verified against, e.g. seoul.seojun.shop',
      holds: (self) => self.tls === undefined || self.tls.name !== undefined || !new RegExp(address).test(self.address),
      fieldPath: '.tls.name',
    },
  ],
);

export const servers = withRules(
  z.array(server).max(100),
  [
    {
      rule: 'self.size() >= 1',
      message: 'haproxy.servers must have at least one server; leave it out to take the endpoints',
      holds: (self) => self.length > 0,
    },
    {
      rule: "self.exists(one, (one.state == 'Active' || one.state == 'Backup') && one.weight > 0)",
      message:
        'haproxy.servers must have one whose state is Active or Backup and whose weight is not 0, else nobody is served: set these on one of them',
      holds: (self) =>
        self.length === 0 || self.some(({ state, weight }) => (state === 'Active' || state === 'Backup') && weight > 0),
    },
    {
      rule: 'self.all(one, self.exists_one(other, other.name == one.name))',
      message: 'haproxy.servers: two have the same name; rename one of them',
      holds: (self) => new Set(self.map(({ name }) => name)).size === self.length,
    },
  ],
  {
    description:
      'The servers that HAProxy spreads its clients over, in this order. 1 to 100. Default: the endpoints that are addresses or names. Example: [{name: seoul, address: 3.36.122.217, port: 80}].',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
);

const statuses = '^[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*$';

function milliseconds(byDefault: number, description: string) {
  return z
    .int()
    .min(100)
    .max(600_000)
    .default(byDefault)
    .meta({ description: `${description} 100 to 600000 milliseconds. Default: ${byDefault}. Example: 5000.` });
}

export const check = z
  .object({
    type: z.enum(['HTTP', 'TCP', 'None']).default('HTTP').meta({
      description:
        'HTTP: the server has to answer a request as expected. TCP: it has to take a connection. None: it is believed to work. Default: HTTP.',
    }),
    method: z
      .enum(['GET', 'HEAD', 'OPTIONS'])
      .default('GET')
      .meta({ description: 'Of HTTP: the method. Default: GET.' }),
    path: urlPath(
      'haproxy.check.path',
      'Of HTTP: what is asked for, with a query where there is one. Default: /. Example: /healthz.',
    ).default('/'),
    host: hostName(
      'haproxy.check.host',
      'Of HTTP: the host that is named in the request. Default: none, and HTTP/1.0. Example: gslb.seojun.shop.',
    ).optional(),
    statuses: withRules(
      z.string().min(3).max(63),
      [
        matches(
          statuses,
          'haproxy.check.statuses must be HTTP statuses, or ranges of them, with commas between, e.g. 200-399,401',
        ),
      ],
      {
        description:
          'Of HTTP: which statuses are good: statuses and ranges, with commas between. Default: 200-399. Example: 200,204.',
      },
    ).default('200-399'),
    intervalMilliseconds: milliseconds(2000, 'Time between two checks of a server.'),
    fastIntervalMilliseconds: milliseconds(
      500,
      'The same while its state is about to change; never longer than intervalMilliseconds.',
    ),
    timeoutMilliseconds: milliseconds(3000, 'How long a check may take.'),
    rise: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .meta({ description: 'How many good checks in a row bring it back. 1 to 100. Default: 2. Example: 3.' }),
    fall: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'How many bad checks in a row take it out. 1 to 100. Default: 3. Example: 1.' }),
  })
  .prefault({
    type: 'HTTP',
    method: 'GET',
    path: '/',
    statuses: '200-399',
    intervalMilliseconds: 2000,
    fastIntervalMilliseconds: 500,
    timeoutMilliseconds: 3000,
    rise: 2,
    fall: 3,
  })
  .meta({ description: 'How HAProxy finds out which servers work.' });
