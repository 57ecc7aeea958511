// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs in the pure middle: what is concluded from what was observed. */
import type { Step } from '../../../src/core/step.ts';
import { markOf } from '../../../src/core/owner-mark.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import type { Mutant } from './mutant.ts';

type Kind = typeof backupTarget;
type PlanOf = Kind['plan'];
type Desired = Parameters<PlanOf>[0];
type Observed = Parameters<PlanOf>[1];
type Planned = ReturnType<PlanOf>;
type AnyStep = Planned['steps'][number];

function kindWith(change: Partial<Kind>): { readonly kind: AnyKind } {
  return { kind: { ...backupTarget, ...change } as unknown as AnyKind };
}

function seeing(change: (observed: Observed, desired: Desired) => Observed): { readonly kind: AnyKind } {
  return kindWith({ plan: (desired, observed) => backupTarget.plan(desired, change(observed, desired)) });
}

function without(left: (step: AnyStep) => boolean): { readonly kind: AnyKind } {
  return kindWith({
    plan: (desired, observed) => {
      const plan = backupTarget.plan(desired, observed);
      return { ...plan, steps: plan.steps.filter((step) => !left(step)) };
    },
  });
}

const names = 'iksan-cloud-backup-20251129,proxmox-backup-user';

/** Announced steps come back from the journal as other objects than the plan's own. */
function journalDropped(): { readonly kind: AnyKind } {
  const planned = new WeakSet<Step>();
  return kindWith({
    plan: (desired, observed) => {
      const plan = backupTarget.plan(desired, observed);
      for (const step of plan.steps) planned.add(step);
      return plan;
    },
    after: (observed, change) =>
      'do' in change && !planned.has(change) ? observed : backupTarget.after(observed, change),
  });
}

export const planMutants: readonly Mutant[] = [
  {
    name: 'adopts-unapproved',
    bug: 'what a person named is adopted before the differences were approved',
    change: kindWith({
      plan: (desired, observed) => {
        const plan = backupTarget.plan(desired, observed);
        return { ...plan, steps: plan.steps.map(({ needs: _needs, ...step }) => step as AnyStep) };
      },
    }),
    where: { scenario: 'adopt' },
  },
  {
    name: 'journal-dropped',
    bug: 'an announcement is struck out before its effect shows',
    change: journalDropped(),
    where: { scenario: 'delete-mid-look', faults: ['late', 'killedAfter'], lagMs: 30_000 },
  },
  {
    name: 'delete-by-name',
    bug: 'whatever has the name is taken for ours',
    change: seeing((observed) => {
      const tags = markOf(observed.owner);
      const { bucket, user } = observed;
      return {
        ...observed,
        ...(user ? { user: { ...user, tags: { ...user.tags, ...tags } } } : {}),
        ...(bucket.found === 'here'
          ? { bucket: { ...bucket, settings: { ...bucket.settings, tags: { ...bucket.settings.tags, ...tags } } } }
          : {}),
      };
    }),
    where: { scenario: 'foreign-bucket' },
  },
  {
    name: 'adopts-silently',
    bug: 'what is nobody’s is adopted unasked',
    change: kindWith({
      plan: (desired, observed) =>
        backupTarget.plan(
          { ...desired, annotations: { ...desired.annotations, 'hybridcloud.dev/adopt': names } },
          observed,
        ),
    }),
    where: { scenario: 'foreign-user' },
  },
  {
    name: 'besides-ignored',
    bug: 'every key that is not in the Secret is taken for lost',
    change: seeing((observed) =>
      observed.secret.found === 'ours'
        ? {
            ...observed,
            secret: {
              ...observed.secret,
              reserved: { ...observed.secret.reserved, besides: [], span: { from: 0, to: Number.MAX_SAFE_INTEGER } },
            },
          }
        : observed,
    ),
    where: { scenario: 'adopt' },
  },
  {
    name: 'status-trusted',
    bug: 'the bucket is there because the status says so',
    change: seeing((observed, { last }) =>
      last.bucket && observed.bucket.found !== 'here'
        ? {
            ...observed,
            bucket: {
              found: 'here',
              region: 'ap-northeast-2',
              settings: { tags: markOf(observed.owner), publicAccessBlocked: true, versioning: 'Enabled' },
            },
          }
        : observed,
    ),
    where: { scenario: 'delete-data' },
  },
  {
    name: 'drift-ignored',
    bug: 'settings are not compared once it was Ready',
    change: without(({ do: what }) => what === 'RequireTLS' || what === 'SetVersioning'),
    where: { scenario: 'drift' },
  },
  {
    name: 'validation-not-stored',
    bug: 'the result of the validation is not kept',
    change: kindWith({ probed: (known) => known }),
    where: { scenario: 'create' },
  },
  {
    name: 'lost-key-kept',
    bug: 'a key whose answer was lost stays',
    change: without((step) => step.do === 'DeleteAccessKey' && step.because === 'lost'),
    where: { scenario: 'create', faults: ['answerLost'], action: 'CreateAccessKey' },
  },
  {
    name: 'superseded-key-kept',
    bug: 'the key of a Secret that was deleted stays',
    change: without((step) => step.do === 'DeleteAccessKey' && step.because === 'superseded'),
    where: { scenario: 'secret-deleted' },
  },
  {
    name: 'ready-by-hope',
    bug: 'Ready is claimed once everything was made, without trying it',
    change: kindWith({ plan: (desired, observed) => ({ ...backupTarget.plan(desired, observed), serving: true }) }),
    where: { scenario: 'create' },
  },
  {
    name: 'loss-unasked',
    bug: 'data is destroyed without the confirmation',
    change: kindWith({
      plan: (desired, observed) => {
        const plan = backupTarget.plan(desired, observed);
        return { ...plan, steps: plan.steps.map(({ risk: _risk, ...step }) => step as AnyStep) };
      },
    }),
    where: { scenario: 'delete-unconfirmed' },
  },
];
