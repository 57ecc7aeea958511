// SPDX-License-Identifier: GPL-3.0-or-later
/** Why a CustomResourceDefinition is refused: not structural, a rule that does not compile, no storage version. */
import { invalidValue, notSupported, required } from '../causes.ts';
import type { JsonObject, KubeObject } from '../object.ts';
import { isObject } from '../object.ts';
import { parseCel } from '../schema/cel.ts';
import { checkFields } from '../schema/cel-check.ts';
import type { CelRule, Schema } from '../schema/structural.ts';
import { valueSchema } from '../schema/structural.ts';
import type { Cause } from '../status.ts';
import type { Version } from './crd-spec.ts';
import { specOf } from './crd-spec.ts';

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

export function definitionCauses(next: KubeObject): readonly Cause[] {
  if (!isObject(next.spec) || !next.spec.group) return [required('spec.group')];
  const { names: given, group, scope, versions } = specOf(next);
  const found: Cause[] = [];
  if (next.metadata.name !== `${given.plural}.${group}`)
    found.push(invalidValue('metadata.name', next.metadata.name, `must be spec.names.plural+"."+spec.group`));
  if (scope !== 'Namespaced' && scope !== 'Cluster')
    found.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  return [...found, ...storageCauses(versions), ...versionCauses(versions)];
}
