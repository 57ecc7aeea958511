// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What Proxmox VE does for us, as it tells itself: nothing of it has to be remembered here, and an answer that was lost (596) costs nothing.
 * What no task says whom it is for (a creation, an upload) is taken as ours when our token began it: two objects with the same token wait for
 * each other for some seconds.
 */
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { listedTasks, logTail, type ListedTask } from '../../../clouds/pve/tasks.ts';
import { oneLine } from '../../../core/one-line.ts';
import { nodeUptime } from '../../../clouds/pve/nodes.ts';
import type { FailedTask, MachineSeen, RunningTask, VmSeen } from './seen.ts';
import { taskWords } from './waits.ts';
import type { MachineWorld } from './world.ts';

export type TasksSeen = Pick<MachineSeen, 'tasks' | 'failed'>;

const hourSeconds = 3600;
/** Of what a log says. */
const longest = 300;

export interface Wanted {
  readonly node: string;
  readonly types: readonly string[];
  readonly tokenID: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Of the last hour, begun by our token; each list the newest first. */
export async function ownTasks(
  pve: ProxmoxApi,
  { node, types, tokenID, now }: Wanted,
): Promise<readonly (readonly ListedTask[])[]> {
  const since = Math.floor(now) - hourSeconds;
  const lists = await Promise.all(types.map((type) => listedTasks(pve, { node, type, since })));
  return lists.map((list) => list.filter(({ upid }) => upid.user === tokenID));
}

async function failureOf(pve: ProxmoxApi, list: readonly ListedTask[]): Promise<readonly FailedTask[]> {
  const [newest] = list;
  if (newest?.end.is !== 'Failed') return [];
  const good = list.findIndex(({ end }) => end.is !== 'Failed');
  const [line] = await logTail(pve, newest.upid, 1);
  const message = oneLine((line ?? newest.end.message).replace(/^TASK ERROR: /, '')).slice(0, longest);
  const at = (newest.endedAt ?? newest.upid.startedAt) * 1000;
  return [{ type: newest.upid.type, message, at, times: good < 0 ? list.length : good }];
}

/** @param lists One a type, the newest task first. */
export async function seenIn(pve: ProxmoxApi, lists: readonly (readonly ListedTask[])[]): Promise<TasksSeen> {
  const tasks = lists.flatMap((list) =>
    list.flatMap(({ upid, end }): readonly RunningTask[] =>
      end.is === 'Running' ? [{ upid: upid.text, type: upid.type }] : [],
    ),
  );
  const failed = await Promise.all(lists.map((list) => failureOf(pve, list)));
  return { tasks, failed: failed.flat() };
}

/** One list a type; of what others do with the machine (backups, snapshots) nothing is told here. */
export function byType(all: readonly ListedTask[]): readonly (readonly ListedTask[])[] {
  const types = [...new Set(all.map(({ upid }) => upid.type))].filter((type) => type in taskWords);
  return types.map((type) => all.filter(({ upid }) => upid.type === type));
}

const powered: Readonly<Record<string, VmSeen['power']>> = {
  qmstart: 'Started',
  qmreboot: 'Started',
  qmreset: 'Started',
  qmstop: 'Stopped',
  qmshutdown: 'Stopped',
};

export interface LastPower {
  readonly is: VmSeen['power'];
  /** Seconds since 1970. */
  readonly at: number;
}

/** @param all Of one machine, the newest first. What failed changed nothing. */
export function powerIn(all: readonly ListedTask[]): LastPower {
  const last = all.find(({ upid, end }) => upid.type in powered && end.is === 'Done');
  return { is: powered[last?.upid.type ?? ''] ?? 'Untouched', at: last?.upid.startedAt ?? 0 };
}

/** @param all Of one machine, the newest first. Also one that failed: a person may have finished it. */
export function isShutDownBy(tokenID: string, all: readonly ListedTask[]): boolean {
  const started = all.findIndex(({ upid, end }) => powered[upid.type] === 'Started' && end.is === 'Done');
  const since = started < 0 ? all : all.slice(0, started);
  return since.some(({ upid }) => upid.type === 'qmshutdown' && upid.user === tokenID);
}

/** A node that was started after the machine took it down with it: there is no task of that. */
export async function endedWithNode(
  world: Pick<MachineWorld, 'pve' | 'now'>,
  node: string,
  at: number,
): Promise<boolean> {
  const uptime = await nodeUptime(world.pve, node);
  return at < world.now() / 1000 - uptime;
}
