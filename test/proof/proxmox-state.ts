// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What of Proxmox's state can still make a difference, as text (see sameness.ts). Left out: the random source, process numbers, logs, when
 * things were made, certificates (each server has the same in every run), and bytes of images, of which their digest stands for all.
 */
import { createHash } from 'node:crypto';
import type { Json } from '../../src/simulator/kernel/snapshot.ts';

const numbers = ['random', 'nextPid', 'pid', 'pstart'];
const times = ['createdAt', 'installedAt', 'bootedAt', 'ctime'];
const inert = new Set([...numbers, ...times, 'log', 'certificate']);

const digests = new Map<string, string>();

function digestOf(base64: string): string {
  const known = digests.get(base64) ?? createHash('sha256').update(base64).digest('base64');
  if (digests.size > 1000) digests.clear();
  digests.set(base64, known);
  return known;
}

function lasting(name: string, value: unknown): unknown {
  if (inert.has(name)) return undefined;
  return name === '$bytes' && typeof value === 'string' ? digestOf(value) : value;
}

export function proxmoxText(state: Json): string {
  return JSON.stringify(state, lasting);
}

const task = /UPID:([^:"]*):[0-9A-F]{8}:[0-9A-F]{8,9}:(?:[0-9A-F]{8,16}:)?([0-9A-F]{8}):([^:"]*):([^:"]*):([^:"]*):/gi;

/** Names of tasks by when they began, from now, in seconds; wherever they are written down. @param now Milliseconds since the epoch. */
export function tasksFromNow(text: string, now: number): string {
  return text.replace(task, (...found: readonly unknown[]) => {
    const [, node = '', began = '', type = '', id = '', who = ''] = found.map(String);
    const ago = Number.parseInt(began, 16) - Math.floor(now / 1000);
    return `UPID:${node}:${ago}s:${type}:${id}:${who}:`;
  });
}
