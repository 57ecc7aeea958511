// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The profile of JSON schema that our CRDs keep to. It is narrower than what an API server takes
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema):
 * everything is bounded, because CEL rules have a cost budget and etcd has a limit, and everything is described.
 */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly 'x-kubernetes-validations'?: readonly {
    readonly rule: string;
    readonly message: string;
    readonly fieldPath?: string;
  }[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

const everywhere = ['type', 'description', 'default', 'x-kubernetes-validations'];
const byType: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'maxProperties'],
  array: ['items', 'maxItems', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
  string: ['enum', 'pattern', 'format', 'minLength', 'maxLength'],
  integer: ['minimum', 'maximum'],
  boolean: [],
};

/** Throws an error that names every place where the schema leaves the profile. */
export function assertStructural(schema: Schema, name: string): void {
  const faults = Object.entries(schema.properties ?? {})
    .filter(([field]) => field === 'spec' || field === 'status')
    .flatMap(([field, part]) => faultsOf(part, `${name}.${field}`));
  if (faults.length > 0) throw new Error(`not a structural schema:\n${faults.join('\n')}`);
}

function faultsOf(schema: Schema, path: string): string[] {
  const allowed = byType[schema.type ?? ''];
  if (!allowed) return [`${path}: type ${schema.type ?? 'is missing and'} cannot be used`];
  const unknown = Object.keys(schema).filter((keyword) => !everywhere.includes(keyword) && !allowed.includes(keyword));
  return [
    ...unknown.map((keyword) => `${path}: ${keyword} cannot be used with type ${schema.type}`),
    ...unbounded(schema).map((keyword) => `${path}: ${keyword} is missing`),
    ...listFaults(schema).map((fault) => `${path}: ${fault}`),
    ...Object.entries(schema.properties ?? {}).flatMap(([field, part]) => fieldFaults(part, `${path}.${field}`)),
    ...(typeof schema.additionalProperties === 'object' ? faultsOf(schema.additionalProperties, `${path}.*`) : []),
    ...(schema.items ? faultsOf(schema.items, `${path}[]`) : []),
  ];
}

function fieldFaults(schema: Schema, path: string): string[] {
  return [...(schema.description ? [] : [`${path}: description is missing`]), ...faultsOf(schema, path)];
}

function unbounded(schema: Schema): string[] {
  switch (schema.type) {
    case 'string':
      return schema.enum || schema.maxLength !== undefined ? [] : ['maxLength'];
    case 'integer':
      return [
        ...(schema.minimum === undefined ? ['minimum'] : []),
        ...(schema.maximum === undefined ? ['maximum'] : []),
      ];
    case 'array':
      return schema.maxItems === undefined ? ['maxItems'] : [];
    case 'object':
      return schema.additionalProperties !== undefined && schema.maxProperties === undefined ? ['maxProperties'] : [];
    default:
      return [];
  }
}

function listFaults(schema: Schema): string[] {
  if (schema.type === 'object') return mapFaults(schema);
  if (schema.type !== 'array') return [];
  if (!schema.items) return ['items is missing'];
  const listType = schema['x-kubernetes-list-type'];
  if (!listType) return ['x-kubernetes-list-type is missing'];
  if (listType !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const required = schema.items.required ?? [];
  const keyed = keys.length > 0 && keys.every((key) => required.includes(key));
  return keyed ? [] : ['x-kubernetes-list-map-keys must be required fields'];
}

function mapFaults(schema: Schema): string[] {
  if (schema.additionalProperties === true) return ['additionalProperties needs a schema'];
  return schema.properties || schema.additionalProperties ? [] : ['properties are missing'];
}
