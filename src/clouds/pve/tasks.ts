// SPDX-License-Identifier: GPL-3.0-or-later
/** Almost everything that a node does is a task: the answer 200 says that it was begun. */
import { z } from 'zod';
import { taskEnd, type TaskEnd } from '../proxmox/task-end.ts';
import { parseUpid, type Upid } from '../proxmox/upid.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

const status = z.object({ status: z.string(), exitstatus: z.string().optional() });

/** How a task stands. The node is that of its name; its owner, the token, may always read it. `undefined`: the node does not know it any more. */
export async function taskOf(pve: ProxmoxApi, { node, text }: Upid): Promise<TaskEnd | undefined> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).tasks.$(text).status.$get()),
    status,
  );
  return found && taskEnd(found);
}

const rows = z.array(z.object({ upid: z.string(), status: z.string().optional(), endtime: z.number().optional() }));

export interface TasksWanted {
  readonly node: string;
  /** `qmcreate`, `imgcopy`, `download`, … */
  readonly type: string;
  readonly vmid?: number;
  /** Seconds since 1970, by the node's clock. */
  readonly since: number;
}

/** Tasks of a node, begun by anybody, running or over, the newest first: so one is found again whose answer was lost. */
export async function tasksOf(pve: ProxmoxApi, { node, type, vmid, since }: TasksWanted): Promise<readonly Upid[]> {
  const found = await pve.read(
    asked((api) =>
      api.nodes.$(node).tasks.$get({
        source: 'all',
        typefilter: type,
        since,
        ...(vmid === undefined ? {} : { vmid }),
      }),
    ),
    rows,
  );
  return found.flatMap(({ upid }) => parseUpid(upid) ?? []);
}

export interface ListedTask {
  readonly upid: Upid;
  readonly end: TaskEnd;
  /** Seconds since 1970, by the node's clock; absent while it runs. */
  readonly endedAt?: number;
}

/** The same with how each stands, of one type or, with a machine, of all types. What has no end still runs. */
export async function listedTasks(
  pve: ProxmoxApi,
  { node, type, vmid, since }: Omit<TasksWanted, 'type'> & { readonly type?: string },
): Promise<readonly ListedTask[]> {
  const found = await pve.read(
    asked((api) =>
      api.nodes.$(node).tasks.$get({
        source: 'all',
        since,
        ...(type === undefined ? {} : { typefilter: type }),
        ...(vmid === undefined ? {} : { vmid }),
      }),
    ),
    rows,
  );
  return found.flatMap(({ upid: text, status: exitstatus, endtime: endedAt }): readonly ListedTask[] => {
    const upid = parseUpid(text);
    if (!upid) return [];
    if (endedAt === undefined) return [{ upid, end: { is: 'Running' } }];
    return [{ upid, endedAt, end: taskEnd({ status: 'stopped', exitstatus }) }];
  });
}

const lines = z.array(z.object({ n: z.number(), t: z.string() }));

/** The last lines of a task's log, for a message. */
export async function logTail(pve: ProxmoxApi, { node, text }: Upid, most = 5): Promise<readonly string[]> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).tasks.$(text).log.$get({ limit: 500 })),
    lines,
  );
  return (found ?? [])
    .map(({ t }) => t.trim())
    .filter((line) => line !== '' && line !== 'no content')
    .slice(-most);
}
