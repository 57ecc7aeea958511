// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.haproxy` of a GslbEndpoint: an HAProxy configuration over the same servers or its own. https://docs.haproxy.org/2.6/configuration.html */
import { z } from 'zod';
import { keepalived } from './haproxy-keepalived.ts';
import { listen } from './haproxy-listen.ts';
import { check, servers } from './haproxy-servers.ts';
import { ipAddress, objectName, plainPath, port, seconds } from './haproxy-words.ts';
import type { DeepReadonly } from '../readonly.ts';
import { immutable, matches, withRules } from '../rules.ts';
import type { Rule } from '../rules.ts';
import { secretRef } from '../shared.ts';
import { text, time } from '../status.ts';

const stickiness = z
  .object({
    cookie: withRules(
      z.string().min(1).max(64),
      [matches('^[A-Za-z0-9_-]+$', 'haproxy.stickiness.cookie may hold letters, digits, _ and - only, e.g. GSLB')],
      { description: 'Name of the cookie. Default: GSLB. Example: SERVERID.' },
    ).default('GSLB'),
    secure: z.enum(['Always', 'Never']).default('Never').meta({
      description:
        'Always: browsers send the cookie over https only. Never: also over http, as a service on port 80 needs it. Default: Never.',
    }),
    maxIdleSeconds: z.int().min(1).max(31_536_000).optional().meta({
      description:
        'A client that was away for longer is placed anew. 1 to 31536000 seconds. Default: never. Example: 3600.',
    }),
  })
  .meta({
    description:
      'A client stays with its server, by a cookie that HAProxy sets. Default: each request goes where it falls.',
  });

const timeouts = z
  .object({
    connectSeconds: seconds('How long a connection to a server may take.', 5),
    clientSeconds: seconds('How long a client may be silent.', 50),
    serverSeconds: seconds('How long a server may be silent.', 50),
    httpRequestSeconds: seconds('How long a client may take to send the head of a request.', 10),
    keepAliveSeconds: seconds('How long a connection is kept for the next request.', 10),
    queueSeconds: seconds('How long a request may wait for a server that has too many.', 30),
    tunnelSeconds: seconds('How long a WebSocket, or TCP while both sides talk, may be silent.', 3600),
  })
  .prefault({
    connectSeconds: 5,
    clientSeconds: 50,
    serverSeconds: 50,
    httpRequestSeconds: 10,
    keepAliveSeconds: 10,
    queueSeconds: 30,
    tunnelSeconds: 3600,
  })
  .meta({ description: 'After how long HAProxy gives up.' });

const metrics = z
  .object({
    port: port('TCP port. 1 to 65535. Default: 8404. Example: 9404.').default(8404),
    address: ipAddress(
      'haproxy.metrics.address',
      'Address on the HAProxy machine: one that your Prometheus reaches and nobody else. Default: 127.0.0.1. Example: 10.26.1.20.',
    ).default('127.0.0.1'),
  })
  .meta({ description: 'Set, even to {}: metrics for Prometheus, at /metrics. Default: none.' });

const stats = z
  .object({
    port: port('TCP port on the loopback. 1 to 65535. Default: 8405. Example: 9405.').default(8405),
    passwordSecretRef: secretRef(
      'haproxy.stats.passwordSecretRef',
      'Secret with the key password, 8 to 128 printable ASCII characters: who looks has to give it, with the user name admin. Default: whoever is on the machine may look.',
    ).optional(),
  })
  .meta({
    description:
      "Set, even to {}: HAProxy's statistics page, on the loopback of the machine only; ssh -L brings it to you. Default: none.",
  });

const fields = z.object({
  configMapName: objectName(
    'haproxy.configMapName',
    'ConfigMap that is written, in the namespace of this object: haproxy.cfg, a README, and keepalived.conf on request. Cannot be changed. Example: gslb-haproxy.',
    [
      immutable(
        'haproxy.configMapName',
        'what reads the old ConfigMap would go on with an old configuration; take haproxy out of the spec and put it in again under the new name',
      ),
    ],
  ),
  secretRef: secretRef(
    'haproxy.secretRef',
    'Secret that is written: the parts with passwords. Needed, and only made, where stats or keepalived have a passwordSecretRef.',
  ).optional(),
  platform: z.enum(['Debian', 'Container']).default('Debian').meta({
    description:
      "What HAProxy runs on. Debian: the package of Debian or Ubuntu, with its user, chroot, log and socket. Container: HAProxy's image, logging to its output. Default: Debian.",
  }),
  mode: z.enum(['HTTP', 'TCP']).default('HTTP').meta({
    description: 'HTTP: request by request. TCP: connection by connection, whatever is in them. Default: HTTP.',
  }),
  balance: z
    .enum(['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'uri', 'random'])
    .default('roundrobin')
    .meta({
      description:
        "How a server is chosen, in HAProxy's own words: in turn (roundrobin, static-rr), the one with the fewest connections (leastconn), the first with room (first), by the client's address (source), by what is asked for (uri), by chance (random). Default: roundrobin.",
    }),
  listen,
  servers: servers.optional(),
  endpointPort: port(
    'Where servers is left out: TCP port of the endpoints. 1 to 65535. Default: 80. Example: 8080.',
  ).default(80),
  check,
  stickiness: stickiness.optional(),
  timeouts,
  retries: z.int().min(0).max(10).default(3).meta({
    description:
      'How often a connection that fails is tried again, on another server; and so are GET, HEAD and OPTIONS whose server went away before it answered. 0 to 10. Default: 3. Example: 2.',
  }),
  maxConnections: z.int().min(10).max(1_000_000).default(4096).meta({
    description: 'How many connections of clients at once. 10 to 1000000. Default: 4096. Example: 20000.',
  }),
  monitorPath: plainPath(
    'haproxy.monitorPath',
    'Path at which HAProxy itself answers, for load balancers before it: 200 while a server works, else 503. Default: none. Example: /haproxy-alive.',
  ).optional(),
  metrics: metrics.optional(),
  stats: stats.optional(),
  keepalived: keepalived.optional(),
});

type Fields = z.output<typeof fields>;

function onlyHTTP(field: 'stickiness' | 'monitorPath'): Rule<Fields> {
  return {
    rule: `self.mode == 'HTTP' || !has(self.${field})`,
    message: `haproxy.${field} needs mode: HTTP: take it out, or change the mode`,
    holds: (self) => self.mode === 'HTTP' || self[field] === undefined,
    fieldPath: `.${field}`,
  };
}

/** Where HAProxy listens beside haproxy.listen. */
function ownPorts({ metrics: own, stats: page, keepalived: pair }: Fields): readonly number[] {
  return [own?.port, page?.port, pair?.checkPort].filter((one) => one !== undefined);
}

const celPorts =
  '(has(self.metrics) ? [self.metrics.port] : []) + (has(self.stats) ? [self.stats.port] : []) + (has(self.keepalived) ? [self.keepalived.checkPort] : [])';

const passwords =
  '(has(self.stats) && has(self.stats.passwordSecretRef)) || (has(self.keepalived) && has(self.keepalived.passwordSecretRef))';

function passwordRefs({ stats: page, keepalived: pair }: Fields) {
  return [page?.passwordSecretRef, pair?.passwordSecretRef].filter((ref) => ref !== undefined);
}

const rules: readonly Rule<Fields>[] = [
  onlyHTTP('stickiness'),
  onlyHTTP('monitorPath'),
  {
    rule: "self.mode == 'HTTP' || self.balance != 'uri'",
    message: 'haproxy.balance uri needs mode: HTTP: change the mode, or balance by source',
    holds: (self) => self.mode === 'HTTP' || self.balance !== 'uri',
    fieldPath: '.balance',
  },
  {
    rule: "self.mode == 'HTTP' || self.listen.all(one, one.action == 'Serve')",
    message: 'haproxy.listen: RedirectToHTTPS needs mode: HTTP: set action: Serve, or change the mode',
    holds: (self) => self.mode === 'HTTP' || self.listen.every(({ action }) => action === 'Serve'),
    fieldPath: '.listen',
  },
  {
    rule: `(self.listen.map(one, one.port) + ${celPorts}).all(one, (self.listen.map(other, other.port) + ${celPorts}).filter(other, other == one).size() == 1)`,
    message:
      'haproxy: listen, metrics.port, stats.port and keepalived.checkPort must be different ports; change one of them',
    holds: (self) => {
      const all = [...self.listen.map((one) => one.port), ...ownPorts(self)];
      return new Set(all).size === all.length;
    },
  },
  {
    rule: `has(self.secretRef) || !(${passwords})`,
    message:
      'haproxy.secretRef must be set where a passwordSecretRef is: the part with the password is written there, e.g. {name: gslb-haproxy-secret}',
    holds: (self) => self.secretRef !== undefined || passwordRefs(self).length === 0,
    fieldPath: '.secretRef',
  },
  {
    rule: '!has(self.secretRef) || ((!has(self.stats) || !has(self.stats.passwordSecretRef) || self.stats.passwordSecretRef.name != self.secretRef.name) && (!has(self.keepalived) || !has(self.keepalived.passwordSecretRef) || self.keepalived.passwordSecretRef.name != self.secretRef.name))',
    message:
      'haproxy.secretRef must not be a Secret that a passwordSecretRef names: the operator writes the one and reads the other; give it a name of its own',
    holds: (self) => passwordRefs(self).every(({ name }) => name !== self.secretRef?.name),
    fieldPath: '.secretRef.name',
  },
];

export const haproxy = withRules(fields, rules, {
  description:
    'An HAProxy configuration, ready to install, in a ConfigMap: over the endpoints, or over servers of its own. Where haproxy is on the machine of the operator, it has accepted it before it is published; else the last good one stays. Default: none.',
});

/** What of the spec around it matters. */
interface Around {
  readonly haproxy?: z.output<typeof haproxy> | undefined;
  readonly endpoints: readonly { readonly target: { readonly type: string } }[];
  readonly aws: { readonly credentialsSecretRef?: { readonly name: string } | undefined };
}

/** Of the whole spec. */
export const haproxyRules: readonly Rule<Around>[] = [
  {
    rule: "!has(self.haproxy) || has(self.haproxy.servers) || self.endpoints.exists(one, one.target.type == 'Addresses' || one.target.type == 'Hostname')",
    message:
      'haproxy.servers must be set where no endpoint is an address or a name: HAProxy cannot be put in front of a load balancer that stands in front of it',
    holds: ({ haproxy: wanted, endpoints }) =>
      !wanted ||
      wanted.servers !== undefined ||
      endpoints.some(({ target: { type } }) => type === 'Addresses' || type === 'Hostname'),
    fieldPath: '.haproxy.servers',
  },
  {
    rule: '!has(self.haproxy) || !has(self.haproxy.secretRef) || !has(self.aws.credentialsSecretRef) || self.haproxy.secretRef.name != self.aws.credentialsSecretRef.name',
    message:
      'haproxy.secretRef.name must not be the Secret of aws.credentialsSecretRef: the operator writes the one and reads the other; give it a name of its own',
    holds: ({ haproxy: wanted, aws }) =>
      wanted?.secretRef === undefined || wanted.secretRef.name !== aws.credentialsSecretRef?.name,
    fieldPath: '.haproxy.secretRef.name',
  },
];

/** `spec.haproxy`, every default applied. */
export type HaproxySpec = DeepReadonly<z.output<typeof haproxy>>;

/** `status.haproxy`. */
export const haproxyStatus = z
  .object({
    configMapName: text(253, 'ConfigMap with the configuration, e.g. gslb-haproxy.'),
    secretName: text(253, 'Secret with the parts that hold passwords.').optional(),
    digest: text(64, 'Digest of what was published, passwords left out.'),
    publishedAt: time('When it last changed: later than when you installed it means: install it again.').optional(),
    check: z.enum(['Accepted', 'NotChecked']).meta({
      description:
        'Accepted: haproxy -c has read it without a warning. NotChecked: there is no haproxy where the operator runs.',
    }),
    checkedBy: text(64, 'Version of the HAProxy that accepted it, e.g. 2.6.12.').optional(),
  })
  .meta({ description: 'The HAProxy configuration as it was published.' });
