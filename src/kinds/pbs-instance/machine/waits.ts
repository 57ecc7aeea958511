// SPDX-License-Identifier: GPL-3.0-or-later
/** What is under way is waited for, and what failed is tried again after a while, ever longer. Pure. */
import type { Blocker, Hold } from '../../../core/plan.ts';
import type { MachineSeen } from './seen.ts';
import type { MachineStep } from './steps.ts';

/** A hold comes after the steps, if there are any. */
export interface MachinePart {
  readonly steps: readonly MachineStep[];
  readonly hold?: Hold;
}

export const nothing: MachinePart = { steps: [] };

export function held(hold: Hold): MachinePart {
  return { steps: [], hold };
}

export function blocked(reason: string, message: string, by: readonly Omit<Blocker, 'why'>[]): Hold {
  return { why: 'Blocked', reason, message, blockedBy: by.map((one) => ({ ...one, why: reason })) };
}

export const taskPollMs = 5000;

export const taskWords: Readonly<Record<string, string>> = {
  qmcreate: 'make the VM',
  qmstart: 'start the VM',
  qmstop: 'stop the VM',
  qmshutdown: 'shut the VM down',
  qmdestroy: 'destroy the VM',
  qmconfig: 'change the VM',
  resize: 'grow a disk of the VM',
  imgcopy: 'take the image with the answers',
  imgdel: 'delete the image with the answers',
  download: 'fetch the installation image',
};

/** Backups and the like lock the machine while they go on, and stand in nobody's way otherwise. */
export function underWay({ tasks }: MachineSeen, types: readonly string[] = Object.keys(taskWords)): Hold | undefined {
  const task = tasks.find(({ type }) => types.includes(type));
  if (!task) return undefined;
  return {
    why: 'Waiting',
    reason: 'TaskRunning',
    message: `Proxmox VE has begun to ${taskWords[task.type] ?? task.type}`,
    until: { happens: 'TaskEnded', id: task.upid },
    lookAgainAfterMs: taskPollMs,
  };
}

/** Half a minute, two minutes, then ten. */
const pausesMs = [30_000, 120_000, 600_000] as const;
const toBother = 3;

/** A task of this type failed a moment ago: `undefined` when it may be tried again. */
export function afterFailure({ failed, now }: MachineSeen, type: string): Hold | undefined {
  const last = failed.find((one) => one.type === type);
  if (!last) return undefined;
  const pause = pausesMs[Math.min(last.times, pausesMs.length) - 1] ?? pausesMs[0];
  const left = last.at + pause - now;
  if (left <= 0) return undefined;
  const message = `Proxmox VE could not ${taskWords[type] ?? type}: ${last.message}. It is tried again`;
  if (last.times < toBother) {
    const seconds = Math.ceil(left / 1000);
    return {
      why: 'Waiting',
      reason: 'TaskFailed',
      message,
      until: { happens: 'Elapsed', seconds },
      lookAgainAfterMs: left,
    };
  }
  const cure = `${message}; look at the task's log in Proxmox VE`;
  return { ...blocked('TaskFailed', cure, [{ kind: 'Task', id: type }]), lookAgainAfterMs: left };
}
