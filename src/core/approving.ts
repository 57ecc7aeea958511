// SPDX-License-Identifier: GPL-3.0-or-later
/** What a person is told who has to approve, and what is remembered of an approval. */
import { annotations } from '../api/annotations.ts';
import { approvalOf, isGenuine, mostApproved, type Approval } from './approval.ts';
import type { Hold } from './plan.ts';
import { digestsOf, planHash } from './plan-hash.ts';
import { needsApproval } from './policy.ts';
import type { Seen } from './seen.ts';
import type { Step } from './step.ts';
import { rfc3339 } from './time.ts';

export const approve = annotations.approve;

export function askedIn({ desired }: Pick<Seen, 'desired'>): string | undefined {
  return desired.annotations[approve]?.trim();
}

/** Whether all of these changes are approved. */
export function approvalFor(seen: Seen, changes: readonly Step[]): Approval {
  const { look, object } = seen;
  return approvalOf({
    digests: digestsOf(look.kind, changes),
    asked: askedIn(seen),
    frozen: object.approved,
    now: rfc3339(look.engine.clock.now()),
  });
}

/** Work on what was approved has begun and goes on. */
export function isUnderWay(seen: Seen): boolean {
  const { approved } = seen.object;
  const asked = askedIn(seen);
  return approved !== undefined && asked !== undefined && isGenuine(approved, asked);
}

/** The very command; nothing in it needs quoting, names in Kubernetes have no other characters. */
function command({ look, object }: Seen, changes: readonly Step[]): string {
  const { namespace, name } = object.current.metadata;
  const { kind } = look;
  return `kubectl annotate -n ${namespace} --overwrite ${kind.plural} ${name} ${approve}=${planHash(kind, changes)}`;
}

function named(names: readonly string[]): string {
  const few = [...new Set(names)];
  return few.length <= 12 ? few.join(', ') : `${few.slice(0, 12).join(', ')} and ${few.length - 12} more`;
}

/** What stands in the way even when it is approved. */
function further(beyond: Hold | undefined): string {
  return beyond?.why === 'Blocked' ? ` Then it stops (${beyond.reason}): see to that first.` : '';
}

export interface Pending {
  readonly changes: readonly Step[];
  /** Where the way ends, once these are done. */
  readonly beyond?: Hold | undefined;
}

/** managementPolicy Plan, and nobody has approved yet: no fault, it was asked for. */
export function planWaits(seen: Seen, { changes, beyond }: Pending): { reason: string; message: string } {
  const does = named(changes.map((step) => step.do));
  const cure = `To have exactly what status.plan lists done: ${command(seen, changes)}`;
  const fields = seen.object.drift.map(({ path }) => path);
  return seen.wasApplied && fields.length > 0
    ? { reason: 'Drifted', message: `Changed by somebody else: ${named(fields)}.${further(beyond)} ${cure}` }
    : { reason: 'ApprovalNeeded', message: `Not done before it is approved: ${does}.${further(beyond)} ${cure}` };
}

/** A hold for what needs approval whatever the policy, or was approved for another plan. */
export function approvalHold(seen: Seen, is: Exclude<Approval['is'], 'given'>, pending: Pending): Hold {
  const { changes, beyond } = pending;
  const how = command(seen, changes);
  const by = (why: string) => [{ kind: 'Annotation', id: approve, why }];
  if (is === 'tooLong')
    return {
      why: 'Blocked',
      reason: 'PlanTooLong',
      message: `More than ${mostApproved} steps cannot be approved at once. Set managementPolicy: Apply to have them done.`,
      blockedBy: by('names a plan that is too long'),
    };
  if (is === 'stale')
    return {
      why: 'Blocked',
      reason: 'PlanStale',
      message: `The plan changed since it was approved, and nothing more is done.${further(beyond)} Look at status.plan, then approve that: ${how}`,
      blockedBy: by('approves another plan than status.plan'),
    };
  if (!changes.some(needsApproval))
    return {
      why: 'Blocked',
      reason: 'ApprovalNeeded',
      message: `Not done before it is approved: ${named(changes.map((step) => step.do))}.${further(beyond)} To have exactly what status.plan lists done: ${how}`,
      blockedBy: by('does not name status.plan.hash'),
    };
  const grave = changes.filter(needsApproval);
  const replaces = grave.some((step) => step.effect === 'replace');
  const what = named(grave.map((step) => step.target));
  return {
    why: 'Blocked',
    reason: replaces ? 'ReplacementNeedsApproval' : 'AdoptionNeedsApproval',
    message: `${replaces ? 'To replace' : 'To take over'} ${what} needs approval, and nothing at all is changed before.${further(beyond)} Look at status.drift and status.plan, then: ${how}`,
    blockedBy: by('does not name status.plan.hash'),
  };
}
