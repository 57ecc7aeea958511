// SPDX-License-Identifier: GPL-3.0-or-later
/** What was observed of the wiring. Plain data; no secret is in it. */
import type { KeyFile } from '../../../clouds/pbs/encryption-key.ts';
import type { Grant } from '../../../clouds/pbs/access.ts';
import type { OwnedGroup } from '../../../clouds/pbs/groups.ts';
import type { KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Owner, Ownership } from '../../../core/owner-mark.ts';

export interface OnServer {
  readonly namespaces: readonly string[];
  readonly user?: { readonly enabled: boolean; readonly comment: string; readonly ownership: Ownership };
  /** Names of the user's tokens. */
  readonly tokens: readonly string[];
  /** Of the user and of our token, wherever. */
  readonly grants: readonly Grant[];
}

export type TokenKept =
  | { readonly found: 'absent' }
  | { readonly found: 'foreign' }
  | {
      readonly found: 'ours';
      /** The server takes it. */
      readonly works: boolean;
      /** Proxmox VE was given this very secret for this storage, at that time (milliseconds since the epoch). */
      readonly sentAt?: number;
      /** This object has led the storage to a server of its own before. */
      readonly madeStorage?: true;
    };

export type Tagged =
  | { readonly unreadable: true }
  | {
      readonly unreadable: false;
      readonly guests: readonly { readonly tag: string; readonly ids: readonly number[] }[];
    };

export type KeyKept =
  | { readonly found: 'absent' }
  | { readonly found: 'here'; readonly file: KeyFile }
  /** In this Secret no key is safe: it is written, or goes, with what it belongs to. */
  | { readonly found: 'unsafe'; readonly owner: string };

/** What there is of it without the server: what one that is made again finds. */
export type Beside = Pick<WiringSeen, 'token' | 'key' | 'storage' | 'jobs' | 'fleecing' | 'tagged'>;

export interface WiringSeen {
  readonly now: number;
  readonly owner: Owner;
  /** Absent: the server is not there any more, and was not asked. */
  readonly server?: OnServer;
  readonly token: TokenKept;
  /** Absent: none is wanted. */
  readonly key?: KeyKept;
  /** That of the wanted id, whoever's. */
  readonly storage?: StorageEntry;
  readonly active: boolean;
  /** Backups of whom the entry still logs in as; only while it is being taken over. */
  readonly others?: readonly OwnedGroup[];
  /** Others that log in under our token's name, on whatever server. */
  readonly left: readonly StorageEntry[];
  /** All of the cluster. */
  readonly jobs: readonly KnownJob[];
  /** Storages that jobs shall fleece on, by id; `undefined`: not there. Absent: no job shall. */
  readonly fleecing?: Readonly<Record<string, Pick<StorageEntry, 'content' | 'disabled'> | undefined>>;
  /** Who has the tags that jobs select by. Absent: no job does, or nobody could look; `unreadable`: the token may not see all guests. */
  readonly tagged?: Tagged;
}
