// SPDX-License-Identifier: GPL-3.0-or-later
/** The second half of a look: the steps that may be done are done, and what came of it is told. */
import { carryOut, type ActingDone } from './acting.ts';
import { approve, askedIn, isUnderWay } from './approving.ts';
import { failed } from './failing.ts';
import type { Next } from './outcome.ts';
import { openHold, restingMs, unsettledHold } from './pace.ts';
import type { Hold } from './plan.ts';
import { changesIn } from './plan-hash.ts';
import { report, type Report, type Seen } from './seen.ts';
import { readStatus, same } from './status.ts';
import type { Step } from './step.ts';
import { mustBeOpenFor, withhold } from './withholding.ts';

/** Does these steps, the first of the plan, and looks again. */
export async function work(seen: Seen, steps: readonly Step[], saying: Report = {}): Promise<Next> {
  const { look, object, clouds, plan } = seen;
  const { kind, engine, memory } = look;
  const say = () => report(seen, { hold: plan.hold, ...saying });
  // said before it is done: Ready must not outlive the key, drift is shown until it is corrected, and what was approved is written down
  if (object.absent || !same(object.drift, readStatus(object.current).drift) || isNewlyApproved(seen)) await say();
  if (steps.some(needsFreshObject)) await object.mustBeNewest();
  const done = await carryOut(
    {
      engine,
      object: object.current,
      memory,
      openFor: (step) => object.openFor(step.once),
      announce: async (announced) => {
        object.announce(announced);
        await say();
      },
      act: async (step) => {
        const action = kind.act[step.do];
        if (!action) throw new Error(`${kind.kind} has no action for ${step.do}`);
        mustBeOpenFor(step, seen);
        return action(clouds, step);
      },
    },
    steps,
  );
  return acted(seen, done, saying);
}

function isNewlyApproved({ object }: Seen): boolean {
  return !same(object.approved, readStatus(object.current).approved);
}

/** What destroys, cannot be repeated or would be forgotten is not done on a spec, a deletion or a journal that a cache may have shown late. */
function needsFreshObject({ effect, once, repeatable, named }: Step): boolean {
  return effect === 'delete' || effect === 'replace' || (once !== undefined && !repeatable) || named === true;
}

async function acted(seen: Seen, done: ActingDone, saying: Report): Promise<Next> {
  const { look, object, plan } = seen;
  const { kind, engine } = look;
  object.keepOpen(object.begun.filter((entry) => !done.refuted.includes(entry.key)));
  const before = { last: seen.desired.last, observed: seen.observed };
  const { last, observed } = done.probe ? kind.probed(before, done.probe, engine.clock.now()) : before;
  const desired = { ...seen.desired, last };
  const now = { ...seen, desired, observed };
  if (done.error !== undefined) {
    const { fields } = kind.facts(desired, observed);
    return failed(look, object, done.error, { serving: plan.serving, fields });
  }
  // a probe's result is stored, then observed; nothing else outside changed, so one look is enough
  if (changesIn(plan.steps).length === 0)
    return rest(withhold({ ...now, plan: kind.plan(desired, observed) }, seen.way ?? []));
  if (done.done > 0) {
    if (done.probe) await report(now, { hold: plan.hold, ...saying });
    return { next: 'now' };
  }
  const unsettled = unsettledIn(seen);
  await report(unsettled ? waitingFor(now, unsettled) : now, { ...saying, hold: plan.hold ?? unsettled ?? notVisible });
  return { next: 'later', ms: Math.max(1000, done.restMs ?? 5000) };
}

const notVisible: Hold = {
  why: 'Waiting',
  reason: 'NotVisibleYet',
  message: 'Done, and waiting until the cloud shows it',
};

/** Of a create that may not be sent again yet, after a crash or an answer that was lost. */
function unsettledIn({ object, plan }: Seen): Hold | undefined {
  const once = new Set(plan.steps.flatMap((step) => (step.once !== undefined && !step.repeatable ? [step.once] : [])));
  const entry = object.begun.find(({ key }) => once.has(key) && object.openFor(key) > 0);
  return entry && unsettledHold(entry);
}

/** What does not work yet for want of it says so, too. */
function waitingFor(seen: Seen, { message }: Hold): Seen {
  const { serving } = seen.plan;
  if (serving === true || serving.why !== 'Waiting') return seen;
  return { ...seen, plan: { ...seen.plan, serving: { ...serving, message: `${serving.message}. ${message}` } } };
}

/** Nothing to do now: say so, and when to look again. */
export async function rest(seen: Seen, refused?: Hold): Promise<Next> {
  const { look, object, plan } = seen;
  const { kind, memory } = look;
  const hold = refused ?? plan.hold ?? stillAnnounced(seen);
  const complete = !hold && plan.steps.length === 0;
  if (object.absent && complete) {
    await object.removeFinalizer(kind.finalizer);
    return { next: 'gone' };
  }
  if (complete) memory.applied = seen.desired.generation;
  const spent = complete && isSpent(seen);
  if (spent) object.approved = undefined;
  await report(seen, { hold, whole: seen.way });
  if (spent && askedIn(seen) !== undefined) await object.dropAnnotation(approve);
  return { next: 'later', ms: restingMs(seen, spent ? afterApproval(seen) : plan, hold) };
}

function stillAnnounced({ look, object }: Seen): Hold | undefined {
  return object.absent ? openHold(object.begun, look.engine.clock.now()) : undefined;
}

/** Under Plan nothing is done any more that is due: the next look is one for drift. */
function afterApproval({ plan, policy }: Seen): Seen['plan'] {
  const { due: _due, ...undated } = plan;
  return policy === 'Plan' ? undated : plan;
}

/** What is due so soon is a part of what goes on. */
const soonMs = 60_000;

/** What was approved is done and proven, as far as that goes; an approval is good for once. */
function isSpent(seen: Seen): boolean {
  const { serving, due } = seen.plan;
  const soon = due !== undefined && due - seen.look.engine.clock.now() < soonMs;
  const moving = soon || (serving !== true && serving.why === 'Waiting');
  return !(moving && isUnderWay(seen)) && (seen.object.approved !== undefined || askedIn(seen) !== undefined);
}
