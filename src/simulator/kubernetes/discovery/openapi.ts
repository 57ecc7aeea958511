// SPDX-License-Identifier: GPL-3.0-or-later
/** Schemas for clients: `kubectl explain`, and what `kubectl apply` asks before it patches. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../object.ts';
import { isObject } from '../object.ts';
import type { Definition } from '../resources/definition.ts';
import { metadata } from '../resources/metadata.ts';
import { nothing } from '../schema/structural.ts';

function identity({ group, version, kind }: Definition): JsonObject {
  return { group, version, kind };
}

/** `io.k8s.api.core.v1.Secret` for built-in kinds, the reversed group for custom ones. */
function schemaName({ group, version, kind, custom }: Definition): string {
  if (custom) return [...group.split('.').reverse(), version, kind].join('.');
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;
}

function schemaOf(definition: Definition): JsonObject {
  return { ...(definition.schema as unknown as JsonObject), 'x-kubernetes-group-version-kind': [identity(definition)] };
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

function reference(name: string, description?: string): JsonObject {
  const allOf = [{ $ref: `#/components/schemas/${meta}.${name}` }];
  return { ...(description === undefined ? {} : { description }), allOf };
}

/** Metadata and its parts by the names under which clients know them. */
function metadataSchemas(): Record<string, Json> {
  const { ownerReferences = nothing, managedFields = nothing } = metadata.properties ?? {};
  const owners = { ...ownerReferences, items: reference('OwnerReference') };
  const managed = { ...managedFields, items: reference('ManagedFieldsEntry') };
  const entry = {
    ...managedFields.items,
    properties: { ...managedFields.items?.properties, fieldsV1: reference('FieldsV1') },
  };
  const owner = { ...ownerReferences.items, required: ['apiVersion', 'kind', 'name', 'uid'] };
  const own = { ...metadata, properties: { ...metadata.properties, ownerReferences: owners, managedFields: managed } };
  const named = { ObjectMeta: own, OwnerReference: owner, ManagedFieldsEntry: entry, FieldsV1: { type: 'object' } };
  return Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [`${meta}.${name}`, schema as unknown as Json]),
  );
}

function withNamedMetadata(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  return { ...schema, properties: { ...properties, metadata: reference('ObjectMeta', metadata.description) } };
}

function root({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function pathOf(definition: Definition): string {
  const { plural, namespaced } = definition;
  return `/${root(definition)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`;
}

function query(name: string): JsonObject {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

/** kubectl looks here whether the server validates fields (`fieldValidation` on PATCH and POST). */
function paths(definition: Definition): JsonObject {
  const operation = (action: string): JsonObject => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': identity(definition),
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map(query),
    responses: {
      200: {
        description: 'OK',
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(definition)}` } } },
      },
    },
  });
  const path = pathOf(definition);
  return {
    [path]: { get: operation('list'), post: operation('post') },
    [`${path}/{name}`]: {
      get: operation('get'),
      put: operation('put'),
      patch: operation('patch'),
      delete: operation('delete'),
    },
  };
}

const info: JsonObject = { title: 'Kubernetes (simulated)', version: 'v1.32.0' };

function schemasOf(definitions: readonly Definition[]): JsonObject {
  const schemas = metadataSchemas();
  for (const definition of definitions) schemas[schemaName(definition)] = withNamedMetadata(schemaOf(definition));
  return schemas;
}

export function openapiV3(definitions: readonly Definition[]): JsonObject {
  return {
    openapi: '3.0.0',
    info,
    paths: Object.assign({}, ...definitions.map(paths)) as JsonObject,
    components: { schemas: schemasOf(definitions) },
  };
}

export function openapiPaths(definitions: readonly Definition[]): JsonObject {
  const index: Record<string, Json> = {};
  for (const { group, version } of definitions) {
    const own = definitions.filter((one) => one.group === group && one.version === version);
    const hash = createHash('sha256')
      .update(JSON.stringify(own.map((one) => one.schema)))
      .digest('hex')
      .slice(0, 32)
      .toUpperCase();
    const path = root({ group, version });
    index[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  return { paths: index };
}

/** In v2 a reference stands beside its description, and definitions have a place of their own. */
function asV2(schemas: Json): Json {
  const text = JSON.stringify(schemas);
  return JSON.parse(
    text.replaceAll(/"allOf":\[\{"\$ref":"#\/components\/schemas\/([^"]+)"\}\]/g, '"$ref":"#/definitions/$1"'),
  ) as Json;
}

export function openapiV2(definitions: readonly Definition[]): JsonObject {
  const all = Object.assign({}, ...definitions.map(paths)) as JsonObject;
  return { swagger: '2.0', info, paths: all, definitions: asV2(schemasOf(definitions)) };
}
