// SPDX-License-Identifier: GPL-3.0-or-later
/** The server itself: its version, its certificate, its disks. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import { count, text } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { fingerprintOf } from '../../wire/trusted-agent.ts';
import { asked } from './asked.ts';

const node = 'localhost';

const version = z.looseObject({ version: z.string(), release: text.optional() });

export interface PbsVersion {
  /** `4.2.3`. */
  readonly text: string;
  readonly parts: readonly number[];
}

/** `undefined` parts never: what is no version reads as 0. @param told `4.2` and release `3`; or `4.2.3`. */
export function pbsVersion(told: string): PbsVersion {
  return { text: told, parts: told.split('.').map((part) => Number.parseInt(part, 10) || 0) };
}

const first = [4, 1, 9];

/** 4.1.9 is the first whose S3 datastores are no preview (its changelog: "graduate the S3 datastore backend"). */
export function isSupported({ parts }: PbsVersion): boolean {
  for (const [at, least] of first.entries()) {
    const have = parts[at] ?? 0;
    if (have !== least) return have > least;
  }
  return true;
}

export async function serverVersion(pbs: ProxmoxApi): Promise<PbsVersion> {
  const { version: major, release } = await pbs.read(asked('GET', '/version'), version);
  return pbsVersion(release === undefined ? major : `${major}.${release}`);
}

const status = z.looseObject({ info: z.looseObject({ fingerprint: z.string() }) });

/** Of the certificate that the server believes to show; somebody between would show another. Needs Sys.Audit on /system/status. */
export async function fingerprintTold(pbs: ProxmoxApi): Promise<string> {
  const { info } = await pbs.read(asked('GET', '/nodes/{node}/status', [node]), status);
  return fingerprintOf(info.fingerprint) ?? info.fingerprint;
}

const time = z.looseObject({ timezone: z.string() });

/** Its schedules are in it (proxmox-time). Everybody may ask (api2/node/time.rs). */
export async function timeZoneOf(pbs: ProxmoxApi): Promise<string | undefined> {
  const found = await pbs.find(asked('GET', '/nodes/{node}/time', [node]), time);
  return found?.timezone;
}

const disks = z.array(z.looseObject({ name: z.string(), used: z.string(), size: count.optional() }));

export interface Disk {
  /** `sdb`. */
  readonly name: string;
  /** Nothing is on it, not even partitions. */
  readonly unused: boolean;
  readonly bytes: number;
}

/** Needs Sys.Audit on /system/disks. S.M.A.R.T. is not asked: that wakes disks, and takes seconds. */
export async function disksOf(pbs: ProxmoxApi): Promise<readonly Disk[]> {
  const found = await pbs.read(asked('GET', '/nodes/{node}/disks/list', [node], { skipsmart: true }), disks);
  return found.map(({ name, used, size = 0 }) => ({ name, unused: used === 'unused', bytes: size }));
}

const directories = z.array(z.looseObject({ name: z.string().optional(), path: z.string() }));

/** Disks that were made directories, by where they are mounted: `/mnt/datastore/cache`. */
export async function directoriesOf(pbs: ProxmoxApi): Promise<readonly string[]> {
  const found = await pbs.read(asked('GET', '/nodes/{node}/disks/directory', [node]), directories);
  return found.map(({ path }) => path);
}

/** Begins a task (`dircreate`): formats the disk, and mounts it at `/mnt/datastore/<name>`. Refused for a disk with anything on it. */
export function addDirectoryRequest(name: string, disk: string): Asked {
  return asked('POST', '/nodes/{node}/disks/directory', [node], { name, disk, filesystem: 'ext4' });
}

/** Everybody may change their own, logged in with it; no token may (api2/access). */
export function setPasswordRequest(user: string, password: string): Asked {
  return asked('PUT', '/access/password', [], { userid: user, password });
}
