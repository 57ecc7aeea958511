// SPDX-License-Identifier: GPL-3.0-or-later
/** Whose a datastore is, and which key its endpoint was last given, both in its comment: the server shows no secret part of a key. Pure. */
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import type { Attempt } from './seen.ts';

export interface Marked {
  readonly owner: string;
  readonly seal: string;
}

export function commentOf({ owner, seal }: Marked): string {
  return `kept by hybrid-cloud-operator, owner=${owner} key=${seal}`;
}

export function markIn({ comment }: Pick<Datastore, 'comment'>): Marked | undefined {
  const [, owner, seal] = /\bowner=(\([^()]*\)|\S+) key=(\S+)/.exec(comment) ?? [];
  return owner !== undefined && seal !== undefined ? { owner, seal } : undefined;
}

/** Which maintenance was begun by whom, in its message: 64 characters are all that one has. */
export function maintenanceMark(owner: string): string {
  return `hybrid-cloud-operator:${owner}`.slice(0, 64);
}

/** What is written down of a datastore in use: its bucket, its name, and how its server calls itself there. */
export function noteOf(bucket: string, name: string): string {
  return `${bucket}/${name}`;
}

/** Who has the bucket in use, by the words of the task that found out (proxmox-backup, api2/config/datastore.rs). */
export function hostInUse(message: string): string | undefined {
  return /already contains datastore in use by host (<[^<>]*>|\S+)/.exec(message)?.[1];
}

/** A try that finds so, of a server that calls itself as that one does. */
export function inUseOf(host: string, startedAt: number): Attempt {
  const message = `Bucket already contains datastore in use by host ${host}`;
  return { is: 'Failed', message, startedAt, host };
}
