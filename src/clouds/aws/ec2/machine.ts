// SPDX-License-Identifier: GPL-3.0-or-later
/** Instances, and what they are made of and stand in, in our words. */
import type { Tags } from '../../../core/owner-mark.ts';

/** One TCP port for one source: what is opened for a site. */
export interface Opening {
  readonly port: number;
  readonly from: { readonly cidr: string } | { readonly group: string };
}

/** Whatever else lets something in, as only people write it. */
export interface WideRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all of them. */
  readonly protocol: string;
  /** Of ICMP type and code. Absent: all. */
  readonly ports?: { readonly from: number; readonly to: number };
  readonly from:
    | { readonly cidr: string }
    | { readonly cidr6: string }
    | { readonly prefixList: string }
    /** `account`: the group's, where it is another. */
    | { readonly group: string; readonly account?: string };
}

export type Rule = Opening | WideRule;

export interface SecurityGroup {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  readonly name: string;
  readonly vpc: string;
  /** All that it lets in. */
  readonly openings: readonly Rule[];
  readonly tags: Tags;
}

export interface Subnet {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
}

export interface Instance {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`. */
  readonly state: string;
  readonly image: string;
  readonly type: string;
  readonly tags: Tags;
}

export interface Image {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  readonly name: string;
  /** `pending`, `available`, `failed`, …; what is deregistered is not found. */
  readonly state: string;
  readonly createdAt: string;
  readonly tags: Tags;
}

/** Goes with its instance. */
export interface Volume {
  readonly id: string;
  readonly tags: Tags;
}

export interface Snapshot {
  readonly id: string;
  readonly tags: Tags;
}
