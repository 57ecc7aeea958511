// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What of Proxmox's state can still make a difference, as text (see sameness.ts). Left out: the random source, process numbers, logs, when
 * things were made, certificates (each server has the same in every run), bytes of images, of which their digest stands for all, and
 *
 * - tickets: the operator logs in and forgets them within one look;
 * - when a task ended well, and what it did: asked is only which came last (but of backups, and of what cares for a datastore);
 * - failures that a success of the same kind came after;
 * - how long a machine runs whose server answers, or will, requests to S3 that were counted, and chunks' ages below a day.
 *
 * Servers and machines have generated ids, and servers the certificates that follow from them: they are numbered as they come.
 * Of a job that runs by the calendar its next time counts, not since when it waits for it.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { nextRun } from '../../src/simulator/proxmox/calendar.ts';
import type { Json } from '../../src/simulator/kernel/snapshot.ts';

const numbers = ['random', 'nextPid', 'pid', 'pstart'];
const times = ['createdAt', 'installedAt', 'bootedAt', 'ctime'];
const inert = new Set([...numbers, ...times, 'log', 'certificate', 'tickets', 'counters']);

const digests = new Map<string, string>();

function digestOf(base64: string): string {
  const known = digests.get(base64) ?? createHash('sha256').update(base64).digest('base64');
  if (digests.size > 1000) digests.clear();
  digests.set(base64, known);
  return known;
}

interface SavedTask {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly authid: string;
  readonly exit?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly log: readonly string[];
}

interface SavedGuest {
  readonly vmid: number;
  readonly config: Readonly<Record<string, string>>;
  readonly running: boolean;
  readonly startedAt: number;
  readonly phase: { readonly is: string };
}

interface SavedJob {
  readonly options: { readonly schedule?: string };
  readonly since: number;
}

interface SavedStore {
  readonly options: { readonly 'gc-schedule'?: string };
  readonly gcSince: number;
  readonly markers: SavedMap<number>;
}

interface SavedBroadcast {
  readonly at: number;
  readonly guests: SavedMap<{ readonly running: boolean; readonly name: string }>;
}

interface SavedServer {
  readonly certificate: { readonly cert: string };
}

interface SavedMap<Value> {
  readonly $map: readonly (readonly [string | number, Value])[];
}

type Guests = ReadonlyMap<string, SavedGuest>;

/** Of PVE backups, of restores, and of a backup server what its jobs do: their times are asked for. Of the others only that they ended, or how they failed. */
const untimed = /^(qm(?!restore$)|img|download$|dircreate$|create-datastore$|delete-datastore$|s3-refresh$)/;

const isGood = ({ exit = '' }: SavedTask) => exit === 'OK' || exit.startsWith('WARNINGS');

function isSame(a: SavedTask, b: SavedTask): boolean {
  return a.node === b.node && a.type === b.type && a.id === b.id && a.authid === b.authid;
}

/** When a machine was made, by its notes, in seconds; the tasks of one that had its number before are not its own. */
function madeAt(guest: SavedGuest | undefined): number {
  return Number(/ctime=(\d+)/.exec(guest?.config['meta'] ?? '')?.[1] ?? 0);
}

function taskText(task: SavedTask, guests: Guests): unknown {
  const { node, type, id, authid, exit, upid, startedAt, endedAt, log } = task;
  if (exit === undefined) return task;
  if (!untimed.test(type)) return [upid, exit, endedAt, type === 'vzdump' ? log : null];
  const own = Math.floor(startedAt / 1000) >= madeAt(guests.get(id)) - 1;
  // why it failed is asked as long as its machine is there, and when it did where there is none to go on with
  const isThere = type === 'qmcreate' && guests.has(id);
  const failure = isThere ? [exit] : [exit, startedAt, endedAt];
  return [node, type, id, authid, own, isGood(task) ? 'good' : failure];
}

function tasksText(tasks: readonly SavedTask[], guests: Guests): unknown[] {
  const isPast = (task: SavedTask, at: number) =>
    task.exit !== undefined &&
    /^(qm(?!restore$)|img|download$)/.test(task.type) &&
    tasks.slice(at + 1).some((later) => isGood(later) && isSame(task, later));
  return tasks.filter((task, at) => !isPast(task, at)).map((task) => taskText(task, guests));
}

function next(schedule: string | undefined, since: number): unknown {
  return schedule === undefined ? since : nextRun(schedule, since);
}

function jobsText({ $map }: SavedMap<SavedJob>): unknown[] {
  return $map.map(([id, { options, since }]) => [id, options, next(options.schedule, since)]);
}

function guestText({ startedAt, phase, config, ...rest }: SavedGuest): unknown {
  const { meta = '', ...kept } = config;
  const since = phase.is === 'waiting' && rest.running ? { startedAt } : {};
  const shown = phase.is === 'up' ? phase.is : phase;
  return { ...rest, ...since, phase: shown, config: kept, meta: meta.replace(/ctime=\d+/, '') };
}

const fingerprints = new Map<string, string>();

/** Of what it shows. */
function fingerprintOf({ certificate: { cert } }: SavedServer): string {
  const known = fingerprints.get(cert) ?? new X509Certificate(cert).fingerprint256;
  fingerprints.set(cert, known);
  return known;
}

/** What pvestatd told ten seconds ago it tells anew. */
function told({ at, guests }: SavedBroadcast, now: number): unknown {
  if (now - at >= 10_000) return null;
  return [at, guests.$map.map(([vmid, { running, name }]) => [vmid, running, name])];
}

const day = 24 * 3_600_000;

function storeText({ gcSince, markers, options, ...rest }: SavedStore, now: number): unknown {
  const chunks = markers.$map.map(([digest, at]) => (now - at < day ? digest : [digest, at]));
  return { ...rest, options, gc: next(options['gc-schedule'], gcSince), chunks };
}

type Lasting = (value: never, now: number, guests: Guests) => unknown;

/** By the names of fields, wherever they are. */
const lasting: Readonly<Record<string, Lasting>> = {
  tasks: (value: readonly SavedTask[], _now, guests) => tasksText(value, guests),
  jobs: jobsText,
  prune: jobsText,
  verify: jobsText,
  broadcast: told,
  guests: ({ $map }: SavedMap<SavedGuest>) => $map.map(([vmid, guest]) => [vmid, guestText(guest)]),
  servers: ({ $map }: SavedMap<SavedServer>) => $map.map(([id, server]) => [id, server, fingerprintOf(server)]),
  datastores: ({ $map }: SavedMap<SavedStore>, now) => $map.map(([id, store]) => [id, storeText(store, now)]),
};

/** @param now Milliseconds since the epoch. */
export function proxmoxText(state: Json, now: number): string {
  const { pve } = state as unknown as { readonly pve: { readonly guests: SavedMap<SavedGuest> } };
  const guests = new Map(pve.guests.$map.map(([vmid, guest]) => [String(vmid), guest]));
  return JSON.stringify(state, (name, value: unknown) => {
    if (inert.has(name)) return undefined;
    if (name === '$bytes' && typeof value === 'string') return digestOf(value);
    const shown = typeof value === 'object' && value !== null ? lasting[name] : undefined;
    return shown ? shown(value as never, now, guests) : value;
  });
}

const task = /UPID:([^:"]*):[0-9A-F]{8}:[0-9A-F]{8,9}:(?:[0-9A-F]{8,16}:)?([0-9A-F]{8}):([^:"]*):([^:"]*):([^:"]*):/gi;

/** Names of tasks by when they began, from now, in seconds; wherever they are written down. @param now Milliseconds since the epoch. */
export function tasksFromNow(text: string, now: number, farMs = Number.POSITIVE_INFINITY): string {
  return text.replace(task, (...found: readonly unknown[]) => {
    const [, node = '', began = '', type = '', id = '', who = ''] = found.map(String);
    const ago = Number.parseInt(began, 16) - Math.floor(now / 1000);
    const when = -ago * 1000 > farMs ? began : `${ago}s`;
    return `UPID:${node}:${when}:${type}:${id}:${who}:`;
  });
}

const finished = /("is":"Done","warnings":\d+),"startedAt":(?:\d+|"[^"]*")/g;
const uuids = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const prints = /\b(?:[0-9a-f]{2}:){31}[0-9a-f]{2}\b/gi;

/** All that is asked of generated ids is which are the same; and of what was done well, as far as it is remembered, that it was. */
export function nameless(text: string): string {
  const known = new Map<string, string>();
  const numbered = (id: string) => {
    const name = known.get(id.toLowerCase()) ?? `<${known.size}>`;
    known.set(id.toLowerCase(), name);
    return name;
  };
  return text.replace(finished, '$1').replace(uuids, numbered).replace(prints, numbered);
}
