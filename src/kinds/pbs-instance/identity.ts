// SPDX-License-Identifier: GPL-3.0-or-later
import { machineIdentity } from './machine/requests.ts';
import type { PbsStep } from './steps.ts';
import type { WiringStep } from './wiring/steps.ts';

/** What a server that is still to be installed will show, and which number its VM will have, nobody knows when the plan is approved. */
function wiringIdentity(step: WiringStep): unknown {
  switch (step.do) {
    case 'AddStorage': {
      const { host, port } = step.server;
      // another key than the one before: whoever approves approves this very one
      const key = step.needs === 'approval' ? step.key : step.key !== undefined;
      return { ...step, server: { host, port }, key };
    }
    case 'MakeBackupToken': {
      // whether one is there already: an answer that was lost, and nothing that a person decides
      const { renew: _renew, effect: _effect, ...same } = step;
      return same;
    }
    case 'AddBackupJob':
      return { ...step, job: { ...step.job, select: selected(step.job.select) } };
    default:
      return step;
  }
}

function selected(select: Extract<WiringStep, { do: 'AddBackupJob' }>['job']['select']): unknown {
  return select.type === 'All' ? { type: 'All', left: select.exclude.length } : select;
}

/** See `Kind.identity`. */
export function identity(step: PbsStep): unknown {
  switch (step.part) {
    case 'machine':
      return machineIdentity(step);
    case 'wiring':
      return wiringIdentity(step);
    case 'server': {
      const { fingerprint: _seen, disk: _disk, ...known } = { fingerprint: '', disk: '', ...step };
      return known;
    }
    default:
      return step;
  }
}
