// SPDX-License-Identifier: GPL-3.0-or-later
/** The schema of metadata, and small words for writing schemas. */
import type { Schema } from '../schema/structural.ts';

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const yesNo: Schema = { type: 'boolean' };
export const texts: Schema = { type: 'array', items: text };
export const textMap: Schema = { type: 'object', additionalProperties: text };
export const instant: Schema = { type: 'string', format: 'date-time', nullable: true };

export function object(properties: Record<string, Schema>, more: Partial<Schema> = {}): Schema {
  return { type: 'object', properties, ...more };
}

export function listMap(keys: readonly string[], items: Schema): Schema {
  return { type: 'array', items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

const owner = object(
  { apiVersion: text, kind: text, name: text, uid: text, controller: yesNo, blockOwnerDeletion: yesNo },
  { 'x-kubernetes-map-type': 'atomic' },
);

const managed = object({
  manager: text,
  operation: text,
  apiVersion: text,
  time: instant,
  fieldsType: text,
  fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  subresource: text,
});

export const metadata: Schema = object(
  {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: whole,
    creationTimestamp: instant,
    deletionTimestamp: instant,
    deletionGracePeriodSeconds: whole,
    labels: textMap,
    annotations: textMap,
    ownerReferences: listMap(['uid'], owner),
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    managedFields: list(managed),
  },
  { description: "The object's name, labels and what the server keeps about it." },
);

/** The fields that say what an object is, as `kubectl explain` tells them. */
export const identity: Readonly<Record<string, Schema>> = {
  apiVersion: { ...text, description: 'The group and version of the schema that this object is written in.' },
  kind: { ...text, description: 'The kind of this object, in CamelCase. It cannot be changed.' },
  metadata,
};

/** A whole object: the three fields that all have, and its own. */
export function kind(description: string, own: Record<string, Schema>): Schema {
  return object({ ...identity, ...own }, { description });
}
