// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../../api/gslb-endpoint.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Hold, Plan } from '../../../core/plan.ts';
import { absentCertificates, certificatesServing, planCertificates, surplusHold } from '../certificate/plan.ts';
import { certificateWish } from '../certificate/wanted.ts';
import { toldChange } from '../change-state.ts';
import { ownershipOfType, recordTypes } from '../name.ts';
import { haproxyDesired } from '../haproxy/desired.ts';
import { absentHaproxy, planHaproxy } from '../haproxy/plan.ts';
import type { Observed } from '../observed.ts';
import { planSitesOf, sitesWanted } from '../sites/of-spec.ts';
import type { SitePart } from '../sites/part.ts';
import { sitesServing } from '../sites/plan.ts';
import type { GslbStep } from '../steps.ts';
import { planAbsent } from './absent.ts';
import { breakerHold } from './breaker.ts';
import { deleteCheck, itselfHold, ourChecks, planChecks, roomHold, surplusChecks } from './checks.ts';
import { ownershipHold } from './ownership.ts';
import { contextOf } from './context.ts';
import { answered, leaving } from './leading.ts';
import { done, type Context, type InZone, type Part } from './part.ts';
import { balancerHold, confirmRecords, planRecords, unheardHold } from './records.ts';
import { serving } from './serving.ts';
import { settling } from './settling.ts';
import { inZone, zoneHold } from './zone.ts';

/** The health checks, then the records in one batch, and when that is on all name servers the checks that nothing uses any more. */
export function plan(desired: Desired<GslbEndpointSpec, GslbEndpointStatus>, observed: Observed): Plan<GslbStep> {
  const { spec, absent } = desired;
  const context = contextOf(desired, observed);
  const named = serving(context);
  const secured = named === true ? certificatesServing(observed, certificateWish(spec)) : named;
  const verdict = secured === true ? sitesServing(observed, sitesWanted(desired, observed).wishes) : secured;
  const { steps, hold } = absent
    ? withdrawn(context)
    : cleared(context, published(context, standing(context, certified(context, present(context)))));
  const watchMs = spec.telemetry.intervalSeconds * 1000;
  if (!hold) return { steps, serving: verdict, watchMs };
  return { steps, hold, serving: verdict === true && hold.why === 'Blocked' ? inDoubt(hold) : verdict, watchMs };
}

/** What is answered goes on being answered when a change is held back. */
function inDoubt(hold: Hold): true | Hold {
  return ['ChecksItself', 'TooManyRemoved', 'LoadBalancerNotFound', 'SiteStillNamed'].includes(hold.reason)
    ? true
    : hold;
}

/** Beside the name: neither waits for the other. */
function certified(context: Context, { steps, hold }: Part): Part {
  const { zone } = context.observed;
  if (zone.found !== 'one' || zoneHold(context)) return { steps, ...(hold ? { hold } : {}) };
  const part = planCertificates(context.observed, certificateWish(context.spec), zone.zone);
  const held = hold ?? part.hold;
  return { steps: [...steps, ...part.steps], ...(held ? { hold: held } : {}) };
}

/** A certificate that is left over is used until the listeners are changed, or gone. */
function cleared({ observed, spec }: Context, part: Part): Part {
  if (part.steps.length > 0 || part.hold || observed.zone.found !== 'one') return part;
  return done(surplusHold(observed, certificateWish(spec)));
}

/** What the records may point to: it is made while they wait for it. */
function standing(context: Context, { steps, hold }: Part): Part {
  if (hold?.reason === 'TooManyRemoved') return { steps, hold };
  const part = leaving(
    context,
    planSitesOf({ ...context, absent: false, isAnswered: answered(context) }, context.observed),
  );
  // a load balancer that is being made is no reason to call a person
  const held = hold?.reason === 'LoadBalancerNotFound' ? (part.hold ?? hold) : (hold ?? part.hold);
  return { steps: [...steps, ...part.steps], ...(held ? { hold: held } : {}) };
}

/** The configuration needs nothing of Route 53; only where the list of endpoints is in doubt it stays as it is, too. */
function published(context: Context, { steps, hold }: Part): Part {
  if (hold?.reason === 'TooManyRemoved') return { steps, hold };
  const haproxy = planHaproxy(haproxyDesired(context), context.observed.haproxy);
  const held = hold ?? haproxy.hold;
  return { steps: [...steps, ...haproxy.steps], ...(held ? { hold: held } : {}) };
}

function withdrawn(context: Context): Part {
  const { steps, hold } = planAbsent(context);
  const { zone } = context.observed;
  const placed = zone.found === 'one' ? zone.zone : undefined;
  const certificates = absentCertificates(context.observed, placed, context.spec.deletionPolicy);
  // once no record leads there
  const idle = steps.length === 0 && !hold;
  const sites: SitePart = idle ? planSitesOf({ ...context, absent: true }, context.observed) : { steps: [] };
  const held = hold ?? sites.hold ?? certificates.hold;
  return {
    steps: [...steps, ...sites.steps, ...certificates.steps, ...absentHaproxy(context.observed.haproxy).steps],
    ...(held ? { hold: held } : {}),
  };
}

function present(context: Context): Part {
  const placed = inZone(context);
  const hold = zoneHold(context);
  if (hold || !placed) return done(hold);
  const others = ownershipHold(placed);
  if (others) return { steps: uselessChecks(placed).map(deleteCheck), hold: others };
  const early = itselfHold(placed) ?? breakerHold(placed) ?? balancerHold(placed);
  return early ? done(early) : served(placed);
}

/**
 * Of a name that was lost to a rival before this object had a record there: the checks were made for it. Once it had some, name servers may
 * still answer by them, and they stay for a person.
 */
function uselessChecks({ observed, place, last }: InZone) {
  const never = last.changeStatus === undefined && recordTypes.every((type) => ownershipOfType(place, type) !== 'mine');
  const used = new Set(observed.records.map(({ healthCheckID }) => healthCheckID));
  return never && toldChange(observed) !== 'Pending' ? ourChecks(observed).filter(({ id }) => !used.has(id)) : [];
}

function served(placed: InZone): Part {
  const checks = planChecks(placed);
  const full = roomHold(placed, checks);
  if (full) return done(full);
  if (checks.length > 0) return { steps: checks };
  const records = planRecords(placed);
  const unheard = records && unheardHold(placed);
  if (unheard) return done(unheard);
  if (records) return { steps: [records] };
  const hold = settling(placed);
  return hold ? done(hold) : left(placed);
}

/** No record uses them since a change that is everywhere. */
function left(placed: InZone): Part {
  const surplus = surplusChecks(placed);
  if (surplus.length === 0) return done();
  const sure = placed.observed.change === 'Unknown' ? confirmRecords(placed) : undefined;
  return { steps: sure ? [sure] : surplus.map(deleteCheck) };
}
