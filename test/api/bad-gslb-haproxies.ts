// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wrong about `spec.haproxy` of a GslbEndpoint, with what the API server must say. */

interface BadHaproxy {
  readonly name: string;
  readonly haproxy: Readonly<Record<string, unknown>>;
  /** Part of the rule's message. */
  readonly message: string;
}

const server = { name: 'seoul', address: '3.36.122.217' };
const tls = { certificatePaths: ['/etc/haproxy/certs/gslb.pem'] };
const pair = {
  virtualAddress: '192.0.2.100/24',
  interface: 'eth0',
  virtualRouterID: 51,
  nodes: [
    { name: 'a', address: '192.0.2.11', priority: 110 },
    { name: 'b', address: '192.0.2.12', priority: 100 },
  ],
};

function bad(name: string, change: object, message: string): BadHaproxy {
  return { name, haproxy: { configMapName: 'gslb-haproxy', servers: [server], ...change }, message };
}

const withServer = (change: object) => ({ servers: [{ ...server, ...change }] });
const withPair = (change: object) => ({ keepalived: { ...pair, ...change } });
const withNodes = (change: object) => withPair({ nodes: [pair.nodes[0], { ...pair.nodes[1], ...change }] });

export const breakingOut = [
  'a\nserver evil 192.0.2.66:80',
  'a b',
  "a'b",
  'a"b',
  'a#b',
  '${HOME}',
  '$HOME',
  'a\\',
  '\u2028',
];

const everyText = breakingOut.flatMap((text) => [
  bad(`${JSON.stringify(text)} for a server's name`, withServer({ name: text }), 'haproxy.servers.name may hold'),
  bad(`${JSON.stringify(text)} for an address`, withServer({ address: text }), 'haproxy.servers.address must be'),
  bad(`${JSON.stringify(text)} for a cookie`, { stickiness: { cookie: text } }, 'haproxy.stickiness.cookie may hold'),
  bad(
    `${JSON.stringify(text)} for an interface`,
    withPair({ interface: text }),
    'haproxy.keepalived.interface must be',
  ),
  bad(
    `/${JSON.stringify(text)} for the path of a monitor`,
    { monitorPath: `/${text}` },
    'haproxy.monitorPath must begin with /',
  ),
  bad(
    `/${JSON.stringify(text)} for a certificate`,
    { listen: [{ port: 443, tls: { certificatePaths: [`/${text}`] } }] },
    'haproxy.listen.tls.certificatePaths must be the absolute path',
  ),
]);

export const badHaproxies: readonly BadHaproxy[] = [
  ...everyText,
  bad('a name of capitals', { configMapName: 'Gslb' }, 'haproxy.configMapName must be the name of an object'),
  bad('a Secret of capitals', { secretRef: { name: 'X_Y' } }, 'haproxy.secretRef.name must be the name of a Secret'),
  bad('no server', { servers: [] }, 'haproxy.servers must have at least one server'),
  bad('nobody who serves', withServer({ state: 'Drain' }), 'haproxy.servers must have one whose state is Active'),
  bad('nobody with a weight', withServer({ weight: 0 }), 'haproxy.servers must have one whose state is Active'),
  bad('a server twice', { servers: [server, server] }, 'haproxy.servers: two have the same name'),
  bad('an address out of range', withServer({ address: '3.36.122.256' }), 'haproxy.servers.address must be'),
  bad('a URL for a server', withServer({ address: 'http://seoul.seojun.shop' }), 'haproxy.servers.address must be'),
  bad('TLS to an address without a name', withServer({ tls: {} }), 'haproxy.servers.tls.name must be set'),
  bad(
    'an address for the name in a certificate',
    withServer({ tls: { name: '192.0.2.1' } }),
    'haproxy.servers.tls.name must',
  ),
  bad(
    'a relative authority',
    withServer({ tls: { name: 'a.b', caPath: 'ca.pem' } }),
    'haproxy.servers.tls.caPath must',
  ),
  bad('a way up', withServer({ tls: { name: 'a.b', caPath: '/etc/../x' } }), 'haproxy.servers.tls.caPath must'),
  bad('a check of a relative path', { check: { path: 'healthz' } }, 'haproxy.check.path must begin with /'),
  bad('a check of two lines', { check: { path: '/\nx' } }, 'haproxy.check.path must begin with /'),
  bad('a header in a host', { check: { host: 'a.b\r\nX: y' } }, 'haproxy.check.host must be a host name'),
  bad('a status in words', { check: { statuses: 'ok' } }, 'haproxy.check.statuses must be HTTP statuses'),
  bad(
    'nobody who listens for clients',
    { listen: [{ port: 80, action: 'RedirectToHTTPS' }] },
    'haproxy.listen must have a port whose action is Serve',
  ),
  bad('a port twice', { listen: [{ port: 80 }, { port: 80 }] }, 'haproxy.listen: two have the same port'),
  bad(
    'a redirect to nowhere',
    { listen: [{ port: 80, action: 'RedirectToHTTPS' }, { port: 81 }] },
    'haproxy.listen: RedirectToHTTPS is for a port without tls',
  ),
  bad('an address with a port', { listen: [{ port: 80, address: '192.0.2.1:80' }] }, 'haproxy.listen.address must be'),
  bad(
    'TLS without a certificate',
    { listen: [{ port: 443, tls: { certificatePaths: [] } }] },
    'haproxy.listen.tls.certificatePaths must have at least one',
  ),
  bad('a cookie without HTTP', { mode: 'TCP', stickiness: {} }, 'haproxy.stickiness needs mode: HTTP'),
  bad('a monitor without HTTP', { mode: 'TCP', monitorPath: '/x' }, 'haproxy.monitorPath needs mode: HTTP'),
  bad('uri without HTTP', { mode: 'TCP', balance: 'uri' }, 'haproxy.balance uri needs mode: HTTP'),
  bad(
    'a redirect without HTTP',
    {
      mode: 'TCP',
      listen: [
        { port: 80, action: 'RedirectToHTTPS' },
        { port: 443, tls },
      ],
    },
    'haproxy.listen: RedirectToHTTPS needs mode: HTTP',
  ),
  bad('metrics on the port of clients', { metrics: { port: 80 } }, 'must be different ports'),
  bad(
    'statistics on the port of metrics',
    { metrics: { port: 9000 }, stats: { port: 9000 } },
    'must be different ports',
  ),
  bad('keepalived asks at the port of clients', withPair({ checkPort: 80 }), 'must be different ports'),
  bad('metrics at a name', { metrics: { address: 'localhost' } }, 'haproxy.metrics.address must be'),
  bad(
    'a password and nowhere to write it',
    { stats: { passwordSecretRef: { name: 'p' } } },
    'haproxy.secretRef must be set',
  ),
  bad('the same for keepalived', withPair({ passwordSecretRef: { name: 'p' } }), 'haproxy.secretRef must be set'),
  bad(
    'a Secret that is read and written',
    { secretRef: { name: 'p' }, stats: { passwordSecretRef: { name: 'p' } } },
    'haproxy.secretRef must not be a Secret that',
  ),
  bad(
    'the same for keepalived, read and written',
    { secretRef: { name: 'p' }, ...withPair({ passwordSecretRef: { name: 'p' } }) },
    'haproxy.secretRef must not be a Secret that',
  ),
  bad(
    'a password by a bad name',
    { secretRef: { name: 's' }, stats: { passwordSecretRef: { name: 'P' } } },
    'haproxy.stats.passwordSecretRef.name must be the name',
  ),
  bad(
    'a VRRP password by a bad name',
    { secretRef: { name: 's' }, ...withPair({ passwordSecretRef: { name: 'P' } }) },
    'haproxy.keepalived.passwordSecretRef.name must be the name',
  ),
  bad(
    'an address that moves without a length',
    withPair({ virtualAddress: '192.0.2.100' }),
    'haproxy.keepalived.virtualAddress must be an IPv4 address with',
  ),
  bad(
    'an address that is taken',
    withPair({ virtualAddress: '192.0.2.11/24' }),
    'haproxy.keepalived.virtualAddress must not be the address of a machine',
  ),
  bad(
    'a machine alone',
    withPair({ nodes: [pair.nodes[0]] }),
    'haproxy.keepalived.nodes must have at least two machines',
  ),
  bad(
    'two machines of one priority',
    withNodes({ priority: 110 }),
    'haproxy.keepalived.nodes: two machines have the same',
  ),
  bad(
    'a machine by name',
    withNodes({ address: 'b.example.com' }),
    'haproxy.keepalived.nodes.address must be an IPv4 address',
  ),
  bad('a machine with a space', withNodes({ name: 'b c' }), 'haproxy.keepalived.nodes.name may hold'),
];
