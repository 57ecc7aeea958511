// SPDX-License-Identifier: GPL-3.0-or-later
/** Everything the world remembers, as plain data. Times are milliseconds since the epoch. */
import type { RandomState } from '../kernel/random.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { Ec2State } from './ec2/state.ts';
import type { AcmState } from './acm/state.ts';
import type { ElbState } from './elbv2/state.ts';
import type { KmsKey } from './kms/state.ts';
import { emptyRoute53, type Route53State } from './route53/state.ts';
import type { BucketListing, BucketState } from './s3/state.ts';
import type { Tag } from './tag.ts';

export interface AccessKey {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
}

export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/** Never changed in place: every write makes a new one, so that the past stays visible. */
export interface User {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
  readonly policies: readonly InlinePolicy[];
  readonly keys: readonly AccessKey[];
  /** ARN of the policy that bounds what the user's own policies can give. */
  readonly boundary?: string;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly document: string;
}

export interface Role {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  readonly trust: string;
  readonly tags: readonly Tag[];
  readonly policies: readonly InlinePolicy[];
}

export interface Quotas {
  buckets: number;
  users: number;
  roles: number;
  accessKeysPerUser: number;
  /** Of EC2, per region. */
  vpnGateways: number;
  customerGateways: number;
  vpnConnections: number;
  vpnConnectionsPerGateway: number;
  staticRoutesPerConnection: number;
  /** VPN connections, gateways and attachments that are on their way from one state to another. */
  mutatingVpnObjects: number;
  vpcs: number;
  subnetsPerVpc: number;
  routeTablesPerVpc: number;
  /** Own routes, the local one too; propagated ones do not count. */
  routesPerTable: number;
  /** Of Route 53. */
  hostedZones: number;
  healthChecks: number;
  route53RequestsPerSecond: number;
  securityGroups: number;
  rulesPerSecurityGroup: number;
  /** Of running on-demand standard instances. */
  vcpus: number;
  loadBalancers: number;
  targetGroups: number;
  certificates: number;
}

export interface AccountState {
  readonly id: string;
  readonly rootKeyID: string;
  readonly createdAt: number;
  quotas: Quotas;
  /** By lower-case name: IAM names are unique without regard to case. */
  users: Map<string, Versioned<User>>;
  roles: Map<string, Versioned<Role>>;
  /** By ARN. */
  managedPolicies?: Map<string, ManagedPolicy>;
  /** Audiences by the provider's ARN. */
  oidcProviders?: Map<string, readonly string[]>;
  /** What ListBuckets knows. */
  bucketList: Map<string, Versioned<BucketListing>>;
}

/** An access key's secret outlives the key, so that requests still on their way can be judged. */
export interface Credential {
  readonly secret: string;
  readonly account: string;
  /** Lower-case user name; absent for the root of the account. */
  readonly user?: string;
  readonly session?: Session;
}

export interface Session {
  readonly token: string;
  readonly role: string;
  readonly roleID: string;
  readonly name: string;
  readonly expiresAt: number;
  readonly policy: string | undefined;
}

export interface KeyUse {
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export interface AwsState {
  random: RandomState;
  accounts: Map<string, AccountState>;
  credentials: Map<string, Credential>;
  lastUsed: Map<string, KeyUse>;
  buckets: Map<string, BucketState>;
  /** By ARN; made when first needed. */
  kmsKeys?: Map<string, KmsKey>;
  /** By `account/region`. */
  ec2: Map<string, Ec2State>;
  route53: Route53State;
  /** By `account/region`; made when first needed, as the next one. */
  elb?: Map<string, ElbState>;
  acm?: Map<string, AcmState>;
  /** Names of deleted buckets, and until when they are not free again. */
  reserved: Map<string, number>;
}

export function emptyState(seed: number): AwsState {
  return {
    random: { seed },
    accounts: new Map(),
    credentials: new Map(),
    lastUsed: new Map(),
    buckets: new Map(),
    ec2: new Map(),
    route53: emptyRoute53(),
    reserved: new Map(),
  };
}
