// SPDX-License-Identifier: GPL-3.0-or-later
/** All that one Proxmox Backup Server keeps on its disk. */
import type { Access, Task } from '../state.ts';

export interface S3Endpoint {
  readonly id: string;
  /** As given, the secret among them; lists come as they came. */
  options: Record<string, string | number | boolean | readonly string[]>;
  secret: string;
}

/** Of one datastore, since the counters were last reset. */
export interface S3Counters {
  get: number;
  put: number;
  post: number;
  head: number;
  delete: number;
  uploaded: number;
  downloaded: number;
}

export interface SnapshotFile {
  readonly filename: string;
  readonly size: number;
  readonly 'crypt-mode': 'none' | 'encrypt';
  /** Digests of its chunks; none for a blob. */
  readonly chunks: readonly string[];
}

export interface Snapshot {
  readonly ns: string;
  readonly type: 'vm' | 'ct' | 'host';
  readonly id: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly owner: string;
  readonly files: readonly SnapshotFile[];
  readonly fingerprint: string | undefined;
  protected: boolean;
  comment: string;
  verification: { readonly state: 'ok' | 'failed'; readonly upid: string; readonly at: number } | undefined;
}

export interface Datastore {
  readonly name: string;
  readonly path: string;
  /** Of an S3 datastore; undefined is a directory. */
  readonly backend:
    | { readonly client: string; readonly bucket: string; readonly maxCacheSize: string | undefined }
    | undefined;
  options: Record<string, string | number | boolean | readonly string[]>;
  maintenance: string | undefined;
  maintenanceMessage?: string | undefined;
  readonly snapshots: Map<string, Snapshot>;
  readonly namespaces: Set<string>;
  /** Markers of chunks and when they were last touched. */
  readonly markers: Map<string, number>;
  counters: S3Counters;
  gcSince: number;
  gcStatus: Record<string, string | number>;
  readonly createdAt: number;
}

export interface JobRecord {
  readonly id: string;
  options: Record<string, string | number | boolean | readonly string[]>;
  since: number;
}

export interface Mount {
  readonly name: string;
  readonly path: string;
  readonly device: string;
  readonly filesystem: string;
  readonly size: number;
}

export interface PbsServer {
  readonly id: string;
  readonly hostname: string;
  /** `4.2.3` */
  version: string;
  address: string;
  /** PEM. */
  certificate: { cert: string; key: string };
  readonly instanceID: string;
  readonly installedAt: number;
  /** Undefined: it is what a guest boots. */
  standalone: { running: boolean } | undefined;
  readonly access: Access;
  readonly endpoints: Map<string, S3Endpoint>;
  readonly datastores: Map<string, Datastore>;
  readonly prune: Map<string, JobRecord>;
  readonly verify: Map<string, JobRecord>;
  readonly mounts: Mount[];
  /** Block devices but the first, in bytes. */
  readonly rootSize: number;
  /** Directories that hold a `.chunks` of a datastore that may be gone. */
  readonly chunkStores: Set<string>;
  /** Paths whose file system is full. */
  readonly full: Set<string>;
  tasks: Task[];
  /** Added to its clock. */
  skewMs: number;
}
