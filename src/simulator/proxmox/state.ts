// SPDX-License-Identifier: GPL-3.0-or-later
/** What a PVE keeps, and the records that both products have. Times are milliseconds since the epoch. */

export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  /** `user@realm` or `user@realm!token`. */
  readonly authid: string;
  readonly pid: number;
  readonly pstart: number;
  readonly startedAt: number;
  /** When its effect comes, and it ends. */
  dueAt: number;
  endedAt?: number;
  /** `OK`, `WARNINGS: n` or what went wrong. */
  exit?: string;
  readonly log: string[];
  /** What it does, by the name that the product gives it. */
  readonly effect: Effect;
  /** Told by whoever writes the story. */
  ending?: TaskEnding;
}

export interface Effect {
  readonly kind: string;
  readonly with: Readonly<Record<string, string | number | boolean>>;
}

export interface TokenRecord {
  readonly id: string;
  secret: string;
  privsep: boolean;
  expire: number;
  comment: string;
}

export interface UserRecord {
  readonly id: string;
  password: string | undefined;
  enabled: boolean;
  expire: number;
  comment: string;
  readonly tokens: Map<string, TokenRecord>;
}

export interface AclEntry {
  readonly path: string;
  /** A user, or a token with its `!`. */
  readonly who: string;
  readonly role: string;
  readonly propagate: boolean;
}

export interface Access {
  readonly users: Map<string, UserRecord>;
  /** Privileges of roles that are not built in. */
  readonly roles: Map<string, readonly string[]>;
  acl: AclEntry[];
  readonly tickets: Map<string, { readonly user: string; readonly csrf: string; readonly at: number }>;
}

/** Where a machine is between being switched on and answering. */
export type Phase =
  | { readonly is: 'off' }
  /** For ever: nothing to boot, the installer's menu, an answer that is missing or wrong. */
  | { readonly is: 'waiting'; readonly why: string }
  | { readonly is: 'installing'; readonly until: number }
  | { readonly is: 'booting'; readonly until: number }
  | { readonly is: 'up'; readonly since: number };

export interface Guest {
  readonly vmid: number;
  node: string;
  readonly kind: 'qemu' | 'lxc';
  /** As it is written in the file: all text. */
  config: Record<string, string>;
  /** Changes that a running guest takes at its next start; null deletes. */
  pending: Record<string, string | null>;
  running: boolean;
  startedAt: number;
  pool: string;
  phase: Phase;
  readonly createdAt: number;
  /** What becomes of its coming backups: told by whoever writes the story. */
  fate: { readonly backups: 'fail' | 'empty' | 'corrupt' | 'warn'; readonly times: number } | undefined;
}

export interface Volume {
  readonly volid: string;
  readonly storage: string;
  /** Empty: it belongs to no guest. */
  readonly vmid: number | undefined;
  readonly content: 'images' | 'iso' | 'import';
  size: number;
  readonly ctime: number;
  bytes: Uint8Array | undefined;
  /** The server that is installed on it. */
  server: string | undefined;
  /** An installation did not come to its end: there are partitions, and nothing that boots. */
  cutOff?: boolean;
}

export interface StorageRecord {
  readonly id: string;
  readonly type: string;
  /** As it was given, secrets left out. */
  readonly options: Record<string, string>;
  /** Bytes; of what PVE keeps itself. */
  readonly total: number;
}

export interface StorageSecrets {
  password?: string;
  encryptionKey?: string;
  masterPubkey?: string;
}

export interface BackupJob {
  readonly id: string;
  options: Record<string, string>;
  /** When it was made or last ran: the next run is after it. */
  since: number;
}

export interface Broadcast {
  readonly at: number;
  readonly guests: ReadonlyMap<number, { readonly running: boolean; readonly name: string; readonly uptime: number }>;
}

export interface PveState {
  readonly nodes: Map<string, { readonly bootedAt: number; online: boolean }>;
  readonly access: Access;
  readonly guests: Map<number, Guest>;
  readonly volumes: Map<string, Volume>;
  /** Uploaded to /var/tmp, by the volume that it becomes. */
  readonly arriving: Map<string, Uint8Array>;
  readonly storages: Map<string, StorageRecord>;
  /** `/etc/pve/priv/storage`: outlives the entries in some cases. */
  readonly secrets: Map<string, StorageSecrets>;
  readonly pools: Map<string, string>;
  readonly jobs: Map<string, BackupJob>;
  tasks: Task[];
  broadcast: Broadcast | undefined;
  /** pvescheduler.service was stopped: no job begins. */
  schedulerStopped?: boolean;
  /** PEM. */
  certificate: { cert: string; key: string };
  /** PEM: /etc/pve/pve-root-ca.pem, the cluster's own. */
  authority: string;
}

/** What the coming tasks of a type come to, told by whoever writes the story. */
export interface TaskFate {
  readonly product: 'pve' | 'pbs';
  readonly type: string;
  readonly exit: string;
  times: number;
}

/** What one task comes to that runs already. */
export interface TaskEnding {
  readonly exit: string;
  /** It does all the same what it was begun for: a node that goes down right after. */
  readonly afterEffect: boolean;
}
