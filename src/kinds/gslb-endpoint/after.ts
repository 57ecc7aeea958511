// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world looks like once a step is done or an event happened; the same object when it already shows. Pure. */
import type { HealthCheck } from '../../clouds/aws/route53/health-check.ts';
import type { RecordChange, RecordSet } from '../../clouds/aws/route53/route53.ts';
import { isStep, type Event } from '../../core/step.ts';
import { afterCertificateEvent, afterCertificateStep } from './certificate/after.ts';
import { afterHaproxy } from './haproxy/after.ts';
import type { HaproxyStep } from './haproxy/steps.ts';
import { markIn } from './marks.ts';
import type { Observed } from './observed.ts';
import { afterSiteEvent, afterSiteStep } from './sites/after.ts';
import type { SiteStep } from './sites/steps.ts';
import { isOfCertificate, isOfHaproxy, isOfSite, type CheckStep, type GslbStep, type RecordStep } from './steps.ts';
import { isMadeWith, sameSettings } from './wanted-checks.ts';
import { sameSet } from './wanted-records.ts';

function changedBy(records: readonly RecordSet[], changes: readonly RecordChange[]): readonly RecordSet[] {
  let next = records;
  for (const { action, record } of changes) {
    const there = next.some((one) => sameSet(one, record));
    if (action === 'DELETE' && there) next = next.filter((one) => !sameSet(one, record));
    if (action !== 'DELETE' && !there) next = [...next, record];
  }
  return next;
}

function sameSets(a: readonly RecordSet[], b: readonly RecordSet[]): boolean {
  return a.length === b.length && a.every((one) => b.some((other) => sameSet(one, other)));
}

function afterRecords(world: Observed, { do: verb, changes }: RecordStep): Observed {
  const records = changedBy(world.records, changes);
  const shows = sameSets(records, world.records);
  if (shows && (verb !== 'ConfirmRecords' || world.change !== 'Unknown')) return world;
  return { ...world, records: shows ? world.records : records, change: 'Pending' };
}

function edit(world: Observed, id: string, change: (one: HealthCheck) => HealthCheck): Observed {
  const checks = world.checks.map((one) => (one.id === id ? change(one) : one));
  return checks.every((one, at) => one === world.checks[at]) ? world : { ...world, checks };
}

/** No id of AWS's: what a preview makes has none. */
const imagined = '<health check of ';

function afterCheck(world: Observed, step: CheckStep): Observed {
  switch (step.do) {
    case 'CreateHealthCheck': {
      const { reference, settings, endpoint } = step;
      const there = world.checks.find((one) => isMadeWith(one, reference));
      const made = { id: `${imagined}${endpoint}>`, reference, version: 1, settings, tags: {} };
      if (!there) return { ...world, checks: [...world.checks, made] };
      // what took our mark is in sight of everybody, also of a process that knows nothing of what this one has just made
      const shows = there.id.startsWith(imagined) || Object.keys(markIn(there.tags ?? {})).length > 0;
      return shows ? world : { ...world };
    }
    case 'TagHealthCheck':
      return edit(world, step.check, (one) => {
        const has = Object.entries(step.tags).every(([key, value]) => one.tags?.[key] === value);
        return has ? one : { ...one, tags: { ...one.tags, ...step.tags } };
      });
    case 'UpdateHealthCheck':
      return edit(world, step.check.id, (one) =>
        sameSettings(one.settings, step.settings) ? one : { ...one, settings: step.settings, version: one.version + 1 },
      );
    case 'ReleaseHealthCheck':
      return edit(world, step.check, (one) => {
        const left = Object.entries(one.tags ?? {}).filter(([key]) => step.tags[key] === undefined);
        const same = left.length === Object.keys(one.tags ?? {}).length;
        return same ? one : { ...one, tags: Object.fromEntries(left) };
      });
    case 'DeleteHealthCheck': {
      const checks = world.checks.filter(({ id }) => id !== step.check);
      return checks.length === world.checks.length ? world : { ...world, checks };
    }
  }
}

function afterPublication(world: Observed, step: HaproxyStep): Observed {
  if (!world.haproxy) return world;
  const haproxy = afterHaproxy(world.haproxy, step);
  return haproxy === world.haproxy ? world : { ...world, haproxy };
}

/** A load balancer that is made can be pointed to. */
function afterSite(world: Observed, step: SiteStep): Observed {
  const next = afterSiteStep(world, step);
  if (next === world || step.do !== 'CreateLoadBalancer') return next;
  const at = { dnsName: `<${step.name} in ${step.region}>`, zone: '<its zone>' };
  return {
    ...next,
    balancers: next.balancers.map((one) =>
      one.name === step.name && one.region === step.region ? { ...one, at } : one,
    ),
  };
}

/** It has said that the endpoint is healthy. */
function checkTold(world: Observed, id: string): Observed {
  const known = world.statuses.some((one) => one.id === id && one.healthy !== undefined);
  const status = { id, healthy: true, checkersHealthy: 0, checkers: 0, regions: [] };
  return known ? world : { ...world, statuses: [...world.statuses.filter((one) => one.id !== id), status] };
}

function afterEvent(world: Observed, event: Event): Observed {
  if ('seconds' in event) return { ...world, now: world.now + event.seconds * 1000 };
  if (event.happens === 'HealthCheckTold') return checkTold(world, event.id);
  if (event.happens !== 'RecordsInSync') return afterSiteEvent(afterCertificateEvent(world, event), event);
  if (world.change === 'Pending') return { ...world, change: 'InSync' };
  const { remembered } = world;
  return remembered?.state === 'Pending' ? { ...world, remembered: { ...remembered, state: 'InSync' } } : world;
}

export function after(world: Observed, change: GslbStep | Event): Observed {
  if (!isStep<GslbStep>(change)) return afterEvent(world, change);
  if (isOfHaproxy(change)) return afterPublication(world, change);
  if (isOfSite(change)) return afterSite(world, change);
  if (isOfCertificate(change)) return afterCertificateStep(world, change);
  return 'changes' in change ? afterRecords(world, change) : afterCheck(world, change);
}
