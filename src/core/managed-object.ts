// SPDX-License-Identifier: GPL-3.0-or-later
import type { Approved } from './approval.ts';
import { claimOn } from './claims.ts';
import type { Verdict } from './conditions.ts';
import type { Drift } from './drift.ts';
import type { Engine } from './engine.ts';
import { Failure } from './failure.ts';
import { announce, graceMs, type Entry } from './journal.ts';
import type { Memory } from './memory.ts';
import type { KubeObject } from './objects.ts';
import type { Hold } from './plan.ts';
import { composeStatus, ownFields, planIn, readStatus, same, type ShownPlan } from './status.ts';
import type { Step } from './step.ts';
import { tell } from './telling.ts';
import { milliseconds, rfc3339 } from './time.ts';

export interface Told {
  readonly verdicts: readonly Verdict[];
  /** The kind's own fields; left as they are when nothing new is known. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly hold?: Hold;
  /** `kept`: as it was told last; nothing new is known. */
  readonly plan?: ShownPlan | 'kept';
}

type Bound = (status: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** The Kubernetes object during one look: its newest version, its journal, and the writes to it. */
export class ManagedObject {
  readonly #engine: Engine<unknown>;
  readonly #memory: Memory;
  readonly #bound: Bound;
  #object: KubeObject;
  #begun: readonly Entry[];
  /** As the last status has it, until something newer is known. */
  drift: readonly Drift[];
  approved: Approved | undefined;
  #wrote = false;
  readonly #wish: string;

  constructor(
    look: { readonly engine: Engine<unknown>; readonly memory: Memory; readonly kind: { bound: Bound } },
    object: KubeObject,
  ) {
    const { engine, memory, kind } = look;
    this.#bound = (status) => kind.bound(status);
    this.#engine = engine;
    this.#memory = memory;
    this.#object = object;
    this.#wish = wishIn(object);
    const { begun, drift, approved } = readStatus(object);
    this.#begun = begun;
    this.drift = isCurrent(object) ? drift : [];
    this.approved = approved;
  }

  get current(): KubeObject {
    return this.#object;
  }

  get absent(): boolean {
    return this.#object.metadata.deletionTimestamp !== undefined;
  }

  get begun(): readonly Entry[] {
    return this.#begun;
  }

  /** The version that this look wrote last, if it wrote. */
  get written(): { readonly written?: KubeObject } {
    return this.#wrote ? { written: this.#object } : {};
  }

  has(finalizer: string): boolean {
    return this.#object.metadata.finalizers?.includes(finalizer) ?? false;
  }

  async addFinalizer(finalizer: string): Promise<void> {
    this.#took(await this.#engine.objects.addFinalizer(this.#object, finalizer));
  }

  async removeFinalizer(finalizer: string): Promise<void> {
    await this.#engine.objects.removeFinalizer(this.#object, finalizer);
  }

  /** Takes an annotation off that has done its work. */
  async dropAnnotation(name: string): Promise<void> {
    this.#took(await this.#engine.objects.annotate(this.#object, { [name]: null }));
  }

  /**
   * @throws Failure `Transient` when the API server knows another version than this look does, or when this look's own status write
   * landed on a version with another wish than the one that was planned for: then the newest version is known, and still not the plan's.
   */
  async mustBeNewest(): Promise<void> {
    const { resourceVersion } = this.#object.metadata;
    const now = await this.#engine.objects.read(this.#object);
    if (now?.metadata.resourceVersion === resourceVersion && wishIn(now) === this.#wish) return;
    throw new Failure({
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: 'The object changed while it was looked at; it is looked at again',
    });
  }

  keepOpen(entries: readonly Entry[]): void {
    this.#begun = entries;
  }

  /** Milliseconds for which the outcome of what was announced under `key` stays open. */
  openFor(key: string | undefined): number {
    const entry = this.#begun.find((open) => open.key === key);
    return entry ? Math.max(0, milliseconds(entry.at) + graceMs - this.#engine.clock.now()) : 0;
  }

  announce(steps: readonly Step[]): void {
    this.#begun = announce(this.#begun, steps, this.#time());
  }

  /** Server-side apply of the whole status, if anything in it changed; and one event if the state changed. */
  async tell(told: Told): Promise<void> {
    const before = readStatus(this.#object).conditions;
    const clean = told.verdicts.map((verdict) => ({ ...verdict, message: this.#engine.scrub(verdict.message) }));
    const plan = told.plan === 'kept' ? isCurrent(this.#object) && planIn(this.#object) : told.plan;
    const claimedBy = claimOn(this.#object);
    const composed = composeStatus(
      this.#object,
      {
        verdicts: clean,
        begun: this.#begun,
        fields: told.fields ?? ownFields(this.#object),
        ...(told.hold?.blockedBy ? { blockedBy: told.hold.blockedBy } : {}),
        ...(plan ? { plan } : {}),
        drift: this.drift,
        ...(this.approved ? { approved: this.approved } : {}),
        ...(claimedBy ? { claimedBy } : {}),
      },
      this.#time(),
    );
    const status = this.#bound(composed);
    if (!same(status, this.#object.status)) this.#took(await this.#engine.objects.writeStatus(this.#object, status));
    tell(this.#engine, this.#object, this.#memory, { before, verdicts: clean });
  }

  #took(object: KubeObject): void {
    this.#object = object;
    this.#wrote = true;
  }

  #time(): string {
    return rfc3339(this.#engine.clock.now());
  }
}

/** What the status says, it says of the spec as it is. */
function isCurrent(object: KubeObject): boolean {
  return readStatus(object).observedGeneration === object.metadata.generation;
}

/** What of an object a person can change and a plan goes by. */
function wishIn({ metadata: { generation, deletionTimestamp, annotations } }: KubeObject): string {
  return JSON.stringify([
    generation,
    deletionTimestamp,
    Object.entries(annotations ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
