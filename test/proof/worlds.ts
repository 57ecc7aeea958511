// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated worlds that outlive every process of the operator, and the hands of the people who work in them. */
import { createHash } from 'node:crypto';
import { kinds } from '../../src/api/kinds.ts';
import { createSites, type Sites } from '../../src/cli/simulate/sites.ts';
import { Aws } from '../../src/clouds/aws/aws.ts';
import { read, write, type Service } from '../../src/clouds/aws/request.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createAws, type AwsWorld } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { loopbackCertificate, type Certificate } from '../../src/simulator/kernel/certificate.ts';
import { createKubernetes, type KubernetesWorld } from '../../src/simulator/kubernetes/index.ts';
import { createProxmox, type ProxmoxWorld } from '../../src/simulator/proxmox/index.ts';
import type { Dial, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { S3Trouble, type SavedS3Trouble } from './s3-trouble.ts';

export const account = '123456789012';
export const region = 'ap-northeast-2';
const kubernetesHost = 'kubernetes.test';
const crds = kinds.map((kind) => kind.crd());

/** Minutes in life: each look of them is like the one before. */
const shortTimes = {
  connectionCreate: 45_000,
  connectionModify: 45_000,
  connectionDelete: 30_000,
  boot: 20_000,
  imageCreate: 30_000,
  imageCopy: 30_000,
};
const balancerTimes = { provisioning: 45_000 };
const certificateTimes = { validation: 30_000 };
/** Where the site's DHCP gives its first address, DNS leads the server's name. */
const names = { 'pbs-main.example.com': '192.168.0.100' };
const shortInstallation = { install: 45_000, boot: 20_000 };

export interface Worlds {
  readonly clock: VirtualClock;
  readonly aws: AwsWorld;
  readonly kube: KubernetesWorld;
  /** What a site may have: a firewall, a router of a cloud. */
  readonly sites: Sites;
  /** Proxmox VE, and the backup servers beside and in it; they keep their backups in `aws`. */
  readonly proxmox: ProxmoxWorld;
  /** On the way from the backup servers to S3. */
  readonly s3: S3Trouble;
  /** Straight to the worlds, past every fault. */
  readonly transport: Transport;
  /**
   * What is generated from now on follows from this text, not from how many calls there were: two runs that made the same things hold the
   * same access keys, whatever else they asked.
   */
  generate(from: string): void;
  readonly origin: string;
}

/** Everything the worlds remember, to begin many runs at the same point. */
export interface Saved {
  readonly now: number;
  /** What is generated in the worlds that begin here has to do with nothing that was generated before. */
  readonly origin: string;
  /** Of the clock that never jumps; what is remembered with it is to go on. */
  readonly monotonic: number;
  readonly aws: unknown;
  readonly kube: object;
  readonly sites: ReturnType<Sites['snapshot']>;
  readonly proxmox: ReturnType<ProxmoxWorld['snapshot']>;
  readonly s3: SavedS3Trouble;
}

/** Each server has its own, the same in every run: keys are not made again and again, and runs that are the same look the same. */
const certificates = new Map<string, Certificate>();

function certificateOf(server: string, now: number): Certificate {
  const known = certificates.get(server) ?? loopbackCertificate(now);
  certificates.set(server, known);
  return known;
}

const isProxmox = ({ port }: URL) => port === '8006' || port === '8007';

export function isKubernetes(request: HttpRequest): boolean {
  return request.url.hostname === kubernetesHost;
}

export async function makeWorlds(lagMs: number, from?: Saved): Promise<Worlds> {
  const clock = from ? new VirtualClock(from.now - from.monotonic) : new VirtualClock();
  if (from) await clock.advance(from.monotonic);
  const aws = createAws({
    clock,
    lagMs,
    ec2Times: shortTimes,
    elbTimes: balancerTimes,
    acmTimes: certificateTimes,
  });
  const kube = createKubernetes({ clock });
  const sites = createSites(clock);
  const s3 = new S3Trouble(clock, aws.service, from?.s3);
  const proxmox = createProxmox({
    clock,
    s3: s3.service,
    certificate: certificateOf,
    times: shortInstallation,
    names,
  });
  if (from) {
    aws.restore(from.aws as ReturnType<AwsWorld['snapshot']>);
    kube.restore(from.kube);
    sites.restore(from.sites);
    proxmox.restore(from.proxmox);
  } else {
    kube.install(crds);
  }
  const home = aws.account(account);
  // a look takes no time here, so that no rate can be kept: that is tested elsewhere
  if (!from) home.quotas.route53RequestsPerSecond = 1000;
  // scenarios encrypt with it
  if (!from) home.makeKey({ region, id: '1234abcd-12ab-34cd-56ef-1234567890ab' });
  const transport: Transport = (request): Promise<HttpResponse> => {
    const site = sites.services.get(request.url.host);
    if (site) return site(request);
    if (isProxmox(request.url)) return proxmox.service(request);
    return isKubernetes(request) ? kube.service(request) : aws.service(request);
  };
  const origin = from?.origin ?? 'before';
  const generate = (text: string) => {
    const random = { seed: createHash('sha256').update(`${origin} ${text}`).digest().readUInt32LE() };
    aws.restore({ random });
    proxmox.restore({ random });
  };
  return { clock, aws, kube, sites, proxmox, s3, transport, generate, origin };
}

export function save({ clock, aws, kube, sites, proxmox, s3, origin }: Worlds): Saved {
  return {
    now: clock.now(),
    monotonic: clock.monotonic(),
    origin,
    aws: aws.snapshot(),
    kube: kube.snapshot(),
    sites: sites.snapshot(),
    proxmox: proxmox.snapshot(),
    s3: s3.save(),
  };
}

export function kubeConnection(): ReturnType<typeof plainConnection> {
  return plainConnection({ url: `https://${kubernetesHost}`, token: 'admin-token' });
}

/** What people do: with their own credentials, past the operator, never disturbed. */
export interface Hands {
  readonly kube: KubeClient;
  see<Output>(service: Service, action: string, input: object): Promise<Output>;
  do<Output>(service: Service, action: string, input: object): Promise<Output>;
}

/** @param at The region of what is no service of the whole account. */
export function handsIn(worlds: Worlds, at: string = region): Hands {
  const { clock, transport, aws } = worlds;
  const wire = createWire({ transport, clock, fence: unfenced });
  const { rootKey } = aws.account(account);
  const session = new Aws({ wire, clock }).bare({ region: at, account, credentials: rootKey });
  return {
    kube: createKubeClient({ connection: kubeConnection(), wire }),
    see: (service, action, input) => session.send(read(service, action, input as Record<string, unknown>)),
    do: (service, action, input) => session.send(write(service, action, input as Record<string, unknown>)),
  };
}

/** Hosts of the VPC answer at once: one that is silent at first would be tried again in the middle of a rest. */
export const dial: Dial = () => Promise.resolve('accepted');
