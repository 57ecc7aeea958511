// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One look at one object: observe, plan, act, and tell. The same for every kind.
 *
 * The order of things is what makes it safe to kill anywhere: the finalizer before the first write, announcements before creates that
 * may not show, conclusions only from an observation, and the finalizer off only when a fresh plan for absence is empty and no
 * announced create is open.
 */
import { carryOut, type ActingDone } from './acting.ts';
import type { Look } from './engine.ts';
import { Failure } from './failure.ts';
import { stillOpen } from './journal.ts';
import type { Desired } from './kind.ts';
import { forgetSettled } from './memory.ts';
import { ManagedObject } from './managed-object.ts';
import type { KubeObject } from './objects.ts';
import type { Next, Outcome } from './outcome.ts';
import { blockedMs, openHold, restingMs } from './pace.ts';
import type { Hold, Plan } from './plan.ts';
import { planHash } from './plan-hash.ts';
import { policyOf, refuse } from './policy.ts';
import { preview } from './preview.ts';
import type { ManagementPolicy, Scope } from './scope.ts';
import { describeStep, readStatus } from './status.ts';
import type { Step } from './step.ts';
import { verdictsOf, verdictsOfFailure } from './verdicts.ts';

/** An object that was told nothing yet gets its first status after this time, when the look takes longer. */
const firstStatusMs = 500;

/** A look whose kind's types are forgotten: the engine only carries them from one of the kind's functions to the next. */
type AnyLook = Look<unknown, unknown, unknown, Step, unknown, unknown>;

/** What one look knows once it has observed. */
interface Seen {
  readonly look: AnyLook;
  readonly object: ManagedObject;
  readonly desired: Desired<unknown, unknown>;
  readonly observed: unknown;
  readonly plan: Plan<Step>;
  readonly clouds: unknown;
}

export async function reconcile<Spec, Status, Observed, S extends Step, Outside, Clouds>(
  given: Look<Spec, Status, Observed, S, Outside, Clouds>,
  kubeObject: KubeObject,
): Promise<Outcome> {
  const look = given as unknown as AnyLook;
  const object = new ManagedObject(look, kubeObject);
  const next = await lookOnce(look, object);
  return { ...next, ...object.written };
}

async function lookOnce(look: AnyLook, object: ManagedObject): Promise<Next> {
  const { kind } = look;
  if (object.absent && !object.has(kind.finalizer)) return { next: 'gone' };
  try {
    const parsed = kind.parse(object.current.spec);
    if (!parsed.ok) throw new Failure({ class: 'Invalid', reason: 'InvalidSpec', message: parsed.message });
    const policy = managementPolicyOf(parsed.spec);
    if (policy === 'Apply' && !object.absent && !object.has(kind.finalizer)) await object.addFinalizer(kind.finalizer);
    const seen = await observe(look, object, { spec: parsed.spec, policy });
    return await (policy === 'Apply' ? apply(seen) : show(seen, policy));
  } catch (error) {
    return failed(look, object, error);
  }
}

async function observe(
  look: AnyLook,
  object: ManagedObject,
  wish: { spec: unknown; policy: ManagementPolicy },
): Promise<Seen> {
  const { engine, kind, memory } = look;
  const { name, namespace, uid, generation, annotations = {} } = object.current.metadata;
  const desired = {
    uid,
    name,
    namespace,
    generation,
    annotations,
    spec: wish.spec,
    absent: object.absent,
    last: kind.parseStatus(object.current.status),
  };
  const scope: Scope = { kind: kind.kind, namespace, name, uid, policy: wish.policy };
  const looking = (async () => {
    const clouds = await kind.connect(engine.outside, desired, { object: object.current, scope });
    return { clouds, observed: await kind.observe(clouds, desired) };
  })();
  await firstStatus(look, object, looking);
  const { clouds, observed } = await looking;
  object.keepOpen(stillOpen(object.begun, (step) => kind.after(observed, step) === observed, engine.clock.now()));
  const plan = kind.plan(desired, observed);
  forgetSettled(memory, plan.steps);
  return { look, object, desired, observed, plan, clouds };
}

/** Nobody waits longer than a second to see that the operator has seen the object. */
async function firstStatus(look: AnyLook, object: ManagedObject, looking: Promise<unknown>): Promise<void> {
  if (readStatus(object.current).conditions.length > 0) return;
  const over = new AbortController();
  const settled = looking.then(
    () => over.abort(),
    () => over.abort(),
  );
  await Promise.race([settled, look.engine.clock.sleep(firstStatusMs, over.signal)]);
  if (over.signal.aborted) return;
  const seen = { why: 'Waiting', reason: 'Looking', message: 'Seen; looking at what exists' } as const;
  await object.tell({
    verdicts: verdictsOf({ serving: seen, hold: seen, pending: [], applying: true, absent: object.absent }),
  });
}

async function apply(seen: Seen): Promise<Next> {
  const { look, object, desired, observed, plan, clouds } = seen;
  const { kind, engine, memory } = look;
  if (plan.steps.length === 0) return rest(seen);
  const policy = policyOf(desired.annotations);
  const { refused } = preview(kind, desired, observed, policy);
  // a deletion that a policy would stop half way is not begun
  if (refused && object.absent) return rest(seen, refused);
  const refusedAt = plan.steps.findIndex((step) => refuse(step, policy) !== undefined);
  const steps = refusedAt < 0 ? plan.steps : plan.steps.slice(0, refusedAt);
  if (steps.length === 0) return rest(seen, refused);
  // said before it is done: Ready must not outlive the key, nor an announcement the thing that it announced and that has shown
  if (object.absent) await tell(seen);
  if (steps.some(needsFreshObject)) await object.mustBeNewest();
  const done = await carryOut(
    {
      engine,
      object: object.current,
      memory,
      openFor: (step) => object.openFor(step.once),
      announce: async (announced) => {
        object.announce(announced);
        await tell(seen);
      },
      act: async (step) => {
        const action = kind.act[step.do];
        if (!action) throw new Error(`${kind.kind} has no action for ${step.do}`);
        return action(clouds, step);
      },
    },
    steps,
  );
  return acted(seen, done);
}

/** What destroys, and what cannot be repeated, is not done on a spec, a deletion or a journal that a cache may have shown late. */
function needsFreshObject(step: Step): boolean {
  return step.effect === 'delete' || step.effect === 'replace' || (step.once !== undefined && !step.repeatable);
}

async function acted(seen: Seen, done: ActingDone): Promise<Next> {
  const { look, object, plan } = seen;
  const { kind, engine } = look;
  object.keepOpen(object.begun.filter((entry) => !done.refuted.includes(entry.key)));
  const before = { last: seen.desired.last, observed: seen.observed };
  const { last, observed } = done.probe ? kind.probed(before, done.probe, engine.clock.now()) : before;
  const desired = { ...seen.desired, last };
  const now = { ...seen, desired, observed };
  if (done.error !== undefined) return failed(look, object, done.error, now);
  // a probe's result is stored, then observed; nothing else outside changed, so one look is enough
  if (plan.steps.every((step) => step.effect === 'probe')) return rest({ ...now, plan: kind.plan(desired, observed) });
  if (done.done > 0) {
    if (done.probe) await tell(now);
    return { next: 'now' };
  }
  const waiting: Hold = {
    why: 'Waiting',
    reason: 'NotVisibleYet',
    message: 'Done, and waiting until the cloud shows it',
  };
  await tell(now, plan.hold ?? waiting);
  return { next: 'later', ms: Math.max(1000, done.restMs ?? 5000) };
}

/** Nothing to do now: say so, and when to look again. */
async function rest(seen: Seen, refused?: Hold): Promise<Next> {
  const { look, object, plan } = seen;
  const { engine, kind } = look;
  const hold = refused ?? plan.hold ?? (object.absent ? openHold(object.begun, engine.clock.now()) : undefined);
  if (object.absent && !hold && plan.steps.length === 0) {
    await object.removeFinalizer(kind.finalizer);
    return { next: 'gone' };
  }
  await tell(seen, hold);
  return { next: 'later', ms: restingMs(engine, plan, hold) };
}

/** Plan and Observe: what would be done goes into the status; nothing else is written. */
async function show(seen: Seen, policy: ManagementPolicy): Promise<Next> {
  const { look, object, desired, observed, plan } = seen;
  const { engine, kind } = look;
  const whole = preview(kind, desired, observed, policyOf(desired.annotations));
  const changes = whole.steps.filter((step) => step.effect !== 'probe');
  const forbidden: Hold = {
    why: 'Blocked',
    reason: 'PolicyForbidsDeletion',
    message: `managementPolicy is ${policy}, so nothing is deleted. Set managementPolicy: Apply to finish the deletion.`,
  };
  const hold = object.absent ? forbidden : (whole.refused ?? whole.hold);
  const facts = kind.facts(desired, observed);
  const pending = changes.map((step) => step.do);
  await object.tell({
    verdicts: [
      ...verdictsOf({
        serving: plan.serving,
        ...(hold ? { hold } : {}),
        pending,
        applying: false,
        absent: object.absent,
      }),
      ...(facts.conditions ?? []),
    ],
    fields: facts.fields,
    plan: { hash: planHash(changes), steps: changes.slice(0, 100).map((step) => describeStep(step, kind.calls(step))) },
    ...(hold ? { hold } : {}),
  });
  return { next: 'later', ms: restingMs(engine, { ...plan, steps: [] }, hold) };
}

async function tell(seen: Seen, hold: Hold | undefined = seen.plan.hold): Promise<void> {
  const { look, object, desired, observed, plan } = seen;
  const facts = look.kind.facts(desired, observed);
  const pending = plan.steps.filter((step) => step.effect !== 'probe').map((step) => step.do);
  await object.tell({
    verdicts: [
      ...verdictsOf({
        serving: plan.serving,
        ...(hold ? { hold } : {}),
        pending,
        applying: true,
        absent: object.absent,
      }),
      ...(facts.conditions ?? []),
    ],
    fields: facts.fields,
    ...(hold ? { hold } : {}),
  });
}

async function failed(look: AnyLook, object: ManagedObject, error: unknown, seen?: Seen): Promise<Next> {
  const before = readStatus(object.current).conditions;
  const own = before.filter((condition) => !['Ready', 'Synced', 'Reconciling', 'Stalled'].includes(condition.type));
  const fields = seen && look.kind.facts(seen.desired, seen.observed).fields;
  try {
    // a process that lost the lease tells nobody anything
    if (!(error instanceof Failure && error.class === 'Fenced')) {
      await object.tell({
        verdicts: [
          ...verdictsOfFailure(error, before, {
            attempt: look.attempt,
            absent: object.absent,
            generation: object.current.metadata.generation,
            ...(seen ? { serving: seen.plan.serving } : {}),
          }),
          ...own,
        ],
        ...(fields ? { fields } : {}),
      });
    }
  } catch (telling) {
    return { next: 'retry', error: telling };
  }
  return afterFailure(error);
}

function afterFailure(error: unknown): Next {
  if (error instanceof Failure && error.class === 'Invalid') return { next: 'change' };
  if (error instanceof Failure && error.class === 'Denied') return { next: 'later', ms: blockedMs };
  const atLeastMs = error instanceof Failure ? error.retryAfterMs : undefined;
  return { next: 'retry', error, ...(atLeastMs === undefined ? {} : { atLeastMs }) };
}

function managementPolicyOf(spec: unknown): ManagementPolicy {
  const policy = (spec as { managementPolicy?: unknown }).managementPolicy;
  return policy === 'Plan' || policy === 'Observe' ? policy : 'Apply';
}
