// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wanted of the store, in this part's own words. */
import type { Keep } from '../../../clouds/pbs/care.ts';
import type { S3Alerts } from '../../../clouds/pbs/datastores.ts';
import type { S3Rates } from '../../../clouds/pbs/s3-endpoints.ts';

export type S3Wish =
  /** Bucket, key and address are those of a BackupTarget in the object's namespace. */
  | { readonly type: 'BackupTarget'; readonly id: string; readonly name: string }
  | {
      readonly type: 'Given';
      readonly id: string;
      /** Host name or address alone. */
      readonly host: string;
      readonly port?: number;
      /** Absent: us-west-1, as the server has it. */
      readonly region?: string;
      readonly bucket: string;
      readonly pathStyle: boolean;
      /** In the server's words: `skip-if-none-match-header`, `delete-objects-via-delete-object`. */
      readonly quirks: readonly string[];
      readonly fingerprint?: string;
      /** Secret with `accessKeyID` and `secretAccessKey`. */
      readonly secret: string;
    };

export interface StoreWish {
  /** For messages. */
  readonly url: string;
  /** Of the object; it is in the comment of what it makes. */
  readonly uid: string;
  readonly s3: S3Wish;
  /** Of the endpoint; absent: as they are. */
  readonly rates?: S3Rates;
  readonly putRateLimit?: number;
  readonly datastore: {
    readonly name: string;
    /** Folder of the cache. */
    readonly path: string;
    readonly gcSchedule: string;
    readonly verifyNew: boolean;
  };
  /** Absent: as they are. */
  readonly alerts?: S3Alerts;
  /** Closed on purpose; absent: open, but for what others have closed. */
  readonly maintenance?: 'read-only' | 'offline';
  /** How much of the bucket may be kept on the server's disk. `fixed`: a user said so; else it is for a datastore that is made. */
  readonly cache?: { readonly bytes: number; readonly fixed: boolean };
  readonly prune: { readonly schedule: string; readonly keep: Keep };
  readonly verify: { readonly schedule: string; readonly outdatedAfterDays: number };
  /** A Secret of ours that outlives the server: it is noted there which datastore it had. Absent with an existing server. */
  readonly record?: string;
  /** Name of a datastore of somebody else's that shall be taken over. */
  readonly adopt?: string;
  /** Uid of the object that has claimed the BackupTarget, or name of the host that has the bucket in use: to be replaced. */
  readonly takeOver?: string;
  /** What leads there goes: no key is needed for that. */
  readonly leaving?: true;
}
