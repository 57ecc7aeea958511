// SPDX-License-Identifier: GPL-3.0-or-later
/** Application load balancers in our words. */
import type { Tags } from '../../../core/owner-mark.ts';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** Hosted zone in which that name is, for aliases. */
  readonly zone: string;
  /** `provisioning`, `active`, `active_impaired`, `failed`. */
  readonly state: string;
  readonly scheme: string;
  readonly vpc: string;
  /** Sorted by id. */
  readonly subnets: readonly string[];
  /** Sorted. */
  readonly securityGroups: readonly string[];
}

/** How a target group asks whether a target is healthy. */
export interface TargetCheck {
  readonly protocol: string;
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Codes of HTTP that are healthy: `200`, `200-299`, `200,301`. */
  readonly matcher: string;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpc: string;
  readonly check: TargetCheck;
  /** ARNs of the load balancers that send to it. */
  readonly loadBalancers: readonly string[];
}

export type ListenerAction =
  | { readonly type: 'Forward'; readonly targetGroup: string }
  /** To HTTPS on 443, for ever (301), all else as it was asked for. */
  | { readonly type: 'ToHTTPS' }
  /** Anything else; compared by nobody, overwritten by whoever owns the listener. */
  | { readonly type: 'Other' };

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly protocol: string;
  readonly action: ListenerAction;
  /** ARN. */
  readonly certificate?: string;
  readonly policy?: string;
}

export interface Target {
  /** An instance's id, or an address. */
  readonly id: string;
  readonly port: number;
  /** `initial`, `healthy`, `unhealthy`, `unused`, `draining`, `unavailable`. */
  readonly state: string;
  /** AWS's words, where it is not healthy. */
  readonly why?: string;
}

export type Marked<T> = T & { readonly tags: Tags };
