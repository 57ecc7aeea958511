// SPDX-License-Identifier: GPL-3.0-or-later
/** Namespaces, ConfigMaps, Secrets and ServiceAccounts (core/v1). */
import { forbidden, invalidValue } from '../causes.ts';
import type { Json, KubeObject } from '../object.ts';
import { equal, isObject, without, textOf } from '../object.ts';
import type { Cause } from '../status.ts';
import { age, builtin, nameColumn } from './builtin.ts';
import type { Definition } from './definition.ts';
import { allVerbs } from './definition.ts';
import { kind, list, listMap, object, text, textMap, texts, yesNo } from './metadata.ts';

const bytesMap = { type: 'object', additionalProperties: { type: 'string', format: 'byte' } };
const reference = object({
  name: text,
  namespace: text,
  kind: text,
  apiVersion: text,
  uid: text,
  fieldPath: text,
  resourceVersion: text,
});

function keys(object: KubeObject, ...fields: readonly string[]): Cause[] {
  const rule = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`;
  return fields.flatMap((field) =>
    Object.keys(isObject(object[field]) ? object[field] : {})
      .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
      .map((key) => invalidValue(`${field}[${key}]`, key, rule)),
  );
}

function frozen(next: KubeObject, old: KubeObject | undefined, ...fields: readonly string[]): Cause[] {
  if (old?.immutable !== true) return [];
  const changed = fields.filter((field) => !equal(next[field], old[field]));
  const unset = next.immutable === true ? [] : ['immutable'];
  return [...unset, ...changed].map((field) => forbidden(field, 'field is immutable when `immutable` is set'));
}

/** `stringData` is for writing only: it goes over into `data`, over what is there. */
function secretData(next: KubeObject, old: KubeObject | undefined): KubeObject {
  const data: Record<string, Json> = { ...(isObject(next.data) ? (next.data as Record<string, Json>) : {}) };
  for (const [key, value] of Object.entries(isObject(next.stringData) ? next.stringData : {}))
    data[key] = Buffer.from(textOf(value)).toString('base64');
  const type = next.type ?? old?.type ?? 'Opaque';
  const plain = without(next, 'stringData', 'data') as KubeObject;
  return { ...plain, ...(Object.keys(data).length > 0 ? { data } : {}), type };
}

function secretCauses(next: KubeObject, old: KubeObject | undefined): Cause[] {
  const causes = keys(next, 'data');
  if (old && !equal(next.type, old.type)) causes.push(invalidValue('type', next.type, 'field is immutable'));
  return [...causes, ...frozen(next, old, 'data')];
}

function count(...values: readonly (Json | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (isObject(value) ? Object.keys(value).length : 0), 0);
}

/** Go leaves empty maps out. */
function withoutEmptyData(next: KubeObject): KubeObject {
  const empty = ['data', 'binaryData'].filter((field) => isObject(next[field]) && count(next[field]) === 0);
  return empty.length === 0 ? next : (without(next, ...empty) as KubeObject);
}

function active(next: KubeObject): KubeObject {
  return { ...next, spec: next.spec ?? {}, status: { phase: 'Active' } };
}

/** The finalizer that the namespace controller takes off when the namespace is empty. */
function held(next: KubeObject): KubeObject {
  const spec = isObject(next.spec) ? next.spec : {};
  return { ...next, spec: { ...spec, finalizers: spec.finalizers ?? ['kubernetes'] } };
}

export const core: readonly Definition[] = [
  builtin({
    plural: 'namespaces',
    kind: 'Namespace',
    namespaced: false,
    shortNames: ['ns'],
    hasStatus: true,
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    schema: kind('A place for names.', {
      spec: object({ finalizers: texts }),
      status: object({
        phase: text,
        conditions: listMap(
          ['type'],
          object({ type: text, status: text, reason: text, message: text, lastTransitionTime: text }),
        ),
      }),
    }),
    columns: [
      nameColumn,
      { name: 'Status', type: 'string', cell: (o) => (isObject(o.status) ? textOf(o.status.phase) : '') },
      age,
    ],
    hooks: {
      prepare: (next, old) => (old ? next : active(next)),
      finish: held,
      always: { spec: {}, status: {} },
      names: 'label',
    },
  }),
  builtin({
    plural: 'secrets',
    kind: 'Secret',
    schema: kind('Values that must not be shown.', {
      data: bytesMap,
      stringData: textMap,
      type: text,
      immutable: yesNo,
    }),
    columns: [
      nameColumn,
      { name: 'Type', type: 'string', cell: (o) => textOf(o.type) },
      { name: 'Data', type: 'string', cell: (o) => count(o.data) },
      age,
    ],
    hooks: { prepare: secretData, validate: secretCauses, fields: { type: (o) => textOf(o.type) } },
  }),
  builtin({
    plural: 'configmaps',
    kind: 'ConfigMap',
    shortNames: ['cm'],
    schema: kind('Configuration as keys and values.', { data: textMap, binaryData: bytesMap, immutable: yesNo }),
    columns: [nameColumn, { name: 'Data', type: 'string', cell: (o) => count(o.data, o.binaryData) }, age],
    hooks: {
      prepare: withoutEmptyData,
      validate: (next, old) => [...keys(next, 'data', 'binaryData'), ...frozen(next, old, 'data', 'binaryData')],
    },
  }),
  builtin({
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    schema: kind('An identity for programs.', {
      secrets: listMap(['name'], reference),
      imagePullSecrets: list(object({ name: text })),
      automountServiceAccountToken: yesNo,
    }),
    columns: [
      nameColumn,
      { name: 'Secrets', type: 'string', cell: (o) => (Array.isArray(o.secrets) ? o.secrets.length : 0) },
      age,
    ],
    hooks: {},
  }),
];
