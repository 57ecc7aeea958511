// SPDX-License-Identifier: GPL-3.0-or-later
/** Specs of all kinds that the API server lets through. */
import {
  array,
  constant,
  constantFrom,
  integer,
  ipV4,
  oneof,
  option,
  record,
  shuffledSubarray,
  string,
  stringMatching,
  tuple,
  uniqueArray,
  type Arbitrary,
} from 'fast-check';

/** Printable, with everything that means something to somebody. */
export const printable = string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });

const name = stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/);
const label = stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const host = tuple(label, label, label).map((labels) => labels.join('.'));
const path = stringMatching(/^\/[A-Za-z0-9/._~!$&()*+,;=:@%?-]{0,60}$/);
const filePath = array(stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,12}$/), { minLength: 1, maxLength: 4 }).map(
  (parts) => `/${parts.join('/')}`,
);
const ipv6 = array(integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 }).map((parts) =>
  parts.map((part) => part.toString(16)).join(':'),
);
const address = oneof(ipV4(), ipv6, constantFrom('2001:db8::7', '::1'));

/** Fields that may be left out. */
function some<T extends Record<string, unknown>>(fields: { [K in keyof T]: Arbitrary<T[K]> }) {
  return record(fields, { requiredKeys: [] });
}

const server = tuple(
  name,
  oneof(address, host),
  some({
    port: integer({ min: 1, max: 65_535 }),
    weight: integer({ min: 0, max: 256 }),
    maxConnections: integer({ min: 1, max: 5000 }),
  }),
  constantFrom('Active', 'Active', 'Backup', 'Drain', 'Maintenance'),
  option(tuple(host, option(filePath, { nil: undefined })), { nil: undefined }),
).map(([own, place, more, state, tls]) => ({
  name: own,
  address: place,
  ...more,
  state,
  ...(tls ? { tls: { name: tls[0], ...(tls[1] === undefined ? {} : { caPath: tls[1] }) } } : {}),
}));

const servers = uniqueArray(server, { minLength: 1, maxLength: 6, selector: (one) => one.name }).map((all) =>
  all.map((one, index) => (index === 0 ? { ...one, state: 'Active', weight: 100 } : one)),
);

const check = some({
  type: constantFrom('HTTP', 'TCP', 'None'),
  method: constantFrom('GET', 'HEAD', 'OPTIONS'),
  path,
  host,
  statuses: constantFrom('200', '200-399', '200-299,304,401-403'),
  intervalMilliseconds: integer({ min: 100, max: 600_000 }),
  fastIntervalMilliseconds: integer({ min: 100, max: 600_000 }),
  timeoutMilliseconds: integer({ min: 100, max: 600_000 }),
  rise: integer({ min: 1, max: 100 }),
  fall: integer({ min: 1, max: 100 }),
});

const time = integer({ min: 1, max: 86_400 });
const timeouts = some({
  connectSeconds: time,
  clientSeconds: time,
  serverSeconds: time,
  httpRequestSeconds: time,
  keepAliveSeconds: time,
  queueSeconds: time,
  tunnelSeconds: time,
});

const tls = array(filePath, { minLength: 1, maxLength: 4 }).map((certificatePaths) => ({ certificatePaths }));

const keepalived = tuple(stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/), integer({ min: 1, max: 255 })).map(
  ([device, virtualRouterID]) => ({
    virtualAddress: '192.0.2.100/24',
    interface: device,
    virtualRouterID,
    nodes: [
      { name: 'a', address: '192.0.2.11', priority: 110 },
      { name: 'b', address: '192.0.2.12', priority: 100 },
    ],
  }),
);

interface Parts {
  readonly mode: string;
  readonly balance: string;
  readonly ports: readonly number[];
  readonly tls: { readonly certificatePaths: readonly string[] } | undefined;
  readonly address: string | undefined;
  readonly redirect: boolean;
}

/** As the rules want them together. */
function listenOf({ mode, ports: [first = 80, second = 443], tls: own, address: at, redirect }: Parts) {
  const secure = own ? [{ port: second, tls: own, ...(at === undefined ? {} : { address: at }) }] : [];
  const told = own && redirect && mode === 'HTTP' ? { action: 'RedirectToHTTPS' } : {};
  return [{ port: first, ...told }, ...secure];
}

const ports = shuffledSubarray([80, 443, 8080, 8443, 9000, 9001, 9002], { minLength: 5, maxLength: 5 });

export const anySpec = tuple(
  record({
    mode: constantFrom('HTTP', 'HTTP', 'TCP'),
    balance: constantFrom('roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random', 'uri'),
    ports,
    tls: option(tls, { nil: undefined }),
    address: option(address, { nil: undefined }),
    redirect: constantFrom(true, false),
  }),
  servers,
  some({
    platform: constantFrom('Debian', 'Container'),
    check,
    timeouts,
    retries: integer({ min: 0, max: 10 }),
    maxConnections: integer({ min: 10, max: 1_000_000 }),
    metrics: oneof(
      constant({}),
      address.map((own) => ({ address: own })),
    ),
    stats: constantFrom({}, { passwordSecretRef: { name: 'stats-password' } }),
    keepalived,
  }),
  some({
    stickiness: some({
      cookie: stringMatching(/^[A-Za-z0-9_-]{1,16}$/),
      secure: constantFrom('Always', 'Never'),
      maxIdleSeconds: time,
    }),
    monitorPath: stringMatching(/^\/[A-Za-z0-9/._-]{0,30}$/),
  }),
).map(([parts, own, more, http]) => ({
  secretRef: { name: 'written' },
  mode: parts.mode,
  balance: parts.mode === 'TCP' && parts.balance === 'uri' ? 'source' : parts.balance,
  listen: listenOf(parts),
  servers: own,
  ...more,
  ...(parts.mode === 'HTTP' ? http : {}),
}));
