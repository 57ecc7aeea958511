// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs of GslbEndpoint around its name: what is concluded of records and health checks, what is sent, and what is looked at before. */
import { deleteHealthCheck } from '../../../src/clouds/aws/route53/requests.ts';
import type { RecordChange } from '../../../src/clouds/aws/route53/route53.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import { gslbEndpoint } from '../../../src/kinds/gslb-endpoint/index.ts';
import { fullName, markRecord } from '../../../src/kinds/gslb-endpoint/name.ts';
import { deleteCheck, ourChecks } from '../../../src/kinds/gslb-endpoint/plan/checks.ts';
import type { RecordStep } from '../../../src/kinds/gslb-endpoint/steps.ts';
import type { Mutant } from './mutant.ts';
import { unannounced } from './ports.ts';

type Kind = typeof gslbEndpoint;
type Act = Kind['act'];
type PlanOf = Kind['plan'];
type Observed = Parameters<PlanOf>[1];
type Desired = Parameters<PlanOf>[0];
type AnyStep = ReturnType<PlanOf>['steps'][number];

export function kindWith(change: Partial<Kind>): { readonly kind: AnyKind } {
  return { kind: { ...gslbEndpoint, ...change } as unknown as AnyKind };
}

export function planning(change: (plan: ReturnType<PlanOf>, desired: Desired, observed: Observed) => object) {
  return kindWith({
    plan: (desired, observed) => {
      const plan = gslbEndpoint.plan(desired, observed);
      return { ...plan, ...change(plan, desired, observed) };
    },
  });
}

function seeing(change: (observed: Observed, desired: Desired) => Observed): { readonly kind: AnyKind } {
  return kindWith({ plan: (desired, observed) => gslbEndpoint.plan(desired, change(observed, desired)) });
}

export function acting(change: Partial<Act>, rest: Partial<Kind> = {}): { readonly kind: AnyKind } {
  return kindWith({ ...rest, act: { ...gslbEndpoint.act, ...change } });
}

export const without = (...names: readonly AnyStep['do'][]) =>
  planning(({ steps }) => ({ steps: steps.filter((step) => !names.includes(step.do)) }));

type Clouds = Parameters<Act['CreateHealthCheck']>[0];

/** All that changes records sends something else. */
function sending(change: (step: RecordStep) => readonly (readonly RecordChange[])[]): Partial<Act> {
  const send = async (clouds: Clouds, step: RecordStep) => {
    for (const changes of change(step)) await gslbEndpoint.act.ChangeRecords(clouds, { ...step, changes } as never);
  };
  return { CreateRecords: send, ChangeRecords: send, AdoptRecords: send };
}

const isMark = ({ record }: RecordChange) => record.type === 'TXT';

/** As if our mark were beside whatever is at the name. */
const marked = (observed: Observed, { spec }: Desired): Observed => {
  if (observed.zone.found !== 'one') return observed;
  const zone = observed.zone.zone.name;
  const { records, owner } = observed;
  const mark = markRecord({ records, owner, fqdn: fullName(spec, zone), zone }, spec.record.type);
  return records.some(({ type }) => type === 'TXT') ? observed : { ...observed, records: [...records, mark] };
};

const inSync = (observed: Observed): Observed => ({ ...observed, change: 'InSync' });

export const gslbMutants: readonly Mutant[] = (
  [
    {
      name: 'gslb-mark-not-checked',
      bug: 'records that bear no mark of ours are taken for ours',
      change: acting(
        sending(({ changes }) => [changes.filter((one) => !isMark(one) || one.action === 'CREATE')]),
        { plan: (desired, observed) => gslbEndpoint.plan(desired, marked(observed, desired)) },
      ),
      where: { scenario: 'gslb-foreign' },
    },
    {
      name: 'gslb-adopts-unapproved',
      bug: 'records that a person named are taken over before that was approved',
      change: planning(({ steps }) => ({
        steps: steps.map((step) => {
          if (step.do !== 'AdoptRecords') return step;
          const { needs: _needs, ...rest } = step;
          return rest;
        }),
      })),
      where: { scenario: 'gslb-adopt' },
    },
    {
      name: 'gslb-check-deleted-while-used',
      bug: 'a deletion takes the health checks away before the records that use them',
      change: planning((_plan, { absent }, observed) => {
        const checks = absent ? ourChecks(observed).map(deleteCheck) : [];
        return checks.length > 0 ? { steps: checks, hold: undefined } : {};
      }),
      where: { scenario: 'gslb-delete' },
    },
    {
      name: 'gslb-replaced-check-early',
      bug: 'a replaced health check goes while name servers may still answer with it: PENDING is taken for INSYNC',
      change: seeing(inSync),
      where: { scenario: 'gslb-checks-replaced' },
    },
    {
      name: 'gslb-deletes-while-pending',
      bug: 'a deletion takes PENDING for INSYNC',
      change: seeing((observed, { absent }) => (absent ? inSync(observed) : observed)),
      where: { scenario: 'gslb-delete' },
    },
    {
      name: 'gslb-batch-in-parts',
      bug: 'a change of several records is sent one by one: first all that goes',
      change: acting(sending(({ changes }) => changes.map((one) => [one]))),
      where: { scenario: 'gslb-update' },
    },
    {
      name: 'gslb-owner-record-forgotten',
      bug: 'the owner record is not written beside the records',
      change: acting(sending(({ changes }) => [changes.filter((one) => !isMark(one))])),
      where: { scenario: 'gslb-create' },
    },
    {
      name: 'gslb-owner-record-left',
      bug: 'a deletion leaves the owner record',
      change: without('DeleteOwnerRecord'),
      where: { scenario: 'gslb-delete' },
    },
    {
      name: 'gslb-breaker-off',
      bug: 'a list of endpoints that comes back short takes away what is answered',
      change: kindWith({
        plan: (desired, observed) =>
          gslbEndpoint.plan({ ...desired, spec: { ...desired.spec, safety: { maxRemovedPercent: 100 } } }, observed),
      }),
      where: { scenario: 'gslb-mass-change' },
    },
    {
      name: 'gslb-no-announcement',
      bug: 'creates of health checks are not announced',
      change: { parts: unannounced },
      where: {
        scenario: 'gslb-delete-mid-look',
        faults: ['killedAfter', 'late'],
        action: 'CreateHealthCheck',
        lagMs: 30_000,
      },
    },
    {
      name: 'gslb-another-reference',
      bug: 'each time a health check is asked for it has another reference',
      change: acting({
        CreateHealthCheck: async (clouds, step) => {
          const part = clouds.outside.clock.now().toString(36).slice(-8).padStart(8, '0');
          await gslbEndpoint.act.CreateHealthCheck(clouds, { ...step, reference: `${step.reference}.${part}` });
        },
      }),
      where: {
        scenario: 'gslb-create',
        faults: ['answerLost', 'killedAfter'],
        action: 'CreateHealthCheck',
        lagMs: 30_000,
      },
    },
    {
      name: 'gslb-drift-unseen',
      bug: 'a record that somebody deleted is not made again',
      change: planning(({ steps }, { last }) => ({
        steps: steps.filter((step) => step.do !== 'ChangeRecords' || last.conditions === undefined),
      })),
      where: { scenario: 'gslb-drift' },
    },
    {
      name: 'gslb-no-fresh-look',
      bug: 'health checks are deleted on an old look',
      change: acting({
        DeleteHealthCheck: ({ checks }, { check }) => checks.write(deleteHealthCheck(check)),
      }),
      where: { scenario: 'gslb-delete' },
    },
    {
      name: 'gslb-always-ready',
      bug: 'Ready is claimed before there is a record',
      change: planning(() => ({ serving: true })),
      where: { scenario: 'gslb-create' },
    },
    {
      name: 'gslb-check-forgotten',
      bug: 'the records are made without their health checks',
      change: seeing((observed) => ({ ...observed, checks: observed.checks.map((one) => ({ ...one, tags: {} })) })),
      where: { scenario: 'gslb-create' },
    },
    {
      name: 'gslb-lets-go-early',
      bug: 'the object goes while its records are still on their way out',
      change: planning(({ steps, hold }, { absent }) =>
        absent && hold?.why === 'Waiting' && steps.length === 0 ? { hold: undefined } : {},
      ),
      where: { scenario: 'gslb-delete' },
    },
  ] satisfies readonly Omit<Mutant, 'of'>[]
).map((mutant) => ({ ...mutant, of: 'GslbEndpoint' }));
