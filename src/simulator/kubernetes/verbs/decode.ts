// SPDX-License-Identifier: GPL-3.0-or-later
/** Bytes to an object of the resource's kind: syntax, kind, unknown fields, defaults. */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isObject, textOf as scalar, without } from '../object.ts';
import { bodyText, parseBody } from '../protocol/body.ts';
import { apiVersionOf } from '../resources/definition.ts';
import { fillDefaults } from '../schema/default.ts';
import { prune } from '../schema/prune.ts';
import { validate } from '../schema/validate.ts';
import type { Cause } from '../status.ts';
import { ApiError, badRequest, invalid } from '../status.ts';
import { invalidValue } from '../causes.ts';
import type { Context } from './context.ts';
import { duplicateFields } from './duplicates.ts';

/** Reads a whole object, as create and update get it. */
export function decode(context: Context): KubeObject {
  const { request, definition } = context;
  const text = bodyText(request);
  let body: Json;
  try {
    body = parseBody(request);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const problem = `couldn't get version/kind; json parse error: ${(error as Error).message}`;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${definition.kind}): ${problem} (${text.slice(0, 100)})`,
    );
  }
  if (!isObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${definition.kind})`);
  return conform(context, identify(context, body, text), text.startsWith('k8s\0') ? [] : duplicateFields(text));
}

/** Checks apiVersion and kind, which built-in kinds may leave out. */
function identify({ definition, warnings }: Context, body: JsonObject, text: string): JsonObject {
  const apiVersion = apiVersionOf(definition);
  const { kind } = definition;
  if (!definition.custom) {
    if ((body.kind ?? kind) !== kind || (body.apiVersion ?? apiVersion) !== apiVersion)
      throw badRequest(wrongVersion(body, apiVersion));
    return { ...body, kind, apiVersion };
  }
  for (const [field, word] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (body[field]) continue;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): Object '${word}' is missing in '${text}' (${text})`,
    );
  }
  if (body.apiVersion !== apiVersion) {
    // Of another version nothing is known but what all objects have.
    const own = Object.keys(body).filter((key) => !['apiVersion', 'kind', 'metadata'].includes(key));
    warnings.push(...own.map((key) => `unknown field "${key}"`));
    throw badRequest(wrongVersion(body, apiVersion));
  }
  return body;
}

function wrongVersion(body: JsonObject, apiVersion: string): string {
  return `the API version in the data (${scalar(body.apiVersion)}) does not match the expected API version (${apiVersion})`;
}

/** Prunes, reports what was dropped as `fieldValidation` asks, and fills defaults. */
export function conform(context: Context, body: JsonObject, duplicates: readonly string[] = []): KubeObject {
  const { definition } = context;
  const unknown: string[] = [];
  const pruned = prune(definition.schema, body, '', unknown) as JsonObject;
  report(context, duplicates, unknown);
  const metadata = withoutEmpty(isObject(pruned.metadata) ? pruned.metadata : {});
  const object = { ...pruned, metadata } as unknown as KubeObject;
  if (!definition.custom) checkTypes(context, object);
  return fillDefaults(definition.schema, object) as KubeObject;
}

/** Go leaves empty metadata out. */
function withoutEmpty(metadata: JsonObject): JsonObject {
  const empty = Object.keys(metadata).filter((key) => {
    const value = metadata[key];
    return value === '' || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  });
  return empty.length === 0 ? metadata : without(metadata, ...empty);
}

function report(context: Context, duplicates: readonly string[], unknown: readonly string[]): void {
  const { query, definition, warnings } = context;
  const words = [
    ...duplicates.map((path) => `duplicate field "${path}"`),
    ...sortedByPath(unknown).map((path) => `unknown field "${path}"`),
  ];
  // Custom resources warn unless told otherwise; built-in kinds of the 1.20 core ignored what they did not know.
  const mode = query.get('fieldValidation') ?? 'Warn';
  if (words.length === 0 || mode === 'Ignore') return;
  if (mode === 'Warn') warnings.push(...words);
  else
    throw badRequest(
      `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: strict decoding error: ${words.join(', ')}`,
    );
}

function sortedByPath(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : 1));
}

/** Go's decoder refuses wrong types before anything else looks at the object. */
function checkTypes({ definition }: Context, object: KubeObject): void {
  const causes: Cause[] = [];
  validate(definition.schema, object, '', causes);
  const [first] = causes;
  if (!first) return;
  const { kind, version } = definition;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal into Go struct field ${kind}.${first.field}: ${first.message}`,
  );
}

/** The kind in the body, checked where the API server checks it: as a field of the object. */
export function checkKind({ definition }: Context, object: KubeObject): void {
  if (object.kind === definition.kind) return;
  const cause = invalidValue('kind', object.kind, `must be ${definition.kind}`);
  throw invalid({ ...definition, kind: object.kind }, object.metadata.name, [cause]);
}
