// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from './plan.ts';
import type { Step } from './step.ts';

/** What a user has allowed beyond the spec, from the object's annotations. */
export interface Policy {
  /** `hybridcloud.dev/confirm-data-loss`: the name of what may be lost. */
  readonly confirmedLoss?: string;
}

export function policyOf(annotations: Readonly<Record<string, string>>): Policy {
  const confirmedLoss = annotations['hybridcloud.dev/confirm-data-loss'];
  return confirmedLoss === undefined ? {} : { confirmedLoss };
}

/** Why this step must not be done, or `undefined`. */
export function refuse(step: Step, policy: Policy): Hold | undefined {
  if (step.risk !== 'destroysData') return undefined;
  const loses = step.loses ?? step.target;
  if (policy.confirmedLoss === loses) return undefined;
  return {
    why: 'Blocked',
    reason: 'DataLossNotConfirmed',
    message: `${step.do} would destroy the data in ${loses}. To allow it, annotate the object with hybridcloud.dev/confirm-data-loss: ${loses}; to keep the data, set deletionPolicy: Retain.`,
    blockedBy: [{ kind: 'Annotation', id: 'hybridcloud.dev/confirm-data-loss', why: `not set to ${loses}` }],
  };
}

/** Whether nothing may be written before a person has approved the whole plan that this step is part of. */
export function needsApproval(step: Step): boolean {
  return step.needs === 'approval' || step.effect === 'replace';
}
