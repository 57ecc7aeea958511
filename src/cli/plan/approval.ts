// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether the operator would wait for somebody's approval, judged by the engine's own rules. */
import { annotations as ours } from '../../api/annotations.ts';
import { approvalOf } from '../../core/approval.ts';
import type { KubeObject } from '../../core/objects.ts';
import { changesIn, digestsOf, planHash } from '../../core/plan-hash.ts';
import { needsApproval } from '../../core/policy.ts';
import { readStatus } from '../../core/status.ts';
import type { Step } from '../../core/step.ts';
import { rfc3339 } from '../../core/time.ts';
import type { AnyKind } from '../../kinds/index.ts';

export interface ApprovalNeeded {
  readonly reason: 'ApprovalNeeded' | 'PlanStale';
  /** Ends with the very command, where the object exists; else its uid, and with it the hash, is not known yet. */
  readonly message: string;
}

export interface Approving {
  readonly kind: AnyKind;
  readonly object: KubeObject;
  readonly fresh: boolean;
  readonly now: number;
}

/** @returns `undefined` when nothing waits for an approval, or it is given. */
export function approvalNeeded(
  steps: readonly Step[],
  { kind, object, fresh, now }: Approving,
): ApprovalNeeded | undefined {
  const changes = changesIn(steps);
  const { managementPolicy } = object.spec as { managementPolicy?: string };
  const wanted = managementPolicy === 'Plan' || (managementPolicy !== 'Observe' && changes.some(needsApproval));
  if (!wanted || changes.length === 0) return undefined;
  const { name, namespace, annotations = {} } = object.metadata;
  const asked = annotations[ours.approve]?.trim();
  const { is } = approvalOf({
    digests: digestsOf(kind, changes),
    asked,
    frozen: readStatus(object).approved,
    now: rfc3339(now),
  });
  if (is === 'given') return undefined;
  const command = `kubectl annotate -n ${namespace} --overwrite ${kind.plural} ${name} ${ours.approve}=${planHash(kind, changes)}`;
  const how = fresh ? `apply the object, then approve the hash that its status.plan shows` : command;
  return is === 'stale'
    ? { reason: 'PlanStale', message: `another plan was approved than this one. To approve this one: ${how}` }
    : { reason: 'ApprovalNeeded', message: `nothing of this is done before it is approved: ${how}` };
}
