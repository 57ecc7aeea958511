// SPDX-License-Identifier: GPL-3.0-or-later
/** PATCH in its four forms. */
import { applied } from '../apply/update.ts';
import { required } from '../causes.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';
import { readBody } from '../protocol/body.ts';
import type { Schema } from '../schema/structural.ts';
import type { Cause } from '../status.ts';
import { badRequest, failure, internal, invalid } from '../status.ts';
import { prune } from '../schema/prune.ts';
import type { Answer, Context } from './context.ts';
import { answer, shown } from './context.ts';
import { checkKind, conform } from './decode.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { createObject, key, stored, updateObject, writeOf } from './write.ts';
import { validateLists } from '../schema/lists.ts';
import { strategicMerge } from './strategic-merge.ts';

const apply = 'application/apply-patch+yaml';
const forms: Readonly<Record<string, (current: KubeObject, patch: Json, schema: Schema) => Json>> = {
  'application/json-patch+json': (current, patch) => jsonPatch(current, patch),
  'application/merge-patch+json': (current, patch) => mergePatch(current, patch),
  'application/strategic-merge-patch+json': (current, patch, schema) => strategicMerge(schema, current, patch),
};

export function patchObject(context: Context): Answer {
  const { request, definition } = context;
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const accepted = [...Object.keys(forms).filter((form) => !definition.custom || !form.includes('strategic')), apply];
  if (!accepted.includes(type)) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
    throw failure(415, 'UnsupportedMediaType', message);
  }
  const patch = readBody(request);
  return type === apply ? applyPatch(context, patch) : changePatch(context, patch, type);
}

function changePatch(context: Context, patch: Json, type: string): Answer {
  const { definition, target } = context;
  const old = stored(context);
  const current = shown(definition, old);
  const changed = forms[type]?.(current, patch, definition.schema);
  if (!isObject(changed)) throw badRequest('the patch does not make an object');
  const next = conform(context, changed);
  checkKind(context, next);
  if (next.metadata.name !== target.name) throw nameMismatch(next.metadata.name, target.name);
  return answer(200, shown(definition, updateObject(context, next, old)));
}

export function nameMismatch(name: string, url: string): Error {
  return badRequest(`the name of the object (${name}) does not match the name on the URL (${url})`);
}

function applyPatch(context: Context, patch: Json): Answer {
  const { definition, target, query, world } = context;
  if (!query.get('fieldManager')) throw managerRequired();
  const config = readConfig(context, patch);
  const live = world.store.get(definition.shelf, key(context));
  if (!live && target.subresource !== '') return answer(200, stored(context));
  const current = live && shown(definition, live);
  const write = { ...writeOf(context, current, 'Apply'), force: query.get('force') === 'true' };
  const next = conform(context, applied(write, config));
  if (next.metadata.name !== target.name) throw nameMismatch(next.metadata.name, target.name);
  if (!live) return answer(201, shown(definition, createObject(context, next, 'Apply')));
  return answer(200, shown(definition, updateObject(context, next, live, 'Apply')));
}

function managerRequired(): Error {
  const options = { group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' };
  const error = invalid(options, '', [required('fieldManager', 'is required for apply patch')]);
  return error;
}

/** The configuration, typed: what the schema does not have is an error here, whatever `fieldValidation` says. */
function readConfig(context: Context, patch: Json): KubeObject {
  const { definition, target } = context;
  if (!isObject(patch)) throw badRequest('the patch is not an object');
  const apiVersion = textOf(patch.apiVersion);
  if (apiVersion === '' || !patch.kind)
    throw badRequest(`invalid object type: ${apiVersion || '/'}, Kind=${textOf(patch.kind)}`);
  const metadata = isObject(patch.metadata) ? patch.metadata : {};
  if (isList(metadata.managedFields) && metadata.managedFields.length > 0)
    throw badRequest('metadata.managedFields must be nil');
  const place = {
    name: metadata.name ?? target.name,
    ...(definition.namespaced ? { namespace: target.namespace } : {}),
  };
  return scope(context, typed(context, { ...patch, metadata: { ...metadata, ...place } }, textOf(metadata.namespace)));
}

/** Checked as structured-merge-diff reads a configuration: every field declared, every key of a list once. */
function typed({ definition, target }: Context, patch: JsonObject, namespace: string): KubeObject {
  const refuse = (problem: string): Error =>
    untyped({ kind: definition.kind, name: `${namespace}/${target.name}` }, textOf(patch.apiVersion), problem);
  const unknown: string[] = [];
  const config = prune(definition.schema, patch, '', unknown) as unknown as KubeObject;
  if (unknown.length > 0) throw refuse(`.${unknown[0]}: field not declared in schema`);
  const duplicates: Cause[] = [];
  validateLists(definition.schema, config, '', duplicates);
  const [twice] = duplicates;
  if (twice) throw refuse(twiceWords(twice.field, twice.message));
  return config;
}

function twiceWords(field: string, message: string): string {
  const value = message.replace('Duplicate value: ', '');
  const keys = value.startsWith('{')
    ? Object.entries(JSON.parse(value) as JsonObject)
        .map(([name, one]) => `${name}=${JSON.stringify(one)}`)
        .join(',')
    : `=${value}`;
  return `.${field.replace(/\[\d+\]$/, '')}: duplicate entries for key [${keys}]`;
}

function untyped(
  { kind, name }: { readonly kind: string; readonly name: string },
  apiVersion: string,
  problem: string,
): Error {
  const slash = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return internal(`failed to create typed patch object (${name}; ${slash}, Kind=${kind}): ${problem}`);
}

/** Each endpoint owns its half: what the other one writes is dropped before ownership is counted. */
function scope({ definition, target }: Context, config: KubeObject): KubeObject {
  if (!definition.hasStatus) return config;
  const { status, ...rest } = config as unknown as Record<string, Json>;
  if (target.subresource !== 'status') return rest as unknown as KubeObject;
  const { apiVersion, kind, metadata } = config;
  return { apiVersion, kind, metadata, ...(status === undefined ? {} : { status }) };
}
