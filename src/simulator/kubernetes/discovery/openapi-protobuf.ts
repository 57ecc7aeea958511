// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * OpenAPI v2 in protobuf, the form in which client-go asks for it. Field numbers are those of gnostic's published OpenAPIv2.proto.
 * Only what clients read: schemas with their extensions, and which query parameters an operation has.
 */
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** A field with a length: text or a message. Nothing for what is absent. */
function field(number: number, content: Uint8Array | string | undefined): Buffer {
  if (content === undefined) return Buffer.alloc(0);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function texts(number: number, values: Json | undefined): Buffer {
  return Buffer.concat((isList(values) ? values : []).map((value) => field(number, textOf(value))));
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Any: JSON is YAML. */
function any(value: Json): Buffer {
  return field(2, JSON.stringify(value));
}

function named(number: number, entries: readonly (readonly [string, Uint8Array])[]): Buffer {
  return Buffer.concat(entries.map(([name, value]) => field(number, Buffer.concat([field(1, name), field(2, value)]))));
}

function extensions(number: number, of: JsonObject): Buffer {
  const own = Object.entries(of).filter(([name]) => name.startsWith('x-'));
  return named(
    number,
    own.map(([name, value]) => [name, any(value ?? null)]),
  );
}

function entriesOf(value: Json | undefined): readonly (readonly [string, JsonObject])[] {
  return Object.entries(isObject(value) ? value : {}).filter((pair): pair is [string, JsonObject] => isObject(pair[1]));
}

function schemas(value: Json | undefined): (readonly [string, Buffer])[] {
  return entriesOf(value).map(([name, one]) => [name, schema(one)] as const);
}

/** Free values have no type in v2 (apiextensions, pkg/controller/openapi/v2). */
function isFree(of: JsonObject): boolean {
  return of['x-kubernetes-preserve-unknown-fields'] === true || of['x-kubernetes-int-or-string'] === true;
}

function schema(of: JsonObject): Buffer {
  const { $ref, format, description, required, items, properties, additionalProperties, type } = of;
  const ref = text($ref);
  if (ref !== undefined) return Buffer.concat([field(1, ref), field(4, text(description))]);
  const start = [field(2, text(format)), field(4, text(description)), texts(19, required)];
  if (isFree(of)) return Buffer.concat([...start, extensions(31, of)]);
  return Buffer.concat([
    ...start,
    field(21, isObject(additionalProperties) ? field(1, schema(additionalProperties)) : undefined),
    field(22, typeof type === 'string' ? field(1, type) : undefined),
    field(23, isObject(items) ? field(1, schema(items)) : undefined),
    field(25, isObject(properties) ? named(1, schemas(properties)) : undefined),
    extensions(31, of),
  ]);
}

/** In its place in an operation: ParametersItem, Parameter, NonBodyParameter. */
function queryParameter(of: Json): Buffer {
  const name = isObject(of) ? text(of.name) : undefined;
  const parameter = Buffer.concat([field(2, 'query'), field(4, name), field(6, 'string')]);
  return field(8, field(1, field(2, field(3, parameter))));
}

function operation(of: JsonObject): Buffer {
  const parameters = isList(of.parameters) ? of.parameters.map(queryParameter) : [];
  return Buffer.concat([...parameters, extensions(13, of)]);
}

const methods: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

function pathItem(of: JsonObject): Buffer {
  return Buffer.concat(entriesOf(of).map(([method, one]) => field(methods[method] ?? 7, operation(one))));
}

/** @param document As JSON, see openapiV2. */
export function openapiProtobuf(document: JsonObject): Buffer {
  const { info, paths, definitions } = document;
  const { title, version } = isObject(info) ? info : {};
  const items = entriesOf(paths).map(([path, one]) => [path, pathItem(one)] as const);
  return Buffer.concat([
    field(1, '2.0'),
    field(2, Buffer.concat([field(1, text(title)), field(2, text(version))])),
    field(8, named(2, items)),
    field(9, named(1, schemas(definitions))),
  ]);
}
