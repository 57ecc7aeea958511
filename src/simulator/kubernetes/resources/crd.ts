// SPDX-License-Identifier: GPL-3.0-or-later
/** CustomResourceDefinitions: refused when not structural or when a rule does not compile, else turned into what they define. */
import { invalidValue, required } from '../causes.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import { checkFields } from '../schema/cel-check.ts';
import { parseCel } from '../schema/cel.ts';
import type { Schema } from '../schema/structural.ts';
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
  return { ...next, spec: prepared, ...(old ? {} : { status: next.status ?? {} }) };
}

/** What the API server's own controllers write a moment later: accepted names and Established. */
export function established(crd: KubeObject, now: string): KubeObject {
  const { names: given, versions } = specOf(crd);
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
      storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
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
  const causes: Cause[] = [];
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!schema.type && !free)
    causes.push(
      required(
        `${path}.type`,
        root ? 'must not be empty at the root' : 'must not be empty for specified object fields',
      ),
    );
  for (const [index, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${index}]`;
    for (const [field, expression] of [
      ['rule', rule.rule],
      ['messageExpression', rule.messageExpression],
    ] as const) {
      if (expression === undefined) continue;
      try {
        checkFields(parseCel(expression).ast, schema, root);
      } catch (error) {
        const { summary, message } = error as { summary?: string; message: string };
        causes.push(
          invalidValue(`${at}.${field}`, expression, `compilation failed: ERROR: <input>:1:1: ${summary ?? message}`),
        );
      }
    }
  }
  return causes;
}

const checked = new Map<string, readonly Cause[]>();

function causes(next: KubeObject): readonly Cause[] {
  const spec = specOf(next);
  const found: Cause[] = [];
  if (!spec?.group) return [required('spec.group')];
  if (next.metadata.name !== `${spec.names.plural}.${spec.group}`)
    found.push(invalidValue('metadata.name', next.metadata.name, `must be spec.names.plural+"."+spec.group`));
  const key = JSON.stringify(spec.versions);
  let schemas = checked.get(key);
  if (!schemas) {
    schemas = (isList(spec.versions as unknown as Json) ? spec.versions : []).flatMap((version, index) => {
      const at =
        spec.versions.length === 1
          ? 'spec.validation.openAPIV3Schema'
          : `spec.versions[${index}].schema.openAPIV3Schema`;
      const schema = version.schema?.openAPIV3Schema;
      if (!schema) return [required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')];
      return [...walk(schema, at, true)].flatMap(([one, path, root]) => schemaCauses(one, path, root));
    });
    checked.set(key, schemas);
  }
  return [...found, ...schemas];
}

const free: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

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
  schema: kind('Defines a kind of custom resources.', { spec: free, status: free }),
  columns: [nameColumn, { name: 'Created At', type: 'date', cell: (o) => o.metadata.creationTimestamp }],
  hooks: { prepare, validate: causes },
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
