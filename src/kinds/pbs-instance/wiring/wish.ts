// SPDX-License-Identifier: GPL-3.0-or-later
/** What the wiring of a Proxmox VE to a backup server shall be, in plain words. */
import type { ChangeDetection, JobNotifications, Selection } from '../../../clouds/pve/backup-jobs.ts';
import { digest } from '../../../core/digest.ts';

/** Where Proxmox VE finds the server. */
export interface ServerPlace {
  /** Without brackets or port: `192.168.0.20`. */
  readonly host: string;
  readonly port: number;
  /** SHA-256 of its certificate, 32 pairs of hex digits with colons. */
  readonly fingerprint: string;
}

/** Under what name Proxmox VE logs in there. */
export interface Account {
  /** `pve-main-0f3a@pbs` */
  readonly user: string;
  readonly token: string;
}

/** Proxmox VE's jobs know no tags: the guests that have it now are what the job names. `except`: whatever tags those have. */
export interface ByTag {
  readonly type: 'Tag';
  readonly tag: string;
  readonly except: readonly number[];
}

export interface WishedJob {
  readonly id: string;
  readonly enabled: boolean;
  /** A calendar event: `02:00`, `mon..fri 22:30`. */
  readonly schedule: string;
  readonly mode: 'snapshot' | 'suspend' | 'stop';
  readonly select: Selection | ByTag;
  /** Storage for fleecing; absent: none. */
  readonly fleecing?: string;
  /** Absent: as it is. */
  readonly changeDetection?: ChangeDetection;
  /** Absent: as they are. */
  readonly notifications?: JobNotifications;
}

export interface WiringWish {
  /** The node that is asked whether the storage is active. */
  readonly node: string;
  readonly server: ServerPlace;
  readonly datastore: string;
  /** Of the datastore: `team/a`; empty: its root. */
  readonly namespace: string;
  /** Id of the entry in Proxmox VE. */
  readonly storage: string;
  readonly account: Account;
  /** Where the token's secret is kept. */
  readonly tokenSecret: string;
  /** Absent: backups are not encrypted before they are sent. */
  readonly encryption?: { readonly secret: string };
  /** Fingerprint of the key as the status remembers it. It may stop a step, and never proves one. */
  readonly lastKey?: string;
  readonly jobs: readonly WishedJob[];
  /** Ids that a person wants taken over: a storage, a job, a user. */
  readonly adopt: readonly string[];
}

/**
 * Whoever first backs a guest up owns its group, by this name, and nobody else may add to it: so the name is the same for an object that is
 * made again, in another cluster too.
 */
export function accountOf(namespace: string, name: string): Account {
  return { user: `pve-${name.slice(0, 36)}-${digest(namespace, name).slice(0, 8)}@pbs`, token: 'pve' };
}

/** As Proxmox VE logs in, and as the server's ACL names it. */
export function tokenIDOf({ user, token }: Account): string {
  return `${user}!${token}`;
}

/** `team/a`: `team`, and `team/a`. */
export function levelsOf({ namespace }: Pick<WiringWish, 'namespace'>): readonly string[] {
  const levels = namespace.split('/');
  return namespace === '' ? [] : levels.map((_, at) => levels.slice(0, at + 1).join('/'));
}

/** The one path on which Proxmox VE may do anything. */
export function aclPathOf({ datastore, namespace }: Pick<WiringWish, 'datastore' | 'namespace'>): string {
  return `/datastore/${datastore}${namespace === '' ? '' : `/${namespace}`}`;
}
