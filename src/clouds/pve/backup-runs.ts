// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs of vzdump: tasks, one a node for all of its guests, and what their logs say of each guest (PVE::VZDump, exec_backup). */
import { z } from 'zod';
import { oneLine } from '../../core/one-line.ts';
import { taskEnd, type TaskEnd } from '../proxmox/task-end.ts';
import { parseUpid, type Upid } from '../proxmox/upid.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

export interface BackupRun {
  readonly upid: Upid;
  readonly end: TaskEnd;
}

const rows = z.array(
  z.looseObject({ upid: z.string(), status: z.string().optional(), endtime: z.number().optional() }),
);

/** Of one node, running or over, the newest first, at most 50. @param since Seconds since 1970, by that node's clock. */
export async function backupRuns(pve: ProxmoxApi, node: string, since: number): Promise<readonly BackupRun[]> {
  const found = await pve.read(
    asked((api) => api.nodes.$(node).tasks.$get({ source: 'all', typefilter: 'vzdump', since })),
    rows,
  );
  return found.flatMap(({ upid: text, status, endtime }) => {
    const upid = parseUpid(text);
    const over = endtime !== undefined || status !== undefined;
    return upid ? [{ upid, end: taskEnd({ status: over ? 'stopped' : 'running', exitstatus: status }) }] : [];
  });
}

export interface RunReport {
  readonly storage: string;
  /** What it was told to save, as one text that is that of a job: `all`, `pool x`, `200,201`. */
  readonly selection: string;
  readonly failures: readonly { readonly vmid: number; readonly why: string }[];
}

const begun = /starting new backup job: vzdump(?<words>.*)$/;
const failed = /^ERROR: Backup of VM (?<vmid>\d+) failed - (?<why>.*)$/;
const longest = 300;

function optionOf(words: string, name: string): string | undefined {
  return new RegExp(`--${name} (?:'([^']*)'|(\\S+))`).exec(words)?.slice(1).find(Boolean);
}

/** The ids of a command line, before its options. */
function idsIn(words: string): string {
  return words
    .split(' --')[0]
    ?.split(/[\s,]+/)
    .filter((word) => /^\d+$/.test(word))
    .sort((a, b) => Number(a) - Number(b))
    .join(',') as string;
}

function selectionIn(words: string): string {
  const pool = optionOf(words, 'pool');
  if (pool !== undefined) return `pool ${pool}`;
  return optionOf(words, 'all') === '1' ? 'all' : idsIn(words);
}

/** `undefined`: the log does not say how it was called. */
export function reportIn(lines: readonly string[]): RunReport | undefined {
  const words = lines.map((line) => begun.exec(line)?.groups?.['words']).find((found) => found !== undefined);
  if (words === undefined) return undefined;
  return {
    storage: optionOf(words, 'storage') ?? 'local',
    selection: selectionIn(words),
    failures: lines.flatMap((line) => {
      const { vmid, why = '' } = failed.exec(line)?.groups ?? {};
      return vmid === undefined ? [] : [{ vmid: Number(vmid), why: oneLine(why).slice(0, longest) }];
    }),
  };
}

const lines = z.array(z.object({ n: z.number(), t: z.string() }));

/** How it was called stands in the first lines; what went wrong for a guest anywhere. */
const fewLines = 10;
const manyLines = 5000;

/** Of a run that is over: its log is read once, whoever asks. `undefined`: the node does not know it any more, or it says nothing. */
export function reportOf(pve: ProxmoxApi, { upid, end }: BackupRun): Promise<RunReport | undefined> {
  const limit = end.is === 'Done' && end.warnings === 0 ? fewLines : manyLines;
  return pve.once(`log ${upid.text}`, async () => {
    const found = await pve.find(
      asked((api) => api.nodes.$(upid.node).tasks.$(upid.text).log.$get({ limit })),
      lines,
    );
    return found && reportIn(found.map(({ t }) => t));
  });
}
