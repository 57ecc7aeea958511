// SPDX-License-Identifier: GPL-3.0-or-later
/** What was observed of the server: plain data, no secrets. */
import type { Disk, PbsVersion } from '../../../clouds/pbs/node.ts';
import type { TaskEnd } from '../../../clouds/proxmox/task-end.ts';
import type { Right } from './rights.ts';

/** The Secret: fingerprints and names only. `foreign`: made by somebody else under the name of ours. */
export type KeptSecret =
  | { readonly found: 'absent' }
  | { readonly found: 'foreign' }
  | {
      readonly found: 'ours';
      /** SMBIOS UUID of the VM that it is about. */
      readonly vm: string;
      readonly fingerprints: readonly string[];
      /** `user@realm!name`; absent: its place is reserved, and nothing is in it. */
      readonly tokenID?: string;
    };

export interface CacheDisk {
  /** Where disks are mounted that were made directories. */
  readonly mounted: readonly string[];
  readonly disks: readonly Disk[];
  /** The last task that made a directory of one. */
  readonly making?: TaskEnd & { readonly startedAt: number };
}

/** What the token sees. */
export interface Inside {
  readonly tokenID: string;
  readonly version: PbsVersion;
  /** Which certificate the server says it shows; absent where the token may not ask. */
  readonly fingerprint?: string;
  readonly lacking: readonly Right[];
  /** Where a cache disk is wanted, and the token may look. */
  readonly cache?: CacheDisk;
}

export interface ServerSeen {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Of a server that we made. */
  readonly secret: KeptSecret;
  /** The certificate that is shown, while nobody is let in and the installation's password is still kept. */
  readonly shown?: string;
  /** The password that the installation gave root is kept. It is what proves, and bounds, the time of first contact. */
  readonly rootKept: boolean;
  /**
   * `Rejected`: there is a token, and the server does not take it. `otherCertificate`: its fingerprint, shown instead of the pinned
   * one; nothing was sent. Absent: there is no token yet.
   */
  readonly inside?: Inside | 'Rejected' | { readonly otherCertificate: string };
}

/** `undefined`: nobody was let in. */
export function insideOf({ inside }: ServerSeen): Inside | undefined {
  return typeof inside === 'object' && 'tokenID' in inside ? inside : undefined;
}
