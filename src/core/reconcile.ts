// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One look at one object: observe, plan, act, and tell. The same for every kind.
 *
 * The order of things is what makes it safe to kill anywhere: the finalizer before the first write, announcements before creates that
 * may not show, conclusions only from an observation, and the finalizer off only when a fresh plan for absence is empty and no
 * announced create is open.
 */
import { rest } from './applying.ts';
import { heldByClaimant } from './claims.ts';
import type { Look } from './engine.ts';
import { Failure } from './failure.ts';
import { failed } from './failing.ts';
import { ManagedObject } from './managed-object.ts';
import type { KubeObject } from './objects.ts';
import { observe } from './observing.ts';
import type { Next, Outcome } from './outcome.ts';
import { apply, observed, planned } from './permitting.ts';
import type { ManagementPolicy } from './scope.ts';
import type { AnyLook, Seen } from './seen.ts';
import type { Step } from './step.ts';

export async function reconcile<Spec, Status, Observed, S extends Step, Outside, Clouds>(
  given: Look<Spec, Status, Observed, S, Outside, Clouds>,
  kubeObject: KubeObject,
): Promise<Outcome> {
  const look = given as unknown as AnyLook;
  const object = new ManagedObject(look, kubeObject);
  const next = await lookOnce(look, object);
  return { ...next, ...object.written };
}

const serve: Readonly<Record<ManagementPolicy, (seen: Seen) => Promise<Next>>> = {
  Apply: apply,
  Plan: planned,
  Observe: observed,
};

async function lookOnce(look: AnyLook, object: ManagedObject): Promise<Next> {
  const { kind, engine } = look;
  if (object.absent && !object.has(kind.finalizer)) return { next: 'gone' };
  let seen: Seen | undefined;
  try {
    const parsed = kind.parse(object.current.spec);
    if (!parsed.ok) throw new Failure({ class: 'Invalid', reason: 'InvalidSpec', message: parsed.message });
    const policy = managementPolicyOf(parsed.spec);
    if (policy === 'Apply' && !object.absent && !object.has(kind.finalizer)) await object.addFinalizer(kind.finalizer);
    seen = await observe(look, object, { spec: parsed.spec, policy });
    const inUse = object.absent ? await heldByClaimant(engine.objects, object.current) : undefined;
    return await (inUse ? rest(seen, inUse) : serve[policy](seen));
  } catch (error) {
    // what was found not to work is said also when saying it failed at first; all else is told, with its news, by the look that succeeds
    return failed(look, object, error, seen && { serving: seen.plan.serving });
  }
}

function managementPolicyOf(spec: unknown): ManagementPolicy {
  const policy = (spec as { managementPolicy?: unknown }).managementPolicy;
  return policy === 'Plan' || policy === 'Observe' ? policy : 'Apply';
}
