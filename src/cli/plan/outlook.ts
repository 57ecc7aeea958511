// SPDX-License-Identifier: GPL-3.0-or-later
/** One object's plan: what the operator would do for it now, worked out by the kind itself, without the engine's writes. */
import { annotations as ours } from '../../api/annotations.ts';
import type { Difference } from '../../core/drift.ts';
import { Failure } from '../../core/failure.ts';
import type { Desired } from '../../core/kind.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Hold } from '../../core/plan.ts';
import { policyOf } from '../../core/policy.ts';
import { preview } from '../../core/preview.ts';
import { same } from '../../core/status.ts';
import type { Effect, PlannedCall, Step } from '../../core/step.ts';
import { windowNote } from '../../core/withholding.ts';
import type { Outside } from '../../kinds/outside.ts';
import { approvalNeeded, type ApprovalNeeded } from './approval.ts';
import type { Checked } from './checked.ts';
import { engineHash } from './engine-hash.ts';

/** Stands where the uid of an object that does not exist yet will stand. */
export const laterUid = '(known after apply)';
/** Stands where the uid of the cluster's kube-system namespace will stand. */
export const laterCluster = '(known in the cluster)';

export interface OutlookStep {
  readonly do: string;
  readonly effect: Effect;
  readonly target: string;
  readonly risk?: 'disrupts' | 'destroysData';
  /** The name of what is lost, where `risk` is `destroysData`. */
  readonly loses?: string;
  readonly calls: readonly PlannedCall[];
}

/** What a step makes that another object of the same files may make, too. */
export interface Making {
  /** Equal for both; empty: each has its own, whatever it is called. */
  readonly key: string;
  readonly shared: boolean;
}

export interface Outlook {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Not in the cluster yet, or no cluster was asked. */
  readonly fresh: boolean;
  readonly deleting: boolean;
  readonly account?: string;
  /** Of the changes. Approves them only when the object exists: its uid is part of them. */
  readonly hash?: string;
  readonly steps: readonly OutlookStep[];
  /** Of each step. */
  readonly makings?: readonly Making[];
  /** What exists and is not as the spec wants it. */
  readonly differences: readonly Difference[];
  /** What somebody has to approve before anything is done. */
  readonly approval?: ApprovalNeeded;
  /** Where the way ends before the goal. */
  readonly hold?: Hold;
  /** What a policy stops, with all that comes after it. */
  readonly refused?: Hold;
  /** Why there is no plan. */
  readonly error?: { readonly reason: string; readonly message: string };
  readonly notes: readonly string[];
}

export interface OutlookOptions {
  readonly outside: Outside;
  /** As it is in the cluster. */
  readonly live?: KubeObject;
  /** As if it were deleted. */
  readonly absent: boolean;
  /** By `Kind namespace/name`. */
  readonly accountOf: (object: string) => string | undefined;
  readonly scrub: (text: string) => string;
}

/** What `kubectl apply` would leave: the file's spec, and its annotations over those that are there. */
function applied({ stored }: Checked, live: KubeObject | undefined): KubeObject {
  const { name, namespace } = stored.metadata;
  if (!live) return { ...stored, metadata: { ...stored.metadata, uid: laterUid, generation: 1 } };
  const changed = same(stored.spec, live.spec) ? 0 : 1;
  const annotations = { ...live.metadata.annotations, ...stored.metadata.annotations };
  const generation = live.metadata.generation + changed;
  return { ...live, spec: stored.spec, metadata: { ...live.metadata, name, namespace, annotations, generation } };
}

function notesOn(object: KubeObject): string[] {
  const { annotations = {} } = object.metadata;
  const { managementPolicy } = object.spec as { managementPolicy?: string };
  const notes: string[] = [];
  if (managementPolicy === 'Observe') notes.push('spec.managementPolicy is Observe: the operator changes nothing');
  if (annotations[ours.paused] === 'true') notes.push(`it is paused: remove the annotation ${ours.paused}`);
  return notes;
}

function failed(error: unknown, scrub: (text: string) => string): NonNullable<Outlook['error']> {
  if (!(error instanceof Failure)) throw error;
  return { reason: error.reason, message: scrub(error.message) };
}

/** Never throws for what a cloud or a cluster answers: that is the object's `error`. */
export async function outlook(checked: Checked, options: OutlookOptions): Promise<Outlook> {
  const { outside, live, scrub } = options;
  const { kind, api } = checked.registered;
  const object = applied(checked, live);
  const { uid, name, namespace, generation, annotations = {}, deletionTimestamp } = object.metadata;
  const absent = options.absent || deletionTimestamp !== undefined;
  const about = { kind: api.kind, namespace, name, file: checked.file, line: checked.line };
  const known = { ...about, fresh: live === undefined, deleting: absent, notes: notesOn(object) };
  try {
    const parsed = kind.parse(object.spec);
    if (!parsed.ok) throw new Failure({ class: 'Invalid', reason: 'InvalidSpec', message: parsed.message });
    const last = kind.parseStatus(object.status);
    const desired: Desired<unknown, unknown> = {
      uid,
      name,
      namespace,
      generation,
      annotations,
      absent,
      // nothing is older than this very run
      driftIntervalMs: Number.POSITIVE_INFINITY,
      last,
      spec: parsed.spec,
    };
    // the wire refuses every write of this scope, whatever a kind may try
    const scope = { kind: api.kind, namespace, name, uid, policy: 'Plan' } as const;
    const clouds = await kind.connect(outside, desired, { object, scope });
    const observed = await kind.observe(clouds, desired);
    const whole = preview(kind, desired, observed, policyOf(annotations));
    const account = options.accountOf(`${api.kind} ${namespace}/${name}`);
    const hash = engineHash(kind, whole.steps);
    const now = outside.clock.now();
    const approval = approvalNeeded(whole.steps, { kind, object, fresh: live === undefined, now });
    return {
      ...known,
      ...(account === undefined ? {} : { account }),
      ...(hash === undefined ? {} : { hash }),
      notes: [...known.notes, ...(kind.notes?.(desired, observed) ?? []), ...windowNote(desired, whole.steps, now)],
      steps: whole.steps.map((step) => described(step, kind.calls(step))),
      makings: whole.steps.map((step) =>
        makingOf(step, kind.calls(step), { namespace, place: kind.account(observed), alike: kind.alike?.(step) }),
      ),
      differences: kind.drift(desired, observed),
      ...(approval ? { approval } : {}),
      ...(whole.hold ? { hold: whole.hold } : {}),
      ...(whole.refused ? { refused: whole.refused } : {}),
    };
  } catch (error) {
    return { ...known, steps: [], differences: [], error: failed(error, scrub) };
  }
}

function makingOf(
  { effect, target }: Step,
  calls: readonly PlannedCall[],
  { namespace, place, alike }: { namespace: string; place: string; alike: 'each' | 'shared' | undefined },
): Making {
  const local = calls.every(({ service }) => service === 'kubernetes');
  const key = effect === 'create' && alike !== 'each' ? `${local ? namespace : place} ${target}` : '';
  return { key, shared: alike === 'shared' };
}

function described({ do: name, effect, target, risk, loses }: Step, calls: readonly PlannedCall[]): OutlookStep {
  return { do: name, effect, target, ...(risk ? { risk } : {}), ...(loses === undefined ? {} : { loses }), calls };
}
