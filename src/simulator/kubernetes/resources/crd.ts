// SPDX-License-Identifier: GPL-3.0-or-later
/** CustomResourceDefinitions as a resource, and what they define. */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isObject, without } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { fillDefaults } from '../schema/default.ts';
import { nothing } from '../schema/structural.ts';
import { builtin, nameColumn } from './builtin.ts';
import type { Names, Spec, Version } from './crd-spec.ts';
import { specOf } from './crd-spec.ts';
import { definitionCauses } from './crd-validation.ts';
import type { Column, Definition } from './definition.ts';
import { identity, kind, text } from './metadata.ts';

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
  hooks: { prepare, validate: definitionCauses, finish: unaccepted, always: { spec: { names: {} } } },
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
  const schema = withIdentity(version.schema?.openAPIV3Schema ?? nothing);
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
    schema,
    columns: columns(version),
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    // a status cannot come with a create; what is read back is defaulted again, and nobody owns a default
    hooks: { finish: (next) => fillDefaults(schema, next) as KubeObject },
  };
}

/** apiVersion, kind and metadata are the server's to describe; a CRD's own words on them count only for validation. */
function withIdentity(schema: Schema): Schema {
  return { ...schema, type: 'object', properties: { ...schema.properties, ...identity } };
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
