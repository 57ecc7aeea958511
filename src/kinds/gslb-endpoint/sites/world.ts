// SPDX-License-Identifier: GPL-3.0-or-later
import type { Listener, LoadBalancer, Marked, Target, TargetGroup } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { Image, Instance, SecurityGroup, Snapshot } from '../../../clouds/aws/ec2/machine.ts';
import type { Owner, Tags } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';

/** Where a site stands: or what a person has to do so that it can. */
export type SitePlace =
  | { readonly found: 'here'; readonly vpc: string; readonly subnets: readonly string[] }
  | { readonly found: 'none'; readonly hold: Hold };

export interface Attached {
  /** Of a listener the ARN. */
  readonly id: string;
  readonly of: 'Machine' | 'Balancing';
  readonly tags: Tags;
}

/** What there is of one site. Things of ours bear the tag of their site. */
export interface SiteFound {
  readonly site: string;
  readonly region: string;
  readonly place: SitePlace;
  /** Newest published image for the type of the instance. */
  readonly baseImage?: string;
  /** Ours, and whosever of the wanted names. */
  readonly groups: readonly SecurityGroup[];
  /** Ours. */
  readonly instances: readonly Instance[];
  readonly images: readonly Image[];
  readonly snapshots: readonly Snapshot[];
  /** Of the wanted names, whosever. */
  readonly balancer?: Marked<LoadBalancer>;
  readonly targetGroup?: Marked<TargetGroup>;
  readonly listeners: readonly Listener[];
  /** Listeners and volumes with a mark of ours. Looked at only when all of it stays: else they go with what they are of. */
  readonly attached?: readonly Attached[];
  readonly targets: readonly Target[];
}

/** The part of what is observed that sites are about. */
export interface SitesWorld {
  readonly now: number;
  readonly owner: Owner;
  /** Those of the spec, and those that the status remembers. */
  readonly sites: readonly SiteFound[];
}

export const siteTag = 'hybridcloud.dev/site';
/** Digest of what an instance was started with, or an image was made of. */
export const configurationTag = 'hybridcloud.dev/configuration';

export function isOf({ tags }: { readonly tags: Tags }, configuration: string): boolean {
  return tags[configurationTag] === configuration;
}

/** Started, or about to be. */
export function isUp({ state }: Instance): boolean {
  return state === 'pending' || state === 'running';
}

/** Somebody is answered by an instance of it. */
export function serves({ instances, targets }: Pick<SiteFound, 'instances' | 'targets'>): boolean {
  return instances.some((one) => isUp(one) && targets.some(({ id, state }) => id === one.id && state === 'healthy'));
}
