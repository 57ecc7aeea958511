// SPDX-License-Identifier: GPL-3.0-or-later
/** The first half of a look: what exists, and what there is to do about it. Writes nothing outside. */
import { driftSince } from './drift.ts';
import { stillOpen } from './journal.ts';
import type { ManagedObject } from './managed-object.ts';
import { forgetSettled } from './memory.ts';
import type { ManagementPolicy, Scope } from './scope.ts';
import type { AnyLook, Seen } from './seen.ts';
import { driftIntervalMs } from './pace.ts';
import { readStatus, wasApplied } from './status.ts';
import { rfc3339 } from './time.ts';
import { verdictsOf } from './verdicts.ts';

/** An object that was told nothing yet gets its first status after this time, when the look takes longer. */
const firstStatusMs = 500;
/** Cheaper than the error with a stack trace that would be the reason else. */
const looked = 'looked';

export async function observe(
  look: AnyLook,
  object: ManagedObject,
  wish: { spec: unknown; policy: ManagementPolicy },
): Promise<Seen> {
  const { engine, kind, memory } = look;
  const { name, namespace, uid, generation, annotations = {} } = object.current.metadata;
  const applied = memory.applied === generation || wasApplied(object.current);
  const desired = {
    uid,
    name,
    namespace,
    generation,
    annotations,
    spec: wish.spec,
    absent: object.absent,
    driftIntervalMs: driftIntervalMs(engine, wish.spec),
    last: kind.parseStatus(object.current.status),
  };
  const scope = scopeOf(look, object, wish.policy);
  const looking = (async () => {
    const clouds = await kind.connect(engine.outside, desired, { object: object.current, scope });
    return { clouds, observed: await kind.observe(clouds, desired) };
  })();
  await firstStatus(look, object, looking);
  const { clouds, observed } = await looking;
  object.keepOpen(stillOpen(object.begun, (step) => kind.after(observed, step) === observed, engine.clock.now()));
  look.brake?.saw(uid, kind.account(observed));
  const plan = kind.plan(desired, observed);
  forgetSettled(memory, plan.steps);
  const differences = desired.absent ? [] : kind.drift(desired, observed);
  const counts = applied || wish.policy === 'Observe';
  object.drift = counts ? driftSince(object.drift, differences, rfc3339(engine.clock.now())) : [];
  return { look, object, policy: wish.policy, desired, observed, plan, clouds, wasApplied: applied };
}

export function scopeOf({ kind }: AnyLook, object: ManagedObject, policy: ManagementPolicy): Scope {
  const { namespace, name, uid } = object.current.metadata;
  return { kind: kind.kind, namespace, name, uid, policy };
}

/** Nobody waits longer than a second to see that the operator has seen the object. */
async function firstStatus(look: AnyLook, object: ManagedObject, looking: Promise<unknown>): Promise<void> {
  if (readStatus(object.current).conditions.length > 0) return;
  const over = new AbortController();
  const settled = looking.then(
    () => over.abort(looked),
    () => over.abort(looked),
  );
  await Promise.race([settled, look.engine.clock.sleep(firstStatusMs, over.signal)]);
  if (over.signal.aborted) return;
  const seen = { why: 'Waiting', reason: 'Looking', message: 'Seen; looking at what exists' } as const;
  await object.tell({
    verdicts: verdictsOf({ serving: seen, hold: seen, pending: [], applying: true, absent: object.absent }),
  });
}
