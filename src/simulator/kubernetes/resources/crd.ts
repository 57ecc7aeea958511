// SPDX-License-Identifier: GPL-3.0-or-later
/** CustomResourceDefinitions: refused when not structural or when a rule does not compile, else turned into what they define. */
import { invalidValue, notSupported, required } from '../causes.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isObject, without } from '../object.ts';
import { checkFields } from '../schema/cel-check.ts';
import { parseCel } from '../schema/cel.ts';
import type { CelRule, Schema } from '../schema/structural.ts';
import { nothing, valueSchema } from '../schema/structural.ts';
import type { Cause } from '../status.ts';
import { builtin, nameColumn } from './builtin.ts';
import type { Column, Definition } from './definition.ts';
import { kind, metadata, text } from './metadata.ts';

interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object };
  readonly additionalPrinterColumns?: readonly {
    name: string;
    type: string;
    jsonPath: string;
    description?: string;
    format?: string;
    priority?: number;
  }[];
}

interface Spec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: Names;
  readonly versions: readonly Version[];
}

export function specOf(crd: KubeObject): Spec {
  return crd.spec as unknown as Spec;
}

/** The names a CRD leaves out. */
function names(given: Names): Required<Omit<Names, 'shortNames' | 'categories'>> & Names {
  return {
    ...given,
    singular: given.singular ?? given.kind.toLowerCase(),
    listKind: given.listKind ?? `${given.kind}List`,
  };
}

function prepare(next: KubeObject, old: KubeObject | undefined): KubeObject {
  const spec = specOf(next);
  if (!isObject(next.spec) || !isObject(next.spec.names)) return next;
  const full = names(spec.names);
  const prepared = {
    ...next.spec,
    names: full as unknown as JsonObject,
    conversion: next.spec.conversion ?? { strategy: 'None' },
  };
  return { ...((old ? next : without(next, 'status')) as KubeObject), spec: prepared };
}

/** As it is answered at creation, before the controllers have seen it. */
function unaccepted(next: KubeObject): KubeObject {
  return {
    ...next,
    status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storedVersions(next) },
  };
}

function storedVersions(crd: KubeObject): string[] {
  return specOf(crd)
    .versions.filter(({ storage }) => storage)
    .map(({ name }) => name);
}

/** What the API server's own controllers write a moment later: accepted names and Established. */
export function established(crd: KubeObject, now: string): KubeObject {
  const { names: given } = specOf(crd);
  const condition = (type: string, reason: string, message: string): Json => ({
    lastTransitionTime: now,
    message,
    reason,
    status: 'True',
    type,
  });
  return {
    ...crd,
    status: {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: given as unknown as JsonObject,
      storedVersions: storedVersions(crd),
    },
  };
}

/** Every schema below, with its path as causes print it. */
function* walk(schema: Schema, path: string, root: boolean): Generator<[Schema, string, boolean]> {
  yield [schema, path, root];
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    yield* walk(child, `${path}.properties[${name}]`, false);
  if (schema.items) yield* walk(schema.items, `${path}.items`, false);
  const values = valueSchema(schema);
  if (values) yield* walk(values, `${path}.additionalProperties`, false);
}

function schemaCauses(schema: Schema, path: string, root: boolean): Cause[] {
  const isFree =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const why = root ? 'must not be empty at the root' : 'must not be empty for specified object fields';
  return [...(schema.type || isFree ? [] : [required(`${path}.type`, why)]), ...ruleCauses(schema, path, root)];
}

/** Go prints internal structs by their own field names. */
function printed({ rule, message, messageExpression, fieldPath }: CelRule): JsonObject {
  return {
    Rule: rule,
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: null,
  };
}

function ruleCauses(schema: Schema, path: string, root: boolean): Cause[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    (['rule', 'messageExpression'] as const).flatMap((field) => {
      const problem = problemOf(rule[field], schema, root);
      const at = `${path}.x-kubernetes-validations[${index}].${field}`;
      return problem === undefined
        ? []
        : [invalidValue(at, printed(rule), `compilation failed: ERROR: <input>:1:1: ${problem}`)];
    }),
  );
}

function problemOf(expression: string | undefined, schema: Schema, root: boolean): string | undefined {
  if (expression === undefined) return undefined;
  try {
    checkFields(parseCel(expression).ast, schema, root);
    return undefined;
  } catch (error) {
    const { summary, message } = error as { summary?: string; message: string };
    return summary ?? message;
  }
}

const checked = new Map<string, readonly Cause[]>();

/** Checked once for the same text. */
function versionCauses(versions: readonly Version[]): readonly Cause[] {
  const key = JSON.stringify(versions);
  let found = checked.get(key);
  if (!found) {
    found = versions.flatMap((version, index) => {
      const own = `spec.versions[${index}].schema.openAPIV3Schema`;
      const schema = version.schema?.openAPIV3Schema;
      if (!schema) return [required(own)];
      // What all versions have in common is kept, and named, in one place.
      const at = versions.length === 1 ? 'spec.validation.openAPIV3Schema' : own;
      return [...walk(schema, at, true)].flatMap(([one, path, root]) => schemaCauses(one, path, root));
    });
    checked.set(key, found);
  }
  return found;
}

function storageCauses(versions: readonly Version[]): Cause[] {
  const stored = versions.filter(({ storage }) => storage).length;
  if (stored === 1) return [];
  const nothing = {
    Deprecated: false,
    DeprecationWarning: null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
  const print = versions.map(({ name, served, storage }) => ({
    Name: name,
    Served: served,
    Storage: storage,
    ...nothing,
  }));
  const causes = [invalidValue('spec.versions', print, 'must have exactly one version marked as storage version')];
  return stored > 0
    ? causes
    : [...causes, invalidValue('status.storedVersions', null, 'must have at least one stored version')];
}

function causes(next: KubeObject): readonly Cause[] {
  if (!isObject(next.spec) || !next.spec.group) return [required('spec.group')];
  const { names: given, group, scope, versions } = specOf(next);
  const found: Cause[] = [];
  if (next.metadata.name !== `${given.plural}.${group}`)
    found.push(invalidValue('metadata.name', next.metadata.name, `must be spec.names.plural+"."+spec.group`));
  if (scope !== 'Namespaced' && scope !== 'Cluster')
    found.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  return [...found, ...storageCauses(versions), ...versionCauses(versions)];
}

const free: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const described: Schema = {
  ...free,
  properties: { group: text, scope: text, names: free, versions: { type: 'array', items: free }, conversion: free },
};

export const crds = builtin({
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  hasStatus: true,
  counted: true,
  schema: kind('Defines a kind of custom resources.', { spec: described, status: free }),
  columns: [nameColumn, { name: 'Created At', type: 'date', cell: (o) => o.metadata.creationTimestamp }],
  hooks: { prepare, validate: causes, finish: unaccepted, always: { spec: { names: {} } } },
});

const made = new Map<string, readonly Definition[]>();

/** One definition for each served version; made once for the same text, because worlds are made by the thousand. */
export function definitionsOf(crd: KubeObject): readonly Definition[] {
  const key = JSON.stringify(crd.spec);
  let definitions = made.get(key);
  if (!definitions) {
    const spec = specOf(crd);
    definitions = spec.versions.filter((version) => version.served).map((version) => define(spec, version));
    made.set(key, definitions);
  }
  return definitions;
}

function define(spec: Spec, version: Version): Definition {
  const { kind, plural, singular, listKind, shortNames, categories } = names(spec.names);
  return {
    group: spec.group,
    version: version.name,
    kind,
    plural,
    singular,
    listKind,
    namespaced: spec.scope === 'Namespaced',
    shortNames: shortNames ?? [],
    categories: categories ?? [],
    custom: true,
    hasStatus: version.subresources?.status !== undefined,
    counted: true,
    shelf: `${spec.group}/${plural}`,
    schema: withIdentity(version.schema?.openAPIV3Schema ?? nothing),
    columns: columns(version),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    hooks: {},
  };
}

/** apiVersion, kind and metadata are the server's to describe; a CRD's own words on them count only for validation. */
function withIdentity(schema: Schema): Schema {
  return { ...schema, type: 'object', properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

function columns(version: Version): readonly Column[] {
  const given = version.additionalPrinterColumns ?? [
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
  const described = given.map(({ name, type, jsonPath, description, format, priority }) => ({
    name,
    type,
    format: format ?? '',
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    cell: jsonPath,
  }));
  return [nameColumn, ...described];
}
