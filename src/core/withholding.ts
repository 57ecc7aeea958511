// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Outside of `spec.maintenance` nothing is done that interrupts what works. A plan is cut before its first such step, whatever the kind; so that
 * the rest goes on all the same, a kind is asked for a plan without them (`Desired.withholds`). A deletion is never held.
 */
import { annotations } from '../api/annotations.ts';
import { Failure } from './failure.ts';
import { wallAt } from './local-time.ts';
import { maintenanceOf, mayDisrupt, windowAt, type WindowState } from './maintenance.ts';
import type { Desired } from './kind.ts';
import type { Hold } from './plan.ts';
import type { Seen } from './seen.ts';
import { isDisrupting, untilDisrupting, type Step } from './step.ts';
import { rfc3339 } from './time.ts';

/** `2026-03-29T01:00:00Z (03:00 on 2026-03-29, Europe/Berlin)`; once where both clocks are the same. */
function timeWords(instant: number, timeZone: string): string {
  const utc = rfc3339(instant);
  const [date = '', time = ''] = rfc3339(wallAt(instant, timeZone)).split('T');
  return timeZone === 'UTC' ? utc : `${utc} (${time.slice(0, 5)} on ${date}, ${timeZone})`;
}

const mostNamed = 5;

function named(steps: readonly Step[]): string {
  const all = [...new Set(steps.filter(isDisrupting).map((step) => `${step.do} (${step.target})`))];
  return all.length <= mostNamed
    ? all.join(', ')
    : `${all.slice(0, mostNamed).join(', ')} and ${all.length - mostNamed} more`;
}

/** What, and until when. `undefined`: nothing waits. */
function waitsFor(state: WindowState, steps: readonly Step[]): string | undefined {
  if (state.is === 'Open' || !steps.some(isDisrupting)) return undefined;
  const what = `${named(steps)} would interrupt what works`;
  return state.is === 'Frozen'
    ? `${what}, and waits while maintenance.freeze is true`
    : `${what}, and waits for the maintenance window ${state.window.name}, which opens ${timeWords(state.opens, state.window.timeZone)}`;
}

/** For a preview. @param now Milliseconds since the epoch. */
export function windowNote(
  { spec, annotations: given, absent }: Desired<unknown, unknown>,
  steps: readonly Step[],
  now: number,
): string[] {
  const why = absent ? undefined : waitsFor(windowAt(maintenanceOf(spec), now), steps);
  if (why === undefined) return [];
  return [mayDisrupt(given, now) ? `${why}; ${annotations.allowDisruptionUntil} has it done at once` : why];
}

/** The very command, but for the time. */
function command({ look, object }: Seen): string {
  const { namespace, name } = object.current.metadata;
  return `kubectl annotate -n ${namespace} --overwrite ${look.kind.plural} ${name} ${annotations.allowDisruptionUntil}=<time, RFC 3339, at most 24 hours ahead>`;
}

function holdOf(seen: Seen, state: WindowState): Hold | undefined {
  const why = waitsFor(state, seen.plan.steps);
  if (why === undefined || state.is === 'Open') return undefined;
  const opensInMs = state.is === 'Closed' ? state.opens - seen.look.engine.clock.now() : Number.POSITIVE_INFINITY;
  return {
    why: 'Waiting',
    reason: state.is === 'Closed' ? 'OutsideWindow' : 'Frozen',
    message: `${why}. All else goes on. To have it done now: ${command(seen)}`,
    lookAgainAfterMs: opensInMs,
  };
}

/** What else stands in the way is told first; the opening is not missed for it. */
function sooner(hold: Hold | undefined, window: Hold): Hold {
  if (!hold) return window;
  const { lookAgainAfterMs } = hold;
  return lookAgainAfterMs === undefined
    ? hold
    : { ...hold, lookAgainAfterMs: Math.min(lookAgainAfterMs, window.lookAgainAfterMs ?? lookAgainAfterMs) };
}

/** @param way Every step on the way, to be shown while some of them wait. */
export function withhold(seen: Seen, way: readonly Step[]): Seen {
  const { look, object, desired, observed, plan } = seen;
  const now = look.engine.clock.now();
  const maintenance = maintenanceOf(desired.spec);
  if (!maintenance || object.absent || !plan.steps.some(isDisrupting)) return seen;
  const state = windowAt(maintenance, now);
  const hold = holdOf(seen, state);
  if (!hold) return seen;
  if (mayDisrupt(desired.annotations, now)) return seen;
  const rest = look.kind.plan({ ...desired, withholds: true }, observed);
  return { ...seen, way, plan: { ...rest, steps: untilDisrupting(rest.steps), hold: sooner(rest.hold, hold) } };
}

/**
 * Right before a step is sent. That a person took an interruption upon themselves is on record, whatever becomes of it.
 * @throws Failure when the window was open for the look, and is not any more.
 */
export function mustBeOpenFor(step: Step, { look, object, desired }: Seen): void {
  if (!isDisrupting(step) || object.absent) return;
  const now = look.engine.clock.now();
  const state = windowAt(maintenanceOf(desired.spec), now);
  if (state.is === 'Open') return;
  const place = state.is === 'Frozen' ? 'While maintenance.freeze is true' : 'Outside of the maintenance windows';
  const until = desired.annotations[annotations.allowDisruptionUntil] ?? '';
  if (!mayDisrupt(desired.annotations, now))
    throw new Failure({
      class: 'Transient',
      reason: 'OutsideWindow',
      applied: 'no',
      message: 'The maintenance window closed while the object was looked at; nothing was interrupted',
    });
  const message = look.engine.scrub(
    `${place}, as ${annotations.allowDisruptionUntil}=${until} allows: ${step.do} (${step.target})`,
  );
  look.engine.objects.note(object.current, { type: 'Warning', reason: 'WindowOverridden', action: step.do, message });
}
