// SPDX-License-Identifier: GPL-3.0-or-later
/** The composition root: the only place where configuration meets construction. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { Aws } from '../clouds/aws/aws.ts';
import type { Credentials, Renewing } from '../clouds/aws/clients.ts';
import type { Prices } from '../clouds/aws/s3/prices.ts';
import type { HaproxyCheck } from '../clouds/haproxy/installed-haproxy.ts';
import { HttpsApis } from '../clouds/https/https-api.ts';
import { Opnsenses } from '../clouds/opnsense/opnsense.ts';
import { OpenStack } from '../clouds/openstack/openstack.ts';
import { PbsServers } from '../clouds/pbs/pbs.ts';
import { Pves } from '../clouds/pve/pve.ts';
import { TcpProbes } from '../clouds/tcp/tcp-probes.ts';
import { claimOn } from '../core/claims.ts';
import type { Clock } from '../core/clock.ts';
import type { Engine } from '../core/engine.ts';
import { kinds } from '../kinds/index.ts';
import type { Outside } from '../kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../kube/client.ts';
import type { Connection } from '../kube/connection.ts';
import { Events } from '../kube/events.ts';
import { GrantsWatch } from '../kube/grants-watch.ts';
import { Lease } from '../kube/lease.ts';
import { decide } from '../kube/namespace-grants.ts';
import { createObjects } from '../kube/objects.ts';
import type { Resource } from '../kube/resource.ts';
import { SecretWatch } from '../kube/secret-watch.ts';
import { createConfigMaps } from '../kube/config-maps.ts';
import { createSecrets } from '../kube/secrets.ts';
import type { Configuration } from '../operator/configuration.ts';
import { Controller } from '../operator/controller.ts';
import { serveHealth } from '../operator/health.ts';
import type { Log } from '../operator/log.ts';
import { Metrics } from '../operator/metrics.ts';
import { Operator } from '../operator/operator.ts';
import { createProblems } from '../operator/problems.ts';
import { awsLimits } from '../wire/budget.ts';
import type { CallRecord, Dial, Transport, Wire } from '../wire/call.ts';
import { ForbiddenPlaces } from '../wire/forbidden-places.ts';
import type { Redactor } from '../wire/redaction.ts';
import { createWire } from '../wire/wire.ts';

export interface Surroundings {
  readonly configuration: Configuration;
  readonly connection: Connection;
  readonly transport: Transport;
  /** To what is only asked whether it is there; without one nothing is tried. */
  readonly dial?: Dial;
  /** Without it HAProxy configurations are published unchecked. */
  readonly haproxy?: HaproxyCheck;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** The one that the log uses, too. */
  readonly redactor: Redactor;
  /** Of this process and no other: the holder of the lease. */
  readonly identity: string;
  /** The operator's own cloud identity, where it has one. */
  readonly ownIdentity?: (wire: Wire) => Renewing | undefined;
  /** How the certificate at an address is looked at, where there is no network to look over. */
  readonly certificate?: (url: string) => Promise<string>;
  /** What storage costs, in place of the list that is shipped. */
  readonly prices?: Prices;
  /** Told of every call, beside the metrics. */
  readonly onCall?: (record: CallRecord) => void;
}

export interface Composed {
  readonly operator: Operator;
  readonly metrics: Metrics;
  readonly client: KubeClient;
}

export function compose(given: Surroundings): Composed {
  const { configuration, clock, random, log, redactor, identity } = given;
  const { namespace } = configuration;
  const learn = (secret: string) => redactor.learn(secret);
  const scrub = (text: string) => redactor.scrub(text);
  const problem = createProblems(log, clock);
  // the fence is the lease, the lease writes through the wire, and the wire asks the fence
  let lease: Lease | undefined;
  const metrics = new Metrics({ controllers: () => controllers, leads: () => lease?.holds() ?? false });
  const wire = createWire({
    transport: given.transport,
    ...(given.dial ? { dial: given.dial } : {}),
    clock,
    fence: { holds: () => lease?.holds() ?? false },
    limitOf: awsLimits,
    onCall(record) {
      metrics.call(record);
      given.onCall?.(record);
    },
  });
  const client = createKubeClient({ connection: learning(given.connection, learn), wire });
  const watching = { client, clock, random, onProblem: problem };
  const wakes = new Map<string, Controller>();
  const secretWatch = new SecretWatch({
    ...watching,
    onChange: (space, name) => wake(secretWatch.usersOf(space, name)),
  });
  const grants = new GrantsWatch({
    ...watching,
    configMap: { namespace, name: configuration.grants },
    onChange({ problems }, changed) {
      for (const text of problems) log.warn({ problem: text }, 'a line of the namespace grants is not understood');
      for (const controller of controllers) wakeIn(changed, controller);
    },
  });
  const events = new Events({ client, clock, instance: identity, scrub, onProblem: problem });
  const own = given.ownIdentity?.(wire);
  const endpoint = configuration.awsEndpoint;
  const forbidden = new ForbiddenPlaces([...configuration.clusterNetworks, ...addressOf(given.connection.server)]);
  const apis = new HttpsApis(wire, { forbidden });
  const resources = kinds.map(({ api }): Resource => {
    const { group, version, kind, plural } = api;
    return { group, version, kind, plural, namespaced: true };
  });
  const objects = createObjects({ client, resources, note: events.note });
  const outside = {
    aws: new Aws({
      wire,
      clock,
      ...(endpoint === undefined ? {} : { endpoint }),
      learn,
      ...(own ? { ambient: async (need) => learned(await own(need), learn) } : {}),
    }),
    opnsense: new Opnsenses(apis, clock),
    openstack: new OpenStack({ apis, clock, learn }),
    pve: new Pves(apis, clock),
    pbs: new PbsServers({ apis, clock, learn, ...(given.certificate ? { certificate: given.certificate } : {}) }),
    ...(given.dial ? { probes: new TcpProbes(wire, forbidden) } : {}),
    ...(given.haproxy ? { haproxy: given.haproxy } : {}),
    // not all that a Secret holds is secret (its bucket and region are not): the kinds say what is
    secrets: createSecrets({ client }),
    configMaps: createConfigMaps(client),
    objects,
    clock,
    randomBytes,
    bucketQuota: configuration.bucketQuota,
    vpnQuotas: {
      gateways: configuration.vpnGatewayQuota,
      customerGateways: configuration.customerGatewayQuota,
      connections: configuration.vpnConnectionQuota,
    },
    siblings: (kind) => wakes.get(kind)?.cache.values() ?? [],
    ...(configuration.permissionsBoundary === undefined
      ? {}
      : { permissionsBoundary: configuration.permissionsBoundary }),
    clusterUID: '',
    ...(given.prices ? { prices: given.prices } : {}),
    permits: (space, wanted) => decide(grants.grants, space, wanted),
    learnSecret: learn,
  } satisfies Outside;
  const engine: Engine<Outside> = {
    outside,
    objects,
    clock,
    random,
    scrub,
    driftIntervalMs: configuration.driftSeconds * 1000,
    onStep: metrics.step,
  };
  const controllers = kinds.map(({ kind }, index) => {
    const resource = resources[index];
    if (!resource) throw new Error(`no resource for ${kind.kind}`);
    const controller: Controller = new Controller({
      kind,
      resource,
      engine,
      client,
      workers: configuration.workers,
      onSecrets: (key, space, names) =>
        secretWatch.use(
          `${kind.kind}/${key}`,
          names.map((name) => ({ namespace: space, name })),
        ),
      onLook({ key, outcome }) {
        metrics.look(kind.kind, { key, outcome, object: outcome.written ?? controller.cache.get(key) }, clock.now());
        if (outcome.next === 'retry') problem('a look failed and is tried again', outcome.error, `${kind.kind}/${key}`);
      },
      onServed: (times) => metrics.served(kind.kind, times),
      onProblem: problem,
    });
    wakes.set(kind.kind, controller);
    return controller;
  });

  /** And whoever has claimed one of them: what a BackupTarget delivers in its Secret, its user takes over. */
  function wake(users: readonly string[]): void {
    for (const user of users) {
      const at = user.indexOf('/');
      const controller = wakes.get(user.slice(0, at));
      controller?.wake(user.slice(at + 1));
      const used = controller?.cache.get(user.slice(at + 1));
      const by = used && claimOn(used);
      if (by) wakes.get(by.kind)?.wake(`${by.namespace}/${by.name}`);
    }
  }

  const operator: Operator = new Operator({
    clock,
    log,
    client,
    events,
    grants,
    secretWatch,
    outside,
    controllers: controllers.flatMap((controller, index) => {
      const resource = resources[index];
      return resource ? [{ controller, resource }] : [];
    }),
    lease(told) {
      const durationMs = configuration.leaseSeconds * 1000;
      const name = configuration.leaseName;
      lease = new Lease({ client, clock, random, namespace, name, identity, durationMs, ...told, onProblem: problem });
      return lease;
    },
    serveHealth: () =>
      serveHealth({
        address: configuration.httpAddress,
        port: configuration.httpPort,
        live: () => operator.live(),
        ready: () => operator.ready(),
        metrics: () => metrics.text(),
      }),
  });
  return { operator, metrics, client };
}

/** What was granted works at once, and what was taken back stops. */
function wakeIn(namespaces: ReadonlySet<string>, controller: Controller): void {
  for (const key of controller.cache.keys()) {
    const object = controller.cache.get(key);
    if (object && namespaces.has(object.metadata.namespace)) controller.wake(key);
  }
}

/** The API server is the cluster's own, wherever it is; where it has a name, that is for who looks names up. */
function addressOf({ hostname }: URL): readonly string[] {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? [] : [`${host}/${family === 4 ? 32 : 128}`];
}

/** The API server's token is a secret like any other. */
function learning(connection: Connection, learn: (secret: string) => void): Connection {
  return {
    server: connection.server,
    refused: () => connection.refused(),
    async credentials() {
      const credentials = await connection.credentials();
      learn(credentials.headers['authorization']?.replace(/^\S+\s+/, '') ?? '');
      return credentials;
    },
  };
}

function learned(credentials: Credentials, learn: (secret: string) => void): Credentials {
  learn(credentials.secretAccessKey);
  learn(credentials.sessionToken ?? '');
  return credentials;
}
