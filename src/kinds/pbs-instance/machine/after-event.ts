// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens by itself, and holds wait for; the same object when it already shows. Pure. */
import type { Event } from '../../../core/step.ts';
import { destroyed, shutDown, switchedOff, switchedOn, withVm } from './after.ts';
import type { MachineSeen } from './seen.ts';

/** What a task of the machine does when it ends well; of the others nobody knows what they were for. */
const ends: Readonly<Record<string, (seen: MachineSeen) => MachineSeen>> = {
  qmstart: switchedOn,
  qmshutdown: shutDown,
  qmstop: (seen) => switchedOff(seen, 'Stopped'),
  qmdestroy: destroyed,
};

function taskEnded(seen: MachineSeen, upid: string): MachineSeen {
  const task = seen.tasks.find((one) => one.upid === upid);
  if (!task) return seen;
  const rest = { ...seen, tasks: seen.tasks.filter((one) => one !== task) };
  return ends[task.type]?.(rest) ?? rest;
}

export function afterMachineEvent(seen: MachineSeen, event: Event): MachineSeen {
  if ('seconds' in event) return { ...seen, now: seen.now + event.seconds * 1000 };
  switch (event.happens) {
    case 'TaskEnded':
      return taskEnded(seen, event.id);
    case 'InstallationEnded':
      return switchedOff(seen);
    case 'ServerAnswers':
      return seen.answers ? seen : { ...seen, answers: true };
    case 'Unlocked':
      return withVm(seen, ({ now: { lock: _lock, ...now }, ...vm }) => ({ ...vm, now }));
    default:
      return seen;
  }
}
