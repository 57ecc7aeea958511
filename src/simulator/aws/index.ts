// SPDX-License-Identifier: GPL-3.0-or-later
/** A world of AWS accounts behind one service: give `service` to a client as its transport, or `serve` it on a loopback port. */
import { keep, type CallLogEntry } from '../kernel/call-log.ts';
import type { SimClock } from '../kernel/clock.ts';
import { FaultRules } from '../kernel/faults.ts';
import { discloseSecret } from '../kernel/disclosure.ts';
import { randomText } from '../kernel/random.ts';
import type { SimService } from '../kernel/service.ts';
import { fromJson, toJson, type Json } from '../kernel/snapshot.ts';
import { TokenBuckets, type Rate } from '../kernel/token-bucket.ts';
import { accountView, type AwsAccount } from './account.ts';
import type { Decision, World } from './call.ts';
import { acmTimes, type AcmTimes } from './acm/times.ts';
import { balancerInDns } from './elbv2/dns.ts';
import { elbTimes, type ElbTimes } from './elbv2/times.ts';
import { ec2Times, type Ec2Times } from './ec2/times.ts';
import { answer, type Front } from './front.ts';
import { route53Handle, type Route53Handle } from './route53/handle.ts';
import { route53Times, type Route53Times } from './route53/times.ts';
import { podIdentityAgent, type PodIdentityAssociation } from './sts/pod-identity.ts';
import { issueToken, type TokenClaims } from './sts/web-identity.ts';
import { emptyState, type AwsState, type Quotas } from './state.ts';

export type { AwsAccount, BucketView, UserView } from './account.ts';
export type { Decision } from './call.ts';

type PerService = number | ((service: string) => number);

export interface AwsOptions {
  readonly clock: SimClock;
  /** How late others see a change, in milliseconds; per service. Default 0. */
  readonly lagMs?: PerService;
  /** Time that every call takes, in milliseconds; default 0. */
  readonly latencyMs?: PerService;
  /** Loopback is plain HTTP: `always` (default) takes it for TLS, `by-scheme` believes the URL. */
  readonly secureTransport?: 'always' | 'by-scheme';
  /** Identifiers and secrets follow from it; default 1. */
  readonly seed?: number;
  /** How long a deleted bucket's name answers OperationAborted; default 30 seconds. */
  readonly bucketReuseMs?: number;
  /**
   * Defaults: 10,000 buckets, 5,000 users, 1,000 roles, 2 keys a user (service quotas of S3 and IAM); per region 5 virtual private gateways,
   * 50 customer gateways, 50 VPN connections, 10 of them on one gateway, 100 static routes on one (Site-to-Site VPN User Guide, "Quotas"), 5 VPCs with 200 subnets and 200 route tables
   * of 500 routes, 2,500 security groups of 60 rules (VPC User Guide, "Amazon VPC quotas"), 5 vCPUs of standard instances (EC2 User Guide, "EC2 instance
   * quotas"), 50 load balancers and 3,000 target groups (ELB User Guide, "Quotas"), 2,500 certificates (ACM User Guide, "Quotas"); 500 hosted zones, 200
   * health checks and five requests a second of all kinds (Route 53 Developer Guide, "Quotas").
   */
  readonly quotas?: Partial<Quotas>;
  /** How long EC2 takes for what; see `ec2/times.ts` for the defaults. */
  readonly ec2Times?: Partial<Ec2Times>;
  /** How long Route 53 takes for what; see `route53/times.ts` for the defaults. */
  readonly route53Times?: Partial<Route53Times>;
  /** The same of load balancers and of certificates. */
  readonly elbTimes?: Partial<ElbTimes>;
  readonly acmTimes?: Partial<AcmTimes>;
  /** Throttles by account, service and action; undefined means never, which is the default. */
  readonly rate?: (service: string, action: string) => Rate | undefined;
}

export interface AwsWorld {
  readonly service: SimService;
  readonly faults: FaultRules;
  /** Oldest first. Empty it by `calls.length = 0`. */
  readonly calls: CallLogEntry[];
  /** Permissions that were asked for, oldest first. Empty it by `decisions.length = 0`. */
  readonly decisions: Decision[];
  /** The account, made when it is first asked for. @param id Twelve digits. */
  account(id: string): AwsAccount;
  /** A token of a cluster's service account; the issuer is whoever is named. */
  webIdentityToken(claims: TokenClaims): string;
  /** The credentials endpoint of a Pod with that association. */
  podIdentity(association: PodIdentityAssociation): SimService;
  /** Zones, records and checks of all accounts, and how healthy endpoints are. */
  readonly route53: Route53Handle;
  setLag(ms: PerService): void;
  snapshot(): Json;
  restore(snapshot: Json): void;
}

const defaultQuotas: Quotas = {
  buckets: 10_000,
  users: 5000,
  roles: 1000,
  accessKeysPerUser: 2,
  vpnGateways: 5,
  customerGateways: 50,
  vpnConnections: 50,
  vpnConnectionsPerGateway: 10,
  staticRoutesPerConnection: 100,
  // not documented: never reached unless a test says so
  mutatingVpnObjects: 1000,
  vpcs: 5,
  subnetsPerVpc: 200,
  routeTablesPerVpc: 200,
  routesPerTable: 500,
  hostedZones: 500,
  healthChecks: 200,
  route53RequestsPerSecond: 5,
  securityGroups: 2500,
  rulesPerSecurityGroup: 60,
  vcpus: 5,
  loadBalancers: 50,
  targetGroups: 3000,
  certificates: 2500,
};

export function createAws(options: AwsOptions): AwsWorld {
  const { clock } = options;
  const state: AwsState = emptyState(options.seed ?? 1);
  let lag = perService(options.lagMs ?? 0);
  const decisions: Decision[] = [];
  const world: World = {
    clock,
    decided: (decision) => keep(decisions, decision),
    state,
    secure: (incoming) => options.secureTransport !== 'by-scheme' || incoming.https,
    lag: (service) => lag(service),
    bucketReuseMs: options.bucketReuseMs ?? 30_000,
    ec2Times: { ...ec2Times, ...options.ec2Times },
    route53Times: { ...route53Times, ...options.route53Times },
    limits: new TokenBuckets(),
    probed: new Map(),
    elbTimes: { ...elbTimes, ...options.elbTimes },
    acmTimes: { ...acmTimes, ...options.acmTimes },
    aliasTargets: [({ dnsName, now }) => balancerInDns(world, dnsName, now)],
  };
  const front: Front = {
    world,
    clock,
    faults: new FaultRules(),
    calls: [],
    buckets: new TokenBuckets(),
    late: [],
    latencyMs: perService(options.latencyMs ?? 0),
    rate: options.rate ?? (() => undefined),
  };
  return {
    service: (request) => answer(front, request),
    faults: front.faults,
    calls: front.calls,
    decisions,
    account: (id) => {
      if (!state.accounts.has(id))
        open(state, { id, now: clock.now(), quotas: { ...defaultQuotas, ...options.quotas } });
      return accountView(world, id);
    },
    webIdentityToken: (claims) => issueToken(clock.now(), claims),
    podIdentity: (association) => podIdentityAgent(world, association),
    route53: route53Handle(world),
    setLag: (ms) => {
      lag = perService(ms);
    },
    snapshot: () => toJson(state),
    restore: (snapshot) => {
      Object.assign(state, fromJson(snapshot));
    },
  };
}

function perService(value: PerService): (service: string) => number {
  return typeof value === 'number' ? () => value : value;
}

function open(state: AwsState, { id, now, quotas }: { id: string; now: number; quotas: Quotas }): void {
  if (!/^\d{12}$/.test(id)) throw new TypeError(`An AWS account id has twelve digits, not "${id}".`);
  const rootKeyID = `AKIA${randomText(state.random, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  const secret = discloseSecret(
    randomText(state.random, 40, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  );
  state.credentials.set(rootKeyID, { secret, account: id });
  state.accounts.set(id, {
    id,
    rootKeyID,
    createdAt: now,
    quotas,
    users: new Map(),
    roles: new Map(),
    bucketList: new Map(),
  });
}
