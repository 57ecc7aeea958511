// SPDX-License-Identifier: GPL-3.0-or-later
import { oneLine } from '../../core/one-line.ts';

export type TaskEnd =
  | { readonly is: 'Running' }
  /** `warnings`: it did what it should, and its log has this many lines that a person may want to read. */
  | { readonly is: 'Done'; readonly warnings: number }
  | { readonly is: 'Failed'; readonly message: string };

const longest = 300;

/**
 * What `status` and `exitstatus` of a task mean. `WARNINGS: n` is success (PVE::RESTEnvironment; proxmox-rest-server, worker_task.rs); a task
 * whose machine went down reads as stopped with "unexpected status".
 */
export function taskEnd({
  status,
  exitstatus,
}: {
  readonly status: string;
  readonly exitstatus?: string | undefined;
}): TaskEnd {
  if (status === 'running') return { is: 'Running' };
  if (exitstatus === 'OK') return { is: 'Done', warnings: 0 };
  const warnings = /^WARNINGS: (\d+)$/.exec(exitstatus ?? '')?.[1];
  if (warnings !== undefined) return { is: 'Done', warnings: Number(warnings) };
  return { is: 'Failed', message: oneLine(exitstatus ?? 'it ended and said nothing').slice(0, longest) };
}
