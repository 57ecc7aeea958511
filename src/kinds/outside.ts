// SPDX-License-Identifier: GPL-3.0-or-later
import type { Aws } from '../clouds/aws/aws.ts';
import type { Prices } from '../clouds/aws/s3/prices.ts';
import type { HaproxyCheck } from '../clouds/haproxy/installed-haproxy.ts';
import type { Opnsenses } from '../clouds/opnsense/opnsense.ts';
import type { OpenStack } from '../clouds/openstack/openstack.ts';
import type { PbsServers } from '../clouds/pbs/pbs.ts';
import type { Pves } from '../clouds/pve/pve.ts';
import type { TcpProbes } from '../clouds/tcp/tcp-probes.ts';
import type { Clock } from '../core/clock.ts';
import type { ConfigMaps, KubeObject, Objects, Secrets } from '../core/objects.ts';

export type OwnThing =
  | { readonly use: 'identity' }
  /** `externalID`: the one that the object asks for. */
  | { readonly use: 'role'; readonly arn: string; readonly externalID?: string }
  /** An address that a spec names, where no manifest leads otherwise: this machine, the cluster. */
  | { readonly use: 'endpoint'; readonly url: string }
  /** In DNS, in the spelling of `domainName`. */
  | { readonly use: 'name'; readonly name: string };

/** The message says what the administrator has to do. */
export type Permission =
  /** `externalID`: the one that has to be sent with the role; absent: the namespace's own. */
  { readonly allowed: true; readonly externalID?: string } | { readonly allowed: false; readonly message: string };

export interface VpnQuotas {
  readonly gateways: number;
  readonly customerGateways: number;
  readonly connections: number;
}

/** What every kind gets to reach the outside with; made once, at the composition root. */
export interface Outside {
  readonly aws: Aws;
  readonly opnsense: Opnsenses;
  readonly openstack: OpenStack;
  readonly pve: Pves;
  readonly pbs: PbsServers;
  /** Absent: nothing is tried. */
  readonly probes?: TcpProbes;
  readonly secrets: Secrets;
  readonly configMaps: ConfigMaps;
  /** For claims on other objects: see core/claims.ts. */
  readonly objects: Pick<Objects, 'annotate'>;
  /** Absent: HAProxy configurations are published unchecked. */
  readonly haproxy?: HaproxyCheck;
  readonly clock: Clock;
  /** Nobody can guess them: passwords and keys are made of these. */
  randomBytes(size: number): Uint8Array;
  /** What storage costs; absent: as shipped. */
  readonly prices?: Prices;
  /** UID of the kube-system namespace. */
  readonly clusterUID: string;
  /** How many buckets an account may have (AWS: 10,000 unless it was raised). */
  readonly bucketQuota?: number;
  /** How many of each a region of an account may have. */
  readonly vpnQuotas?: VpnQuotas;
  /** Path and name of the policy that bounds the users that are made with the operator's identity, in each account. */
  readonly permissionsBoundary?: string;
  /** All objects of a kind, by name of the kind, as the watch has them: whoever plans with what others do looks here. */
  siblings(kind: string): Iterable<KubeObject>;
  /** Whether objects of this namespace may use what is the operator's own: its cloud identity, or a role that it can assume. */
  permits(namespace: string, wanted: OwnThing): Permission;
  /** From now on this text is taken out of everything that is shown. */
  learnSecret(secret: string): void;
}
