// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold, Plan } from '../../../core/plan.ts';
import { closedOnRequest, isClosedOnRequest } from '../closed.ts';
import type { Observed } from '../observed.ts';
import type { PbsStep } from '../steps.ts';
import { lastTests, onlyLooks, restoreWish } from '../restore-of.ts';
import { restoreDue } from '../restore/plan.ts';
import type { PbsDesired } from '../wish.ts';
import { worthOf } from '../worth-of.ts';
import { planAbsent } from './absent.ts';
import { planPresent } from './present.ts';
import { versionHold } from './versions.ts';
import { held, type Part } from './part.ts';

const making: Hold = {
  why: 'Waiting',
  reason: 'BeingMade',
  message: 'The way from Proxmox VE to the bucket is being made',
};

function next(desired: PbsDesired, observed: Observed): Part {
  const old = versionHold(observed);
  if (old) return held(old);
  return desired.absent ? planAbsent(desired, observed) : planPresent(desired, observed);
}

function testDue(desired: PbsDesired, observed: Observed): number | undefined {
  const wish = onlyLooks(desired) ? undefined : restoreWish(desired, observed);
  return wish && observed.restore && restoreDue(wish, observed.restore, lastTests(desired));
}

/** Ready is what the backups are worth: a change that is held back does not make them worse. */
export function plan(desired: PbsDesired, observed: Observed): Plan<PbsStep> {
  const part = next(desired, observed);
  const worth = worthOf(desired, observed);
  const unmade = isClosedOnRequest(desired, observed) ? closedOnRequest : making;
  const serving = worth?.serving ?? part.hold ?? unmade;
  const due = testDue(desired, observed);
  return {
    ...part,
    ...(due === undefined ? {} : { due }),
    serving,
    watchMs: worth?.watchMs ?? desired.spec.telemetry.intervalSeconds * 1000,
  };
}
