// SPDX-License-Identifier: GPL-3.0-or-later
/** What operators and tests hold of an account: its root key, and a look at the truth that no lag and no permission dims. */
import { truth } from '../kernel/versioned.ts';
import { certificatesView, type CertificateView } from './acm/view.ts';
import type { World } from './call.ts';
import { machinesView, type MachinesView } from './ec2/machines.ts';
import { balancingView, tellTarget, type BalancingView, type ToldTarget } from './elbv2/view.ts';
import { ec2Of } from './ec2/entities.ts';
import { makeDevice, type NewDevice } from './ec2/device.ts';
import { makeVpc, type MadeVpc, type NewVpc } from './ec2/network.ts';
import { networkView, type NetworkView } from './ec2/view.ts';
import { terminations, type TunnelTermination } from './ec2/termination.ts';
import { tunnelHandle, type TunnelHandle } from './ec2/tunnel-handle.ts';
import { makeKey, type NewKey } from './kms/keys.ts';
import type { KmsKey } from './kms/state.ts';
import { runLifecycle } from './s3/lifecycle-run.ts';
import type { AccountState, AwsState, Quotas, User } from './state.ts';
import type { BucketSettings, BucketState, ObjectVersion } from './s3/state.ts';

export interface BucketView extends BucketSettings {
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
  readonly objectLock: boolean;
  readonly objects: readonly ObjectView[];
  readonly uploads: readonly { readonly id: string; readonly key: string; readonly at: number }[];
}

/** One version, or one delete marker, of an object; oldest first within a key. */
export interface ObjectView extends Omit<ObjectVersion, 'noncurrentSince'> {
  readonly key: string;
  readonly latest: boolean;
}

export interface KeyView {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  readonly secret: string;
}

export interface UserView {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly boundary?: string;
  /** Documents by policy name. */
  readonly policies: Readonly<Record<string, string>>;
  readonly keys: readonly KeyView[];
}

export interface AwsAccount {
  readonly id: string;
  readonly rootKey: { readonly accessKeyID: string; readonly secretAccessKey: string };
  readonly quotas: Quotas;
  /** A KMS key, with the default policy unless one is given. */
  makeKey(key: Omit<NewKey, 'account' | 'now'>): KmsKey;
  /** A VPC with subnets and route tables, there for everybody at once. */
  makeVpc(vpc: NewVpc): MadeVpc;
  /** A device at a site that brings its tunnels up by itself, whoever makes them and whenever they change. */
  makeDevice(device: NewDevice): void;
  /** One tunnel of a VPN connection, to be brought up and down. @throws {TypeError} from its methods when there is none */
  tunnel(connectionID: string, outsideIP: string): TunnelHandle;
  /** What a real daemon needs to be AWS's end, of every tunnel of the region. */
  terminations(region: string): readonly TunnelTermination[];
  /** The VPN part of EC2, without lag. */
  network(region: string): NetworkView;
  /** Instances, images, snapshots and security groups, without lag. */
  machines(region: string): MachinesView;
  /** Load balancers, target groups and listeners, without lag. */
  balancing(region: string): BalancingView;
  /** Says how a target of a load balancer is, whatever its instance does. @throws {TypeError} when there is none */
  tellTarget(told: ToldTarget): void;
  certificates(region: string): CertificateView[];
  buckets(): BucketView[];
  users(): UserView[];
}

export function accountView(world: World, id: string): AwsAccount {
  const { state } = world;
  const account = (): AccountState => state.accounts.get(id) as AccountState;
  const accessKeyID = account().rootKeyID;
  return {
    id,
    rootKey: { accessKeyID, secretAccessKey: state.credentials.get(accessKeyID)?.secret ?? '' },
    get quotas() {
      return account().quotas;
    },
    makeKey: (key) => makeKey(state, { ...key, account: id, now: world.clock.now() }),
    makeVpc: (vpc) => makeVpc(state, { account: id, now: world.clock.now() }, vpc),
    makeDevice: (device) => makeDevice(state, { account: id, now: world.clock.now() }, device),
    terminations: (region) => terminations(ec2Of(state, id, region), world.clock.now()),
    network: (region) => networkView(ec2Of(state, id, region), world.clock.now()),
    machines: (region) => machinesView(ec2Of(state, id, region), world.clock.now()),
    balancing: (region) => balancingView(world, { account: id, region }),
    tellTarget: (told) => tellTarget(world, id, told),
    certificates: (region) => certificatesView(world, { account: id, region }),
    tunnel: (connectionID, outsideIP) =>
      tunnelHandle(state, { account: id, connectionID, outsideIP }, () => world.clock.now()),
    buckets: () =>
      [...state.buckets.values()].filter((bucket) => bucket.account === id).map((bucket) => bucketView(world, bucket)),
    users: () =>
      [...account().users.values()].flatMap((slot) => truth(slot) ?? []).map((user) => userView(state, id, user)),
  };
}

function bucketView(world: World, bucket: BucketState): BucketView {
  runLifecycle(world, bucket, world.clock.now());
  const { name, region, createdAt, objectLock } = bucket;
  const objects = [...bucket.objects].flatMap(([key, versions]) =>
    versions.map((version, i) => ({ ...version, key, latest: i === versions.length - 1 })),
  );
  const uploads = [...bucket.uploads.values()].map(({ id, key, at }) => ({ id, key, at }));
  return { ...(truth(bucket.settings) as BucketSettings), name, region, createdAt, objectLock, objects, uploads };
}

function userView(state: AwsState, account: string, user: User): UserView {
  return {
    name: user.name,
    path: user.path,
    arn: `arn:aws:iam::${account}:user${user.path}${user.name}`,
    id: user.id,
    createdAt: user.createdAt,
    tags: Object.fromEntries(user.tags),
    ...(user.boundary === undefined ? {} : { boundary: user.boundary }),
    policies: Object.fromEntries(user.policies.map(({ name, document }) => [name, document])),
    keys: user.keys.map((key) => ({ ...key, secret: state.credentials.get(key.id)?.secret ?? '' })),
  };
}
