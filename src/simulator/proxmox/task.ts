// SPDX-License-Identifier: GPL-3.0-or-later
/** Workers of both products: identifiers, states, logs. */
import { randomText } from '../kernel/random.ts';
import type { ProxmoxState } from './proxmox-state.ts';
import type { Effect, Task } from './state.ts';

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** proxmox-schema, upid.rs: ids are escaped as systemd does (`:` is `\x3a`, `-` is `\x2d`). */
function escapedId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_.@]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

export interface NewTask {
  readonly product: 'pve' | 'pbs';
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly authid: string;
  readonly now: number;
  readonly ms: number;
  readonly effect: Effect;
}

export function newTask(state: ProxmoxState, given: NewTask): Task {
  const { product, node, type, id, authid, now, ms, effect } = given;
  const pid = 4096 + (state.nextPid++ % 4_000_000);
  const pstart = Math.floor(now / 10) % 0xffffffff;
  const start = hex(Math.floor(now / 1000), 8);
  // PBS has one field more, the worker's number within its process (pbs-api-types, upid.rs)
  const worker = product === 'pbs' ? `${hex(state.nextPid, 8)}:` : '';
  const shown = product === 'pbs' ? escapedId(id) : id;
  const upid = `UPID:${node}:${hex(pid, 8)}:${hex(pstart, 8)}:${worker}${start}:${type}:${shown}:${authid}:`;
  return { upid, node, type, id, authid, pid, pstart, startedAt: now, dueAt: now + ms, log: [], effect };
}

export function endTask(task: Task, exit: string, at: number): void {
  task.exit = exit;
  task.endedAt = at;
  task.log.push(exit === 'OK' || exit.startsWith('WARNINGS') ? `TASK ${exit}` : `TASK ERROR: ${exit}`);
}

export const running = (task: Task) => task.exit === undefined;

/** What a story tells of the coming task of this type. */
export function fateOf(state: ProxmoxState, product: 'pve' | 'pbs', type: string): string | undefined {
  const fate = state.fates.find((one) => one.product === product && one.type === type && one.times > 0);
  if (fate) fate.times--;
  return fate?.exit;
}

export interface LogPage {
  readonly lines: readonly { readonly n: number; readonly t: string }[];
  readonly total: number;
}

/** `start` and `limit` as both products take them; 50 lines without a limit. */
export function logPage(task: Task, start = 0, limit = 50): LogPage {
  const all = task.log.map((t, at) => ({ n: at + 1, t }));
  return { lines: limit === 0 ? all.slice(start) : all.slice(start, start + limit), total: all.length };
}

/** RFC 9562, version 4. The variant's digit tells ids from secrets: of two worlds with one seed, one may draw as an id what the other draws as a secret. */
function uuid({ random }: ProxmoxState, variant: '8' | 'a'): string {
  const text = (length: number) => randomText(random, length, '0123456789abcdef');
  return `${text(8)}-${text(4)}-4${text(3)}-${variant}${text(3)}-${text(12)}`;
}

export const newID = (state: ProxmoxState) => uuid(state, '8');
export const newSecret = (state: ProxmoxState) => uuid(state, 'a');
