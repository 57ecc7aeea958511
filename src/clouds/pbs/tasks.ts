// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { taskEnd, type TaskEnd } from '../proxmox/task-end.ts';
import { parseUpid, type Upid } from '../proxmox/upid.ts';
import { asked } from './asked.ts';

/** A server has only itself, and calls itself so. */
const node = 'localhost';

const status = z.looseObject({ status: z.string(), exitstatus: z.string().optional() });

/** `undefined`: the server does not know it any more. */
export async function taskOf(pbs: ProxmoxApi, { text }: Upid): Promise<TaskEnd | undefined> {
  const found = await pbs.find(asked('GET', '/nodes/{node}/tasks/{upid}/status', [node, text]), status);
  return found && taskEnd(found);
}

const rows = z.array(z.looseObject({ upid: z.string(), worker_type: z.string(), worker_id: z.string().nullish() }));

export interface TasksWanted {
  /** `create-datastore`, `garbage_collection`, `backup`, … */
  readonly type: string;
  readonly store?: string;
  /** Seconds since 1970, by the server's clock. */
  readonly since: number;
}

/** Running or over, the newest first. Only the token's own, where it has no Sys.Audit on /system/tasks. */
export async function tasksOf(pbs: ProxmoxApi, { type, store, since }: TasksWanted): Promise<readonly Upid[]> {
  const found = await pbs.read(asked('GET', '/nodes/{node}/tasks', [node], { typefilter: type, store, since }), rows);
  // the filter is "contains"
  return found.flatMap(({ upid, worker_type }) => (worker_type === type ? (parseUpid(upid) ?? []) : []));
}

const lines = z.array(z.object({ n: z.number(), t: z.string() }));

export async function logTail(pbs: ProxmoxApi, { text }: Upid, most = 5): Promise<readonly string[]> {
  const found = await pbs.find(asked('GET', '/nodes/{node}/tasks/{upid}/log', [node, text], { limit: 500 }), lines);
  return (found ?? [])
    .map(({ t }) => t.trim())
    .filter(Boolean)
    .slice(-most);
}
