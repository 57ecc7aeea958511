// SPDX-License-Identifier: GPL-3.0-or-later
/** What can be done about the wiring. Secrets are named, never held. */
import type { Grant } from '../../../clouds/pbs/access.ts';
import type { GroupPlace, OwnedGroup } from '../../../clouds/pbs/groups.ts';
import type { BackupJob, KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { StorageChange } from '../../../clouds/pve/storage-entries.ts';
import type { Step } from '../../../core/step.ts';
import type { Account, ServerPlace } from './wish.ts';

interface OfWiring extends Step {
  readonly part: 'wiring';
}

/** What of an entry can be changed, and is no secret. */
export type StorageSettings = Omit<StorageChange, 'password' | 'encryption-key'>;

/** Where the entry has to lead, on a fresh look, for anything to be done about it. */
export interface Leading {
  readonly leads: { readonly server: string; readonly datastore: string };
}

interface WithToken {
  readonly account: Account;
  /** Secret that holds the token. */
  readonly tokenSecret: string;
}

export type WiringStep = OfWiring &
  (
    | { readonly do: 'AddBackupNamespace'; readonly datastore: string; readonly namespace: string }
    | { readonly do: 'AddBackupUser'; readonly user: string; readonly comment: string }
    /** Enabled again, or taken over. */
    | { readonly do: 'ChangeBackupUser'; readonly user: string; readonly comment: string }
    /** Its secret is shown once, and kept in the same breath; `renew`: the token is there, and its secret is lost. */
    | ({ readonly do: 'MakeBackupToken'; readonly renew: boolean; readonly path: string } & WithToken)
    | { readonly do: 'GrantBackup'; readonly grant: Grant }
    /** What was backed up by whom the storage entry is taken over from; else every backup of the guest would be refused. */
    | { readonly do: 'ChangeBackupOwner'; readonly at: GroupPlace; readonly group: OwnedGroup; readonly owner: string }
    | { readonly do: 'RevokeGrant'; readonly grant: Grant }
    | { readonly do: 'MakeEncryptionKey'; readonly keySecret: string }
    | ({
        readonly do: 'AddStorage';
        readonly storage: string;
        readonly server: ServerPlace;
        readonly datastore: string;
        readonly namespace: string;
        readonly keySecret?: string;
        /** Fingerprint of the key; whoever approves approves this one. */
        readonly key?: string;
      } & WithToken)
    /** `username`: as whom it logs in once it is done. */
    | {
        readonly do: 'ChangeStorage';
        readonly storage: string;
        readonly username: string;
        readonly set: StorageSettings;
      }
    | ({ readonly do: 'SendBackupToken'; readonly storage: string } & WithToken & Leading)
    /** `was`: as Proxmox VE shows the key that it has; absent: it has none. */
    | {
        readonly do: 'SendEncryptionKey';
        readonly storage: string;
        readonly keySecret: string;
        readonly key: string;
        readonly was?: string;
      }
    /** `key`: as Proxmox VE shows the key that goes with it, and that the Secret has to hold. */
    | ({
        readonly do: 'RemoveStorage';
        readonly storage: string;
        readonly username: string;
        readonly key?: string;
        readonly keySecret?: string;
      } & Leading)
    | { readonly do: 'AddBackupJob'; readonly job: BackupJob }
    /** `was`: without its next run, so that a plan stays the same from one night to the next. */
    | { readonly do: 'ChangeBackupJob'; readonly job: BackupJob; readonly was: Omit<KnownJob, 'nextRun'> }
    | { readonly do: 'RemoveBackupJob'; readonly job: string }
    | { readonly do: 'RemoveBackupToken'; readonly account: Account }
    | { readonly do: 'RemoveBackupUser'; readonly user: string }
    | { readonly do: 'RemoveTokenSecret'; readonly tokenSecret: string }
  );
