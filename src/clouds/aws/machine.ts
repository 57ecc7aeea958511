// SPDX-License-Identifier: GPL-3.0-or-later
/** Instances, and what they are made of and stand in, in our words. */
import type { Tags } from '../../core/owner-mark.ts';

/** One TCP port for one source. */
export interface Opening {
  readonly port: number;
  readonly from: { readonly cidr: string } | { readonly group: string };
}

export interface SecurityGroup {
  readonly id: string;
  /** Made a moment ago: AWS does not show it yet. */
  readonly hidden?: true;
  readonly name: string;
  readonly vpc: string;
  /** Those that are of one TCP port; `others` says whether there are more. */
  readonly openings: readonly Opening[];
  readonly others: boolean;
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

export interface Snapshot {
  readonly id: string;
  readonly tags: Tags;
}
