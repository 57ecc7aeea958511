// SPDX-License-Identifier: GPL-3.0-or-later
/** What the engine needs of Kubernetes, as ports. `src/kube` implements them. */

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A custom resource as it came from the API server; `spec` is not trusted before the kind's schema parsed it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface Note {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, one vocabulary: a step's name or a condition's reason. */
  readonly reason: string;
  /** What was being done: a step's name, or `Reconcile`. */
  readonly action: string;
  readonly message: string;
}

/**
 * Writes to one object. Every method throws a Failure: `Transient` on conflict, time-out or 5xx (the caller reads again),
 * `Denied` on 401/403, `Invalid` on 422; an object that is gone, or is another one by uid, is `Transient` with reason `ObjectGone`.
 * Each returns the object as the API server answered it.
 */
export interface Objects {
  /** Live, never from a cache; `undefined` when it is gone or another one has its name. */
  read(object: KubeObject): Promise<KubeObject | undefined>;
  addFinalizer(object: KubeObject, finalizer: string): Promise<KubeObject>;
  removeFinalizer(object: KubeObject, finalizer: string): Promise<KubeObject>;
  /** Sets annotations, or takes them off (`null`), of exactly the version that was read. */
  annotate(object: KubeObject, annotations: Readonly<Record<string, string | null>>): Promise<KubeObject>;
  /** Live: whether there is this very object. One of a kind that this operator does not serve is taken to be there. */
  exists(ref: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  }): Promise<boolean>;
  /** Server-side apply of the whole status. */
  writeStatus(object: KubeObject, status: object): Promise<KubeObject>;
  /** Never throws: an event that is lost is no reason to stop. */
  note(object: KubeObject, note: Note): void;
}

/** An object of names and values: a ConfigMap, or a Secret, decoded. */
export interface ConfigMap {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly { readonly uid: string; readonly kind: string; readonly name: string }[];
  readonly data: ReadonlyMap<string, string>;
}

/** Values are secrets: they never enter Observed, a Step, a status, an event or a log. */
export interface Secret extends ConfigMap {
  readonly type: string;
}

/** What such an object holds. */
interface Content {
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: ReadonlyMap<string, string>;
}

interface Kept<Found extends ConfigMap, New extends Content> {
  /** `undefined` when there is none; otherwise errors like `Objects`. */
  read(namespace: string, name: string): Promise<Found | undefined>;
  /**
   * Creates it, owned by `owner`; fails `Transient` (`Conflict`) when one with that name came first.
   * `outlives`: without an owner reference, so that it stays when the owner is deleted, whatever collects garbage.
   */
  create(owner: KubeObject, wanted: New & { readonly name: string; readonly outlives?: true }): Promise<Found>;
  /** Replaces data and annotations of exactly the version that was read; `Conflict` when it changed since. */
  replace(read: Found, change: Content): Promise<Found>;
  /** Deletes exactly that object (by uid and version); one that is already gone is no error. */
  remove(read: Found): Promise<void>;
}

/** Always read live from the API server, never from a cache. */
export type ConfigMaps = Kept<ConfigMap, Content>;
/** Always read live (a 60 s cache once made 126 access keys in two hours). */
export type Secrets = Kept<Secret, Content & { readonly type: string }>;
