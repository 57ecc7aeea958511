// SPDX-License-Identifier: GPL-3.0-or-later
/** `metadata.managedFields`: who last set which field (Kubernetes: "Server-Side Apply", "Field management"). */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { withMetadata, textOf } from '../object.ts';
import type { FieldSet } from './field-set.ts';
import { fromFieldsV1, isEmpty, leaf, recursiveDifference, toFieldsV1 } from './field-set.ts';

export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
  readonly apiVersion: string;
}

export interface Managed extends Manager {
  readonly time: string;
  readonly fields: FieldSet;
}

export type ManagedFields = readonly Managed[];

export function isManager(a: Manager, b: Manager): boolean {
  if (a.name !== b.name || a.operation !== b.operation || a.subresource !== b.subresource) return false;
  return a.operation === 'Apply' || a.apiVersion === b.apiVersion;
}

export function readManagedFields(object: KubeObject | undefined): ManagedFields {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    name: textOf(entry.manager) || 'unknown',
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    subresource: textOf(entry.subresource),
    apiVersion: textOf(entry.apiVersion),
    time: textOf(entry.time),
    fields: fromFieldsV1(entry.fieldsV1),
  }));
}

/** Applies come first, then by time and name (structured as the API server sorts them). */
function order(a: Managed, b: Managed): number {
  if (a.operation !== b.operation) return a.operation === 'Apply' ? -1 : 1;
  return (
    compareText(a.time, b.time) ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function entryOf(managed: Managed): JsonObject {
  const { name, operation, apiVersion, time, subresource, fields } = managed;
  const entry: Record<string, Json> = {
    manager: name,
    operation,
    apiVersion,
    ...(time === '' ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
  };
  if (subresource !== '') entry.subresource = subresource;
  return entry;
}

export function writeManagedFields(object: KubeObject, managers: ManagedFields): KubeObject {
  const entries = managers
    .filter((one) => !isEmpty(one.fields))
    .sort(order)
    .map(entryOf);
  return withMetadata(object, { managedFields: entries.length > 0 ? entries : undefined });
}

/** Fields nobody manages: identity, and what the server sets itself. */
const unmanaged: FieldSet = fields(
  ['f:apiVersion', 'f:kind'],
  [
    'f:name',
    'f:namespace',
    'f:creationTimestamp',
    'f:selfLink',
    'f:uid',
    'f:clusterName',
    'f:generation',
    'f:managedFields',
    'f:resourceVersion',
  ],
);

function fields(top: readonly string[], metadata: readonly string[]): FieldSet {
  const inner: FieldSet = { member: false, below: new Map(metadata.map((key) => [key, leaf])) };
  return { member: false, below: new Map([...top.map((key) => [key, leaf] as const), ['f:metadata', inner]]) };
}

/** `metadata` itself is nobody's either, but what lies below may be. */
export function stripUnmanaged(set: FieldSet): FieldSet {
  const stripped = recursiveDifference(set, unmanaged);
  const metadata = stripped.below.get('f:metadata');
  if (!metadata?.member) return stripped;
  const below = new Map(stripped.below);
  if (metadata.below.size === 0) below.delete('f:metadata');
  else below.set('f:metadata', { ...metadata, member: false });
  return { ...stripped, below };
}
