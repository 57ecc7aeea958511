// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * From client-side to server-side apply without conflicts (Kubernetes: "Upgrading from client-side apply to server-side apply"): what kubectl's
 * annotation says and the object still has is the same person's, and the annotation goes on telling it. Only for the manager `kubectl`.
 */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isList, isObject, withMetadata, without } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { compare, fieldsOf } from './compare.ts';
import { difference, empty, type FieldSet, union } from './field-set.ts';
import type { Manager } from './managed-fields.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

function lastApplied(live: KubeObject | undefined): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(live?.metadata.annotations?.[annotation] ?? '');
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

interface Applying {
  readonly schema: Schema;
  readonly live: KubeObject | undefined;
  readonly manager: Manager;
}

/** Fields in which a conflict is none. */
export function ofClientSideApply({ schema, live, manager }: Applying): FieldSet {
  const last = manager.name === 'kubectl' ? lastApplied(live) : undefined;
  if (!last) return empty;
  const { added, modified, removed } = compare(schema, last, live);
  return difference(fieldsOf(schema, last), union(union(added, modified), removed));
}

function sorted(value: Json | undefined): Json {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}

interface Applied {
  readonly live: KubeObject | undefined;
  readonly config: KubeObject;
  readonly manager: Manager;
}

export function withLastApplied(next: KubeObject, { live, config, manager }: Applied): KubeObject {
  if (manager.name !== 'kubectl' || !lastApplied(live)) return next;
  const { annotations, ...rest } = config.metadata;
  const others = without(annotations ?? {}, annotation);
  const metadata = Object.keys(others).length > 0 ? { ...rest, annotations: others } : rest;
  const text = JSON.stringify(sorted({ ...config, metadata }));
  return withMetadata(next, { annotations: { ...next.metadata.annotations, [annotation]: `${text}\n` } });
}
