// SPDX-License-Identifier: GPL-3.0-or-later
/** All that an object must satisfy before it is stored. */
import type { KubeObject } from '../object.ts';
import { validateRules } from '../schema/cel.ts';
import { validateLists } from '../schema/lists.ts';
import { validate } from '../schema/validate.ts';
import type { Definition } from '../resources/definition.ts';
import type { Cause } from '../status.ts';
import { invalid } from '../status.ts';
import { metadataCauses } from './metadata-rules.ts';

/** With one of these, rules are not evaluated: they would meet values that their types do not allow. */
const blocking = new Set([
  'FieldValueTypeInvalid',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueNotSupported',
]);

const notChecked: Cause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
};

/** @throws ApiError 422 with every cause. */
export function validateObject(definition: Definition, next: KubeObject, old: KubeObject | undefined): void {
  const causes = metadataCauses(next, old, definition);
  if (definition.custom) causes.push(...customCauses(definition, next, old));
  causes.push(...(definition.hooks.validate?.(next, old) ?? []));
  if (causes.length > 0) throw invalid({ ...definition, group: groupOf(definition) }, next.metadata.name ?? '', causes);
}

/** Both faces of events are validated as the core kind that is stored. */
function groupOf({ shelf }: Definition): string {
  return shelf.split('/')[0] ?? '';
}

function customCauses({ schema }: Definition, next: KubeObject, old: KubeObject | undefined): Cause[] {
  const causes: Cause[] = [];
  validate(schema, next, '', causes);
  validateLists(schema, next, '', causes);
  if (causes.some((cause) => blocking.has(cause.reason))) return [...causes, notChecked];
  validateRules(schema, next, old, { path: '', causes });
  return causes;
}
