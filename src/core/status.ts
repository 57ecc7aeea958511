// SPDX-License-Identifier: GPL-3.0-or-later
import type { Approved } from './approval.ts';
import type { Claimant } from './claims.ts';
import { conditionOf, settle, type Condition, type Verdict } from './conditions.ts';
import type { Drift } from './drift.ts';
import type { Entry } from './journal.ts';
import type { KubeObject } from './objects.ts';
import type { Blocker } from './plan.ts';
import type { PlannedCall, Step } from './step.ts';

/** The part of a status that the engine owns; a kind's own fields stand beside it. */
export interface EngineStatus {
  readonly observedGeneration?: number;
  readonly conditions: readonly Condition[];
  readonly begun: readonly Entry[];
  readonly drift: readonly Drift[];
  readonly approved?: Approved;
}

export interface PlannedStep {
  readonly do: string;
  readonly effect: string;
  readonly target: string;
  readonly risk?: string;
  /** Left out where a plan is only mentioned: the object is being worked on. */
  readonly calls?: readonly PlannedCall[];
}

export interface ShownPlan {
  readonly hash: string;
  readonly steps: readonly PlannedStep[];
  readonly omittedSteps?: number;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Reads what the engine left in a status. Tolerant: a status may have been edited by anybody who may write it. */
export function readStatus(object: KubeObject): EngineStatus {
  const status = isRecord(object.status) ? object.status : {};
  const conditions = listOf(status['conditions']).filter(
    (item) => typeof item['type'] === 'string' && typeof item['status'] === 'string',
  );
  const begun = listOf(status['begun']).filter((item) =>
    ['key', 'at', 'step'].every((field) => typeof item[field] === 'string'),
  );
  const drift = listOf(status['drift']).filter((item) =>
    ['path', 'want', 'have', 'since'].every((field) => typeof item[field] === 'string'),
  );
  const approved = approvedIn(status['approved']);
  const { observedGeneration } = status;
  return {
    ...(typeof observedGeneration === 'number' ? { observedGeneration } : {}),
    conditions: conditions as unknown as readonly Condition[],
    begun: begun as unknown as readonly Entry[],
    drift: drift as unknown as readonly Drift[],
    ...(approved ? { approved } : {}),
  };
}

function approvedIn(value: unknown): Approved | undefined {
  if (!isRecord(value)) return undefined;
  const { hash, at, steps } = value;
  if (typeof hash !== 'string' || typeof at !== 'string' || !Array.isArray(steps)) return undefined;
  return { hash, at, steps: steps.filter((one) => typeof one === 'string') };
}

/** The plan as it was last told. */
export function planIn(object: KubeObject): ShownPlan | undefined {
  const plan = isRecord(object.status) ? object.status['plan'] : undefined;
  return isRecord(plan) ? (plan as unknown as ShownPlan) : undefined;
}

/**
 * By its status, all was as its spec says when it was last looked at, for this very generation: what differs now has changed by itself, or
 * by somebody's hand.
 */
export function wasApplied(object: KubeObject): boolean {
  const { conditions, drift, observedGeneration } = readStatus(object);
  if (observedGeneration !== object.metadata.generation) return false;
  const synced = conditionOf(conditions, 'Synced');
  // a look that failed says nothing new of what was there
  const before = synced?.status === 'Unknown' ? conditionOf(conditions, 'Ready') : synced;
  if (before?.status === 'True' || synced?.reason === 'MassChangeBrake') return true;
  return drift.length > 0 && !unapproved.has(synced?.reason ?? '');
}

/** Then `drift` lists what an adoption would change, which was never as the spec says. */
const unapproved = new Set(['ApprovalNeeded', 'AdoptionNeedsApproval', 'PlanStale']);

export interface StatusParts {
  readonly verdicts: readonly Verdict[];
  readonly begun: readonly Entry[];
  readonly blockedBy?: readonly Blocker[];
  readonly plan?: ShownPlan;
  readonly drift?: readonly Drift[];
  readonly approved?: Approved;
  readonly claimedBy?: Claimant;
  /** The kind's own fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The whole status to be applied. Times come in with `now`; nothing else changes from look to look while the world does not. */
export function composeStatus(object: KubeObject, parts: StatusParts, now: string): Record<string, unknown> {
  const before = readStatus(object);
  const blockers = listOf(isRecord(object.status) ? object.status['blockedBy'] : undefined);
  const since = (blocker: Blocker) =>
    blockers.find((old) => old['kind'] === blocker.kind && old['id'] === blocker.id)?.['since'] ?? now;
  return {
    ...parts.fields,
    observedGeneration: object.metadata.generation,
    conditions: settle(before.conditions, parts.verdicts, { generation: object.metadata.generation, time: now }),
    ...(parts.blockedBy?.length
      ? { blockedBy: parts.blockedBy.map((blocker) => ({ ...blocker, since: since(blocker) })) }
      : {}),
    ...(parts.begun.length ? { begun: parts.begun } : {}),
    ...(parts.plan?.steps.length ? { plan: parts.plan } : {}),
    ...(parts.drift?.length ? { drift: parts.drift } : {}),
    ...(parts.approved ? { approved: parts.approved } : {}),
    ...(parts.claimedBy ? { claimedBy: parts.claimedBy } : {}),
  };
}

/** A kind's own fields of the status as it stands, kept when a look failed and nothing new is known. */
export function ownFields(object: KubeObject): Readonly<Record<string, unknown>> {
  const engine = new Set([
    'observedGeneration',
    'conditions',
    'begun',
    'blockedBy',
    'plan',
    'drift',
    'approved',
    'claimedBy',
  ]);
  return isRecord(object.status)
    ? Object.fromEntries(Object.entries(object.status).filter(([name]) => !engine.has(name)))
    : {};
}

/** Server-side apply leaves items with a key where they are and puts new ones last: what has only another order is written again for nothing. */
function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  if (a.every((item, index) => same(item, b[index]))) return true;
  return a.every(isRecord) && b.every(isRecord) && a.every((item) => b.some((other) => same(item, other)));
}

/** Equal as data: order of members does not matter, members that are undefined do not count. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameLists(a, b);
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => same(a[name], b[name]));
}

export function describeStep(step: Step, calls?: readonly PlannedCall[]): PlannedStep {
  const { effect, target, risk } = step;
  return { do: step.do, effect, target, ...(risk ? { risk } : {}), ...(calls ? { calls } : {}) };
}
