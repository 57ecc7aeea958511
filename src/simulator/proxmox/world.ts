// SPDX-License-Identifier: GPL-3.0-or-later
import type { SimClock } from '../kernel/clock.ts';
import type { Certificate } from '../kernel/certificate.ts';
import type { SimService } from '../kernel/service.ts';
import type { ProxmoxState } from './proxmox-state.ts';

/** How long what takes, in milliseconds of the world's clock. */
export interface Times {
  readonly createVm: number;
  readonly startVm: number;
  readonly stopVm: number;
  readonly shutdownVm: number;
  readonly deleteVm: number;
  readonly updateVm: number;
  /** Of one guest, whatever its size. */
  readonly restoreVm: number;
  readonly download: number;
  /** The unattended installation: 3 to 10 minutes in life. */
  readonly install: number;
  readonly boot: number;
  /** Of one guest. */
  readonly backup: number;
  readonly createDatastore: number;
  readonly deleteDatastore: number;
  readonly s3Refresh: number;
  readonly garbageCollection: number;
  readonly prune: number;
  readonly verify: number;
  readonly formatDisk: number;
  /** Between two broadcasts of pvestatd. */
  readonly broadcast: number;
}

const s = 1000;

export const defaultTimes: Times = {
  createVm: 3 * s,
  startVm: 2 * s,
  stopVm: s,
  shutdownVm: 15 * s,
  deleteVm: 2 * s,
  updateVm: s,
  restoreVm: 90 * s,
  download: 60 * s,
  install: 300 * s,
  boot: 60 * s,
  backup: 60 * s,
  createDatastore: 10 * s,
  deleteDatastore: 5 * s,
  s3Refresh: 10 * s,
  garbageCollection: 30 * s,
  prune: 2 * s,
  verify: 60 * s,
  formatDisk: 5 * s,
  broadcast: 10 * s,
};

/** 8.2 by the contract of 8.4: the newest that is too old for everybody. */
export type PveVersion = '8.2' | '8.4' | '9.0' | '9.2';

/** One request of a simulated PBS to its S3, as it went out. */
export interface S3Request {
  readonly at: number;
  readonly server: string;
  /** Empty while no datastore exists: `check`, `list-buckets`. */
  readonly store: string;
  readonly operation: string;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly status: number;
}

export interface World {
  readonly clock: SimClock;
  readonly state: ProxmoxState;
  readonly times: Times;
  /** Until somebody upgrades it. */
  version: PveVersion;
  /** What a host and port are: `192.168.0.10:8006`. */
  readonly pveHost: string;
  /** 401 comes 3 s late and PBS's 403 half a second, as in life. */
  readonly delays: boolean;
  readonly s3: SimService | undefined;
  /** Of S3 at a host, where no public authority signed its certificate. */
  readonly s3Certificate: (host: string) => string | undefined;
  readonly s3Requests: S3Request[];
  /** What a URL brings; undefined is 404. */
  readonly download: (url: string) => Uint8Array | undefined;
  readonly certificate: (server: string, now: number) => Certificate;
}
