// SPDX-License-Identifier: GPL-3.0-or-later
/** What was observed of the store: plain data, no secrets. */
import type { PruneJob, VerifyJob } from '../../../clouds/pbs/care.ts';
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import type { S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import type { TaskEnd } from '../../../clouds/proxmox/task-end.ts';
import type { Claimant } from '../../../core/claims.ts';

/** The BackupTarget. */
export type ClaimSeen =
  | { readonly is: 'NotNeeded' }
  | { readonly is: 'Missing' }
  | { readonly is: 'Leaving' }
  | { readonly is: 'Free' | 'Mine'; readonly prefix: string }
  | { readonly is: 'Taken'; readonly by: Claimant; readonly prefix: string };

/** Where the bucket is, and with which key. */
export interface PlaceSeen {
  /** Host name alone. */
  readonly host: string;
  readonly port?: number;
  readonly region: string;
  readonly bucket: string;
  readonly pathStyle: boolean;
  readonly quirks: readonly string[];
  readonly fingerprint?: string;
  readonly accessKeyID: string;
  /** Tells one secret part from another, and not what it is. */
  readonly seal: string;
  /** The Secret that it is from. */
  readonly secret: string;
}

/** One try to make the datastore, on this very server. */
export type Attempt = TaskEnd & {
  readonly startedAt: number;
  /** How the server calls itself: it writes this name into the bucket. */
  readonly host: string;
};

export interface StoreSeen {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly claim: ClaimSeen;
  /** BackupTargets that the spec named before, and that are still claimed. */
  readonly former?: readonly string[];
  /** Absent: there is no key yet. */
  readonly place?: PlaceSeen;
  /** While there is no key yet: where it will lead, by the BackupTarget's spec. */
  readonly comes?: PlaceSeen;
  /** Of that id, whoever made it. */
  readonly endpoint?: S3Endpoint;
  /** Other datastores that use that endpoint. */
  readonly endpointUsers: readonly string[];
  readonly datastore?: Datastore;
  /** While there is no datastore: tries to make it, the newest first. */
  readonly attempts: readonly Attempt[];
  /** It is being taken out of the server. */
  readonly leaving: boolean;
  /** The last task that took, or takes, it out, unless that is done. */
  readonly removal?: Attempt;
  /** It was taken out of this very server, and its mark in the bucket went with it. */
  readonly freed?: true;
  /** While its metadata are read anew: the last task that does, be it the one that made it. */
  readonly refresh?: Attempt;
  readonly prune?: PruneJob;
  readonly verify?: VerifyJob;
  /** What was noted of the datastore that this object's server has, or had: see `noteOf`. */
  readonly noted?: string;
}
