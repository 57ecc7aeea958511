// SPDX-License-Identifier: GPL-3.0-or-later
/** What one region of an account holds. Values are never changed in place: every write makes a new one, so that the past stays visible. */
import type { Versioned } from '../../kernel/versioned.ts';
import type { Life } from '../ec2/life.ts';
import type { Tag } from '../tag.ts';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcID: string;
  /** In the order given. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** What its name resolves to: one address in each zone. */
  readonly addresses: readonly string[];
  readonly createdAt: number;
  readonly life: Life<'provisioning' | 'active'>;
  /** Only what somebody set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

export interface HealthCheck {
  readonly protocol: string;
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: string;
}

export interface Target {
  /** An instance's id, or an address. */
  readonly id: string;
  readonly port: number;
  readonly registeredAt: number;
  /** From when on nobody is sent there, and until when it is still shown. */
  readonly draining?: { readonly from: number; readonly until: number };
  /** What somebody said of it, whatever its instance does. */
  readonly told?: 'healthy' | 'unhealthy';
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpcID: string;
  readonly targetType: 'instance' | 'ip';
  readonly check: HealthCheck;
  readonly targets: readonly Target[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
}

export interface Redirect {
  readonly protocol: string;
  readonly port: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly statusCode: string;
}

export type Action =
  | { readonly type: 'forward'; readonly targetGroup: string }
  | { readonly type: 'redirect'; readonly redirect: Redirect };

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly action: Action;
  /** Since when its load balancer has used the target group that it forwards to. */
  readonly forwardsSince: number;
  readonly certificate?: string;
  readonly sslPolicy?: string;
  readonly tags: readonly Tag[];
}

/** All by ARN. */
export interface ElbState {
  readonly loadBalancers: Map<string, Versioned<LoadBalancer>>;
  readonly targetGroups: Map<string, Versioned<TargetGroup>>;
  readonly listeners: Map<string, Versioned<Listener>>;
  /** Until when security groups and subnets of deleted load balancers still have their network interfaces in them. */
  readonly lingering: Map<string, number>;
}
