// SPDX-License-Identifier: GPL-3.0-or-later
/** What a plan is made against: the real account or an empty simulated one, with a cluster or without; over a wire that writes nothing. */
import { randomBytes } from 'node:crypto';
import { kinds as apis } from '../../api/kinds.ts';
import { Aws, type Login } from '../../clouds/aws/aws.ts';
import type { AwsSession } from '../../clouds/aws/session.ts';
import type { Scope } from '../../core/scope.ts';
import type { Secret, Secrets } from '../../core/objects.ts';
import type { Outside } from '../../kinds/outside.ts';
import { decide } from '../../kube/namespace-grants.ts';
import { HttpsApis } from '../../clouds/https/https-api.ts';
import { Opnsenses } from '../../clouds/opnsense/opnsense.ts';
import { seedRunbooks } from '../../simulator/aws/ec2/runbooks.ts';
import { exampleZone, seedZone } from '../simulate/seed-zone.ts';
import { OpenStack } from '../../clouds/openstack/openstack.ts';
import { PbsServers } from '../../clouds/pbs/pbs.ts';
import { Pves } from '../../clouds/pve/pve.ts';
import { createAws } from '../../simulator/aws/index.ts';
import { loopbackCertificate } from '../../simulator/kernel/certificate.ts';
import { realClock } from '../../simulator/kernel/clock.ts';
import { awsLimits } from '../../wire/budget.ts';
import type { Transport, Wire } from '../../wire/call.ts';
import { ForbiddenPlaces } from '../../wire/forbidden-places.ts';
import { Redactor } from '../../wire/redaction.ts';
import { undiciTransport } from '../../wire/undici-transport.ts';
import { createWire } from '../../wire/wire.ts';
import { printable } from '../command/printable.ts';
import { connectionOf } from '../connection-of.ts';
import { createProxmoxSite, proxmoxHosts, type ProxmoxSite } from '../simulate/proxmox-site.ts';
import { authorities, createSites, type Sites } from '../simulate/sites.ts';
import { simulatedAccount, simulatedRegion, standbyRegion } from '../simulated-worlds.ts';
import { systemClock } from '../system-clock.ts';
import { readCluster, type Cluster } from './cluster.ts';
import type { UserCredentials } from './credentials.ts';
import { givenSecrets, liveConfigMaps, plainSecret } from './given-secrets.ts';
import type { Checked } from './checked.ts';
import type { Manifests } from './manifests.ts';
import { laterCluster } from './outlook.ts';

/** No lease is held, so nothing passes but reads, whatever the service. */
export function readingWire(transport: Transport, limitOf?: typeof awsLimits): Wire {
  const limits = limitOf ? { limitOf } : {};
  return createWire({ transport, clock: systemClock, fence: { holds: () => false }, ...limits });
}

/** Tells which account each object was planned in. */
class NotingAws extends Aws {
  readonly accounts = new Map<string, string>();

  override async session(login: Login, scope?: Scope): Promise<AwsSession> {
    const session = await super.session(login, scope);
    if (scope) this.accounts.set(`${scope.kind} ${scope.namespace}/${scope.name}`, session.account);
    return session;
  }
}

export interface Wish {
  readonly simulate: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly endpoint?: string;
  readonly credentials?: UserCredentials;
  /** The user's own, for objects that name no Secret. */
  readonly ambient?: UserCredentials;
  /** The operator's namespace, and its ConfigMap of grants. */
  readonly operator: { readonly namespace: string; readonly grants: string };
}

export interface Surroundings {
  readonly outside: Outside;
  readonly cluster?: Cluster;
  readonly against: readonly string[];
  readonly remarks: readonly string[];
  /** By `Kind namespace/name`. */
  readonly accountOf: (object: string) => string | undefined;
  readonly scrub: (text: string) => string;
}

interface CredentialsRef {
  readonly aws?: { readonly credentialsSecretRef?: { readonly name?: string } };
}

function credentialSecrets(objects: readonly Checked[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap(({ namespace, stored }) => {
      const name = (stored.spec as CredentialsRef).aws?.credentialsSecretRef?.name;
      return name === undefined ? [] : [`${namespace}/${name}`];
    }),
  );
}

/** Where the examples lead, beside AWS. */
interface Places extends Sites {
  readonly proxmox: ProxmoxSite;
}

interface Account {
  readonly transport: Transport;
  /** A real account is shared with others, and asks at its pace. */
  readonly limitOf?: typeof awsLimits;
  readonly endpoint?: string;
  readonly credentials?: UserCredentials;
  readonly ambient?: UserCredentials;
  readonly against: string;
  readonly sites?: Places;
}

async function accountFor({ simulate, endpoint: given, credentials, ambient }: Wish): Promise<Account> {
  if (simulate) {
    const clock = realClock({ keepsAlive: false });
    // of this account everything is asked at once: whoever plans waits for nobody else's requests
    const world = createAws({ clock, quotas: { route53RequestsPerSecond: 10_000 } });
    // no account is without a network
    seedRunbooks(world.account(simulatedAccount), {
      region: simulatedRegion,
      elsewhere: standbyRegion,
      sites: [],
    });
    await seedZone({ aws: world, clock, account: simulatedAccount, name: exampleZone });
    const root = { credentials: world.account(simulatedAccount).rootKey, from: 'the simulation' };
    const against = `AWS: a simulated account with three VPCs, the hosted zone ${exampleZone} and nothing else, ${simulatedAccount}`;
    // in this process: nothing is served, nothing leaves the machine
    const sites = createSites(systemClock);
    const proxmox = createProxmoxSite(systemClock, world.service);
    const endpoint = 'http://aws.simulated';
    return {
      transport: world.service,
      endpoint,
      credentials: root,
      ambient: root,
      against,
      sites: { ...sites, proxmox },
    };
  }
  const own = credentials ?? ambient;
  const who = credentials ? ` as ${credentials.from}` : own ? ` (${own.from} where an object names no Secret)` : '';
  return {
    transport: undiciTransport(),
    limitOf: awsLimits,
    ...(given === undefined ? {} : { endpoint: given }),
    ...(credentials ? { credentials } : {}),
    ...(own ? { ambient: own } : {}),
    against: `AWS: ${given === undefined ? 'the real account' : printable(given)}${who}`,
  };
}

function awsOf({ transport, limitOf, endpoint, ambient }: Account): NotingAws {
  const mine = ambient?.credentials;
  return new NotingAws({
    wire: readingWire(transport, limitOf),
    clock: systemClock,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(mine ? { ambient: () => Promise.resolve(mine) } : {}),
  });
}

/** Beside AWS only the sites of the examples are simulated: what else objects name is not asked, and the plan says that it did not answer. */
function simulatedSites({ services, proxmox }: Places): Transport {
  const hosts = new Set<string>(Object.values(proxmoxHosts));
  return async (request) => {
    const { host } = request.url;
    if (hosts.has(host) && proxmox.world.certificateAt(host) === undefined)
      throw Object.assign(new Error('nobody answers'), { code: 'ECONNREFUSED' });
    const service = hosts.has(host) ? proxmox.world.service : services.get(host);
    if (!service) throw Object.assign(new Error('not simulated'), { code: 'not simulated' });
    const { dispatcher: _none, ...plain } = request;
    return service(plain);
  };
}

/** What the examples name there, in every namespace. */
function secretsOfSites({
  credentials,
  proxmox,
}: Places): (namespace: string, name: string) => Promise<Secret | undefined> {
  const { cert } = loopbackCertificate(Date.now());
  const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    ...credentials,
    ...proxmox.credentials,
    ...authorities({ opnsense: cert, openstack: cert }),
    'node1-ca': { 'ca.crt': cert },
  };
  return async (namespace, name) => {
    const text = texts[name];
    return text && plainSecret(namespace, name, new Map(Object.entries(text)));
  };
}

async function clusterOf(wish: Wish): Promise<Cluster | undefined> {
  if (wish.kubeconfig === undefined && wish.context === undefined) return undefined;
  return readCluster({ connection: connectionOf(wish), wire: readingWire(undiciTransport()), apis, ...wish.operator });
}

function secretsOf(account: Account, cluster: Cluster | undefined, given: Given): Secrets {
  const refs = credentialSecrets(given.objects);
  const { credentials } = account.credentials ?? {};
  const simulated = account.sites && secretsOfSites(account.sites);
  const live = cluster ? (namespace: string, name: string) => cluster.secret(namespace, name) : simulated;
  return givenSecrets({
    files: given.manifests.secrets,
    isCredentials: (namespace, name) => refs.has(`${namespace}/${name}`),
    ...(credentials ? { credentials } : {}),
    ...(live ? { live } : {}),
  });
}

interface Given {
  readonly manifests: Manifests;
  readonly objects: readonly Checked[];
}

/** @throws CommandError in one line when there is no way to the cluster. */
export async function surroundingsFor(wish: Wish, given: Given): Promise<Surroundings> {
  const redactor = new Redactor();
  const learnSecret = (secret: string) => redactor.learn(secret);
  const account = await accountFor(wish);
  if (account.ambient) learnSecret(account.ambient.credentials.secretAccessKey);
  const cluster = await clusterOf(wish);
  const grants = cluster?.grants;
  const aws = awsOf(account);
  const apis = new HttpsApis(readingWire(account.sites ? simulatedSites(account.sites) : undiciTransport()), {
    forbidden: new ForbiddenPlaces(),
  });
  return {
    outside: {
      aws,
      opnsense: new Opnsenses(apis, systemClock),
      openstack: new OpenStack({ apis, clock: systemClock, learn: learnSecret }),
      pve: new Pves(apis, systemClock),
      pbs: new PbsServers({ apis, clock: systemClock, learn: learnSecret }),
      secrets: secretsOf(account, cluster, given),
      configMaps: liveConfigMaps(async (space, name) => cluster?.configMap(space, name)),
      objects: { annotate: () => Promise.reject(new Error('a plan writes nothing')) },
      clock: systemClock,
      randomBytes,
      siblings: (kind) => given.objects.map(({ stored }) => stored).filter((object) => object.kind === kind),
      clusterUID: cluster?.uid ?? laterCluster,
      permits: (namespace, thing) => (grants ? decide(grants, namespace, thing) : { allowed: true }),
      learnSecret,
    },
    ...(cluster ? { cluster } : {}),
    against: [account.against, `Kubernetes: ${cluster ? cluster.server : 'no cluster; every object is taken as new'}`],
    remarks: cluster?.remarks ?? [],
    accountOf: (object) => aws.accounts.get(object),
    scrub: (text) => redactor.scrub(text),
  };
}
