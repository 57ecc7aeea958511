// SPDX-License-Identifier: GPL-3.0-or-later
export interface WorthWish {
  /** A node of Proxmox VE that is asked about the storage entry; another one while that is off. */
  readonly node: string;
  /** The entry in Proxmox VE that leads to the datastore. */
  readonly storage: string;
  readonly datastore: string;
  /** As whom the entry logs in: what others have saved there under the same number is of other guests. Absent: not known. */
  readonly login?: string;
  /** Empty: the datastore's root. */
  readonly namespace: string;
  /** Jobs that are to be there, and guests that each leaves out on purpose; `tag`: it is for those that have it, in small letters. */
  readonly jobs: readonly { readonly id: string; readonly exclude: readonly number[]; readonly tag?: string }[];
  /** Closed on purpose. */
  readonly maintenance?: 'read-only' | 'offline';
  readonly recoveryPointHours: number;
  /** 0: a backup need not be verified. */
  readonly verifiedWithinDays: number;
  /** The backup server's own machine: it is not saved into itself. */
  readonly self?: number;
  /** Copies that restore tests make: nobody has to save them. */
  readonly copies?: readonly number[];
  /** The server's instance as it was first met; absent: not known, or it has none. */
  readonly instanceID?: string;
  /** What is known of the bucket without asking it: by its BackupTarget, who has it of CloudWatch. */
  readonly bucket?: BucketKnown;
  /** Between two looks at rest. */
  readonly telemetryMs: number;
  /** How old a shared answer may be. */
  readonly maxAgeMs: number;
}

export interface BucketKnown {
  /** Whether old versions are kept: then a deletion frees nothing by itself. */
  readonly keepsVersions: boolean;
  /** All objects, with old versions. */
  readonly bytes?: number;
}
