// SPDX-License-Identifier: GPL-3.0-or-later
/** Kubernetes, AWS and the sites of the examples in this process, served on loopback: for `simulate`, `run --simulate` and the demo. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../api/kinds.ts';
import type { Clock } from '../core/clock.ts';
import { plainConnection, type Connection } from '../kube/connection.ts';
import { createAws, type AwsWorld } from '../simulator/aws/index.ts';
import { loopbackCertificate } from '../simulator/kernel/certificate.ts';
import { smallImageTimes } from '../simulator/aws/ec2/times.ts';
import { seedRunbooks } from '../simulator/aws/ec2/runbooks.ts';
import { realClock } from '../simulator/kernel/clock.ts';
import { serve, type Served, type ServeOptions } from '../simulator/kernel/http.ts';
import { type Keeper, keepSnapshot } from '../simulator/kernel/snapshot-keeper.ts';
import type { SimService } from '../simulator/kernel/service.ts';
import { createKubernetes, type KubernetesWorld } from '../simulator/kubernetes/index.ts';
import type { Dial, Transport } from '../wire/call.ts';
import { CommandError } from './command/exit-status.ts';
import { serveSites } from './simulate/served-sites.ts';
import { createSites, secretManifests, siteHosts as hosts, type Sites } from './simulate/sites.ts';
import { createProxmoxSite, proxmoxHosts, type ProxmoxSite } from './simulate/proxmox-site.ts';
import { serveProxmox } from './simulate/served-proxmox.ts';
import { exampleZone, seedZone } from './simulate/seed-zone.ts';
import { serveNames, type NamesOptions } from './simulate/names.ts';
import { readState } from './simulate/state.ts';

export const simulatedAccount = '123456789012';
export const simulatedRegion = 'ap-northeast-2';
const region = simulatedRegion;
/** Of the hot standby of examples/06. */
export const standbyRegion = 'ap-northeast-1';
/** Public addresses of the sites of the examples: their gateways are as set up, and dial. */
const exampleSites = ['123.142.252.10', '123.142.252.25'];
/** The KMS key that AWS's documentation and examples/02 name. */
const exampleKey = '1234abcd-12ab-34cd-56ef-1234567890ab';

export interface SimulatedWorlds {
  readonly connection: Connection;
  /** Of the simulated Kubernetes. */
  readonly server: string;
  /** Of the simulated AWS. */
  readonly endpoint: string;
  /** Of the server that answers for the zones of the simulated Route 53. */
  readonly dns: { readonly address: string; readonly port: number };
  /** The simulated account's root key, as environment variables. */
  readonly credentials: Readonly<Record<string, string>>;
  /** All that kubectl, the AWS CLI and SDKs need to find these worlds. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a kubeconfig for it was written. */
  readonly kubeconfig: string;
  /** Lines to type into another terminal. */
  readonly lines: readonly string[];
  readonly aws: AwsWorld;
  readonly kubernetes: KubernetesWorld;
  /** The firewall and the cloud of the examples. */
  readonly sites: Sites;
  /** The Proxmox VE of the examples. */
  readonly proxmox: ProxmoxSite;
  /** Of the worlds, and of the operator between them. */
  readonly clock: Clock;
  /** Hosts of the simulated VPCs answer while a tunnel is up. */
  readonly dial: Dial;
  /** Names of the examples' sites lead to these worlds; all else goes as `transport` carries it. */
  carrying(transport: Transport): Transport;
  close(): Promise<void>;
}

export interface WorldsOptions extends NamesOptions {
  /** Where the worlds go on from, and are kept when they end; without one they are new and gone. */
  readonly state?: string;
  /** Written there, and left there; otherwise it goes with the worlds. */
  readonly kubeconfig?: string;
  /** 0, the default, takes any that is free. */
  readonly kubernetesPort?: number;
  readonly awsPort?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

const operatorName = 'hybrid-cloud-operator';
/** They are on loopback here, where a manifest leads only by an administrator's grant. */
const siteHosts = [...Object.values(hosts), ...Object.values(proxmoxHosts)];
/** What the operator is in a cluster: `kubectl apply -k deploy/` gives it its rights here too, for looks with `auth can-i`. */
const users = {
  [`${operatorName}-token`]: {
    name: `system:serviceaccount:${operatorName}:${operatorName}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${operatorName}`, 'system:authenticated'],
  },
};
const firstManifests = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: operatorName } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${operatorName}-grants`, namespace: operatorName },
    data: { default: ['identity', ...siteHosts.map((host) => `endpoint https://${host}`)].join('\n') },
  },
];

interface Serving extends ServeOptions {
  readonly port: number;
  readonly flag: string;
}

async function serveOn(service: SimService, { flag, ...options }: Serving): Promise<Served> {
  const { port } = options;
  try {
    return await serve(service, options);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
    throw new CommandError(`port ${port} ${why}: give another --${flag}, or 0 for any that is free`);
  }
}

function dialInto(aws: AwsWorld, host: Dial): Dial {
  return async (to, signal) => {
    const { vpnConnections } = aws.account(simulatedAccount).network(region);
    if (vpnConnections.some(({ tunnels }) => tunnels.some(({ status }) => status === 'UP'))) return host(to, signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('no tunnel is up')), { once: true });
    });
  };
}

interface Fronts {
  readonly api: Served;
  /** kubectl sends tokens over https only. */
  readonly secure: Served;
  readonly cloud: Served;
  readonly authority: string;
  readonly close: () => Promise<void>;
}

async function serveAll(kubernetes: SimService, aws: SimService, options: WorldsOptions): Promise<Fronts> {
  const certificate = loopbackCertificate(Date.now());
  const { kubernetesPort = 0, awsPort = 0 } = options;
  const api = await serveOn(kubernetes, { port: kubernetesPort, flag: 'kubernetes-port' });
  try {
    const cloud = await serveOn(aws, { port: awsPort, flag: 'aws-port' });
    const secure = await serve(kubernetes, { certificate });
    const all = [api, cloud, secure];
    const close = async () => void (await Promise.all(all.map((served) => served.close())));
    return { api, secure, cloud, authority: certificate.cert, close };
  } catch (error) {
    await api.close();
    throw error;
  }
}

/** Both worlds in one file, at one moment: what the operator knows and what the cloud has fit together also after a kill. */
type Kept = Pick<SimulatedWorlds, 'aws' | 'kubernetes' | 'sites' | 'proxmox'>;

function keep(file: string, { aws, kubernetes, sites, proxmox }: Kept): Keeper {
  const { opnsense, openstack } = sites;
  const counted = () =>
    [aws, opnsense, openstack, proxmox.world].map(({ calls }) => `${calls.length} ${calls.at(-1)?.at ?? 0}`);
  return keepSnapshot({
    file,
    take: (ended) => ({
      aws: aws.snapshot(),
      kubernetes: kubernetes.snapshot(),
      sites: sites.snapshot(),
      proxmox: proxmox.snapshot(),
      ended,
    }),
    version: () => [kubernetes.revision(), ...counted()].join(' '),
    clock: realClock({ keepsAlive: false }),
  });
}

async function writeKubeconfig(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${file} cannot be written (${error.code}): name another file`);
  });
}

/** @throws CommandError in one line: a port in use, a file that is no state. */
export async function simulatedWorlds(options: WorldsOptions = {}): Promise<SimulatedWorlds> {
  const clock = options.clock ?? realClock({ keepsAlive: false });
  const kubernetes = createKubernetes({ clock, users });
  const aws = createAws({ clock, ec2Times: smallImageTimes });
  const sites = createSites(clock);
  const proxmox = createProxmoxSite(clock, aws.service);
  const { state } = options;
  const known = state !== undefined && (await readState(state, { aws, kubernetes, sites, proxmox }));
  if (!known) {
    kubernetes.install(firstManifests);
    const home = aws.account(simulatedAccount);
    home.makeKey({ region, id: exampleKey, description: 'The key of the examples' });
    seedRunbooks(home, { region, elsewhere: standbyRegion, sites: exampleSites });
    await seedZone({ aws, clock, account: simulatedAccount, name: exampleZone });
  }
  // a state of an older version gets the CRDs of this one
  kubernetes.install(kinds.map((kind) => kind.crd()));
  kubernetes.install(secretManifests({ ...sites.credentials, ...proxmox.credentials }, 'default'));
  const { api, secure, cloud, authority, close } = await serveAll(kubernetes.service, aws.service, options);
  const [served, proxmoxes] = await Promise.all([serveSites(sites), serveProxmox(proxmox)]);
  const names = await serveNames(aws, options).catch(async (error: unknown) => {
    await Promise.all([close(), served.close(), proxmoxes.close()]);
    throw error;
  });
  // their certificates are others at each start
  kubernetes.install(secretManifests({ ...served.authorities, ...proxmoxes.authorities }, 'default'));
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-'));
  const kubeconfig = options.kubeconfig ?? join(folder, 'kubeconfig');
  const end = async () =>
    void (await Promise.all([
      close(),
      served.close(),
      proxmoxes.close(),
      names.close(),
      rm(folder, { recursive: true }),
    ]));
  await writeKubeconfig(kubeconfig, kubernetes.kubeconfig(secure.url, authority)).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const keeper = state === undefined ? undefined : keep(state, { aws, kubernetes, sites, proxmox });
  const { accessKeyID, secretAccessKey } = aws.account(simulatedAccount).rootKey;
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const cloudEnv = { ...credentials, AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: cloud.url };
  const words = Object.entries(cloudEnv).map(([name, value]) => `${name}=${value}`);
  return {
    connection: plainConnection({ url: api.url, token: 'admin-token' }),
    server: api.url,
    endpoint: cloud.url,
    dns: { address: names.address, port: names.port },
    credentials,
    env: { KUBECONFIG: kubeconfig, ...cloudEnv },
    kubeconfig,
    lines: [
      `export KUBECONFIG=${kubeconfig}`,
      'kubectl apply -f examples/01-backup-target.yaml',
      'kubectl get hybrid',
      `export ${words.join(' ')}`,
      'aws s3 ls',
      `dig @${names.address} -p ${names.port} ${exampleZone} NS`,
    ],
    aws,
    kubernetes,
    sites,
    proxmox,
    clock,
    dial: dialInto(aws, served.dialHost),
    carrying: (transport) => served.carrying(proxmoxes.carrying(transport)),
    async close() {
      await end();
      await keeper?.stop();
    },
  };
}
