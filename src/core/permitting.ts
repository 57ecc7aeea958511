// SPDX-License-Identifier: GPL-3.0-or-later
/** Between thinking and acting: what of the plan may be done now, by the object's policy, its approvals, and the mass-change brake. */
import { brakeHold, isAllowed, isUnasked } from './brake.ts';
import { approvalFor, approvalHold, isUnderWay, planWaits } from './approving.ts';
import { rest, work } from './applying.ts';
import { conditionOf } from './conditions.ts';
import { driftSince } from './drift.ts';
import { scopeOf } from './observing.ts';
import type { Next } from './outcome.ts';
import { openHold, restingMs } from './pace.ts';
import type { Hold, Plan } from './plan.ts';
import { changesIn, digestsOf } from './plan-hash.ts';
import { needsApproval, policyOf, refuse } from './policy.ts';
import { preview, type Preview } from './preview.ts';
import { withhold } from './withholding.ts';
import { report, type Report, type Seen } from './seen.ts';
import { readStatus } from './status.ts';
import type { Step } from './step.ts';
import { rfc3339 } from './time.ts';

type Whole = Preview<unknown, Step>;

function previewOf({ look, desired, observed }: Seen): Whole {
  return preview(look.kind, desired, observed, policyOf(desired.annotations));
}

/** managementPolicy Apply: what is planned is done, but for what policies, the brake or a person have to say a word about first. */
export async function apply(given: Seen): Promise<Next> {
  const { object } = given;
  if (given.plan.steps.length === 0) return rest(given);
  const whole = previewOf(given);
  // a deletion that a policy would stop half way is not begun
  if (whole.refused && object.absent) return rest(given, whole.refused);
  const changes = changesIn(whole.steps);
  const grave = changes.some(needsApproval);
  if (grave) return applyApproved(given, whole, changes);
  object.approved = undefined;
  const seen = withhold(given, whole.steps);
  const braked = heldByBrake(seen);
  if (braked) return rest(seen, braked);
  const steps = unrefused(seen);
  return steps.length === 0 ? rest(seen, whole.refused) : work(seen, steps);
}

/** The steps of now, up to the first that a policy refuses. */
function unrefused({ desired, plan }: Seen): readonly Step[] {
  const policy = policyOf(desired.annotations);
  const refusedAt = plan.steps.findIndex((step) => refuse(step, policy) !== undefined);
  return refusedAt < 0 ? plan.steps : plan.steps.slice(0, refusedAt);
}

/** Adoption and replacement: the whole plan is shown first, and nothing is written before it is approved. */
async function applyApproved(seen: Seen, whole: Whole, changes: readonly Step[]): Promise<Next> {
  const approval = approvalFor(seen, changes);
  if (approval.is === 'given') {
    seen.object.approved = approval.approved;
    seen.object.drift = [];
    return workApproved(seen, whole, { adopting: true });
  }
  showDifferences(seen);
  const hold = approvalHold(seen, approval.is, { changes, beyond: beyondOf(whole) });
  return show(seen, { whole: whole.steps, hold, adopting: true });
}

/** managementPolicy Plan: nothing is done but what was approved, step by step, until it is all there. */
export async function planned(seen: Seen): Promise<Next> {
  const { object } = seen;
  const whole = previewOf(seen);
  const changes = changesIn(whole.steps);
  if (changes.length === 0) return planless(seen, whole);
  const pending = { changes, beyond: beyondOf(whole) };
  const approval = approvalFor(seen, changes);
  const adopting = changes.some(needsApproval);
  if (adopting) showDifferences(seen);
  if (approval.is === 'needed' && !object.absent)
    return show(seen, { whole: whole.steps, because: planWaits(seen, pending), hold: blockedOnly(whole), adopting });
  if (approval.is !== 'given')
    return show(seen, { whole: whole.steps, hold: approvalHold(seen, approval.is, pending), adopting });
  object.approved = approval.approved;
  if (adopting) object.drift = [];
  return workApproved(seen, whole, { adopting });
}

/** What was approved, as far as it may be done now: an approval opens no window. */
async function workApproved(seen: Seen, whole: Whole, saying: Report): Promise<Next> {
  const now = withhold(seen, whole.steps);
  const steps = now.way ? approvedOf(now) : firstOf(seen, whole);
  if (now.way && steps.length === 0) return show(now, { whole: whole.steps, hold: now.plan.hold, ...saying });
  return work(seen.policy === 'Plan' ? await allowed(now) : now, steps, saying);
}

/** A plan that leaves something out may come to what nobody has approved. */
function approvedOf(seen: Seen): readonly Step[] {
  const { look, object } = seen;
  const set = new Set(object.approved?.steps);
  const steps = unrefused(seen);
  const beyond = steps.findIndex((step) => digestsOf(look.kind, [step]).some((one) => !set.has(one)));
  return beyond < 0 ? steps : steps.slice(0, beyond);
}

/** Nothing to change. The proof of what was approved and done is part of that approval; without one nothing is written, so nothing is proven. */
async function planless(seen: Seen, whole: Whole): Promise<Next> {
  const { plan } = seen;
  if (whole.refused) return show(seen, { whole: [], hold: whole.refused });
  if (plan.steps.length > 0 && isUnderWay(seen)) return work(await allowed(seen), plan.steps);
  return rest({ ...seen, plan: isUnderWay(seen) ? plan : idle(plan) });
}

/** Nobody does what is due while nothing may be done: the next look is one for drift, or for what is watched. */
function idle({ serving, hold, watchMs }: Plan<Step>): Plan<Step> {
  return { steps: [], serving, ...(hold ? { hold } : {}), ...(watchMs === undefined ? {} : { watchMs }) };
}

/** managementPolicy Observe: differences are shown, and nothing is changed. An object that has nothing of ours any more may go. */
export async function observed(seen: Seen): Promise<Next> {
  const { object, look } = seen;
  const whole = previewOf(seen);
  const open = object.absent ? openHold(object.begun, look.engine.clock.now()) : undefined;
  if (object.absent && whole.steps.length === 0 && !whole.hold && !whole.refused && !open) return rest(seen);
  const forbidden: Hold = {
    why: 'Blocked',
    reason: 'PolicyForbidsDeletion',
    message:
      'managementPolicy is Observe, so nothing is deleted. Set managementPolicy: Apply to finish the deletion, or Plan to see it first.',
  };
  const hold = object.absent ? forbidden : beyondOf(whole);
  const fields = object.drift.map(({ path }) => path).slice(0, 12);
  const because = {
    reason: 'Drifted',
    message: `Not as the spec says: ${fields.join(', ')}. Set managementPolicy: Apply to make these changes`,
  };
  return show(seen, { whole: whole.steps, hold, ...(fields.length > 0 ? { because } : {}) });
}

/** What would be done goes into the status; nothing else is written. */
export async function show(seen: Seen, saying: Report): Promise<Next> {
  const { plan } = seen;
  await report(seen, saying);
  return { next: 'later', ms: restingMs(seen, idle(plan), saying.hold) };
}

function beyondOf({ refused, hold }: Whole): Hold | undefined {
  return refused ?? hold;
}

/** Of a way that nobody has begun it is no news that the cloud will take its time on it. */
function blockedOnly(whole: Whole): Hold | undefined {
  const hold = beyondOf(whole);
  return hold?.why === 'Blocked' ? hold : undefined;
}

/** The steps of now; the preview says where a policy cuts them. */
function firstOf({ plan }: Seen, whole: Whole): readonly Step[] {
  return whole.steps.slice(0, Math.min(plan.steps.length, whole.steps.length));
}

function showDifferences({ look, object, desired, observed: world }: Seen): void {
  const before = readStatus(object.current).drift;
  object.drift = driftSince(before, look.kind.drift(desired, world), rfc3339(look.engine.clock.now()));
}

/** The same look with the right to write: until here the wire let nothing pass, and from here only approved steps are sent. */
async function allowed(seen: Seen): Promise<Seen> {
  const { look, object, desired } = seen;
  const { kind, engine } = look;
  if (!object.absent && !object.has(kind.finalizer)) await object.addFinalizer(kind.finalizer);
  const scope = scopeOf(look, object, 'Apply');
  const clouds = await kind.connect(engine.outside, desired, { object: object.current, scope });
  return { ...seen, clouds };
}

/** Things that vanish from many objects at once have more likely not vanished. */
function heldByBrake({ look, object, desired, observed: world, plan, wasApplied }: Seen): Hold | undefined {
  const { brake, engine, kind } = look;
  const now = engine.clock.now();
  if (!brake || object.absent || !wasApplied || !isUnasked(plan.steps) || isAllowed(desired.annotations, now))
    return undefined;
  const wasHeld = conditionOf(readStatus(object.current).conditions, 'Synced')?.reason === 'MassChangeBrake';
  return brakeHold(brake.would(desired.uid, kind.account(world), now, wasHeld), changesIn(plan.steps));
}
