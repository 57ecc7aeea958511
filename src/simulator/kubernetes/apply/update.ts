// SPDX-License-Identifier: GPL-3.0-or-later
/** Who owns what after a write: structured-merge-diff's Update and Apply (KEP-555). */
import type { Cause } from '../status.ts';
import { failure } from '../status.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { equal, withMetadata } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import type { Comparison } from './compare.ts';
import { compare, fieldsOf, isSame } from './compare.ts';
import type { FieldSet } from './field-set.ts';
import { difference, empty, intersection, isEmpty, paths, union, withNamedFields } from './field-set.ts';
import type { Managed, ManagedFields, Manager } from './managed-fields.ts';
import { isManager, readManagedFields, stripUnmanaged, writeManagedFields } from './managed-fields.ts';
import { ofClientSideApply, withLastApplied } from './last-applied.ts';
import { merge, removeFields } from './merge.ts';
import { reconciled } from './reconcile.ts';

export interface Write {
  readonly schema: Schema;
  readonly live: KubeObject | undefined;
  readonly manager: Manager;
  readonly now: string;
  /** Fields that are there without anybody's doing. */
  readonly always: JsonObject;
}

function others(managers: ManagedFields, manager: Manager): Managed[] {
  return managers.filter((one) => !isManager(one, manager));
}

function changed({ added, modified }: Comparison): FieldSet {
  return union(added, modified);
}

function managersOf({ schema, live }: Write): ManagedFields {
  return readManagedFields(live).map((one) => ({ ...one, fields: reconciled(schema, live, one.fields) }));
}

/** A plain write may say itself who owns what; an empty entry forgets all (Kubernetes: "Clearing managedFields"). */
function given(live: KubeObject | undefined, next: KubeObject): KubeObject | undefined {
  const said = next.metadata.managedFields;
  if (!live || said === undefined || equal(said, live.metadata.managedFields)) return live;
  return withMetadata(live, { managedFields: said.filter((one) => Object.keys(one).length > 0) });
}

/** A plain write: what it changed is the writer's, and no longer anybody else's. */
export function ownUpdate(write: Write, next: KubeObject): KubeObject {
  const managers = managersOf({ ...write, live: given(write.live, next) });
  const before = write.live ?? { ...write.always, apiVersion: next.apiVersion, kind: next.kind, metadata: {} };
  const comparison = compare(write.schema, before, next);
  if (isSame(comparison)) return writeManagedFields(next, managers);
  const mine = managers.find((one) => isManager(one, write.manager));
  const taken = stripUnmanaged(union(changed(comparison), difference(mine?.fields ?? empty, comparison.removed)));
  const left = others(managers, write.manager).map((one) => ({
    ...one,
    fields: difference(difference(one.fields, changed(comparison)), comparison.removed),
  }));
  // Taking fields away is no news of the writer's own.
  const took = mine === undefined || !isEmpty(changed(comparison));
  const own: Managed = { ...write.manager, time: took ? write.now : mine.time, fields: taken };
  return writeManagedFields(next, [...left, own]);
}

interface Apply extends Write {
  readonly force: boolean;
}

/** The live object with a configuration merged in and with what its manager no longer applies taken out. */
export function applied(write: Apply, config: KubeObject): KubeObject {
  const { schema, live, manager } = write;
  const managers = managersOf(write);
  const mine = managers.find((one) => isManager(one, manager));
  const set = stripUnmanaged(fieldsOf(schema, config));
  const base: Json = live ?? { ...write.always, apiVersion: config.apiVersion, kind: config.kind, metadata: {} };
  const merged = merge(schema, base, config);
  const rest = others(managers, manager);
  const owned = [...rest.map((one) => one.fields), set].reduce(union, empty);
  const next = mine ? takeAway(schema, merged, { last: mine.fields, owned }) : merged;
  const comparison = compare(schema, base, next);
  const left = resolve(rest, comparison, write);
  // An apply that changes nothing leaves no time.
  const own: Managed = { ...manager, time: isSame(comparison) ? (mine?.time ?? '') : write.now, fields: set };
  const kept = withLastApplied(next as unknown as KubeObject, { live, config, manager });
  return writeManagedFields(kept, [...left, own]);
}

function resolve(rest: readonly Managed[], comparison: Comparison, write: Apply): Managed[] {
  const allowed = ofClientSideApply(write);
  const conflicts = rest
    .map((one) => ({ one, fields: difference(intersection(one.fields, changed(comparison)), allowed) }))
    .filter(({ fields }) => !isEmpty(fields));
  if (conflicts.length > 0 && !write.force) throw conflictError(conflicts);
  return rest.map((one) => ({
    ...one,
    fields: difference(difference(one.fields, changed(comparison)), comparison.removed),
  }));
}

/** Removes what was applied last time and is nobody's now; what was never owned stays unless all around it goes. */
function takeAway(schema: Schema, merged: Json, { last, owned }: { last: FieldSet; owned: FieldSet }): Json {
  // Everything applied last time still has an owner: nothing to take away.
  if (isEmpty(difference(last, owned))) return merged;
  const lastNamed = withNamedFields(last);
  const all = withNamedFields(fieldsOf(schema, merged));
  const first = removeFields(schema, merged, lastNamed) ?? {};
  const lost = difference(difference(all, withNamedFields(fieldsOf(schema, first))), withNamedFields(owned));
  const second = removeFields(schema, merged, lost) ?? {};
  const gone = intersection(difference(all, withNamedFields(fieldsOf(schema, second))), lastNamed);
  return removeFields(schema, merged, gone) ?? {};
}

function label(manager: Manager): string {
  const using = manager.operation === 'Update' ? ` using ${manager.apiVersion}` : '';
  const subresource = manager.subresource === '' ? '' : ` with subresource "${manager.subresource}"`;
  return `"${manager.name}"${subresource}${using}`;
}

function conflictError(conflicts: readonly { one: Managed; fields: FieldSet }[]): Error {
  const found = conflicts.map(({ one, fields }) => ({ who: label(one), where: paths(fields) }));
  const causes: Cause[] = found.flatMap(({ who, where }) =>
    where.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  const [only] = causes;
  if (only && causes.length === 1)
    return failure(409, 'Conflict', `Apply failed with 1 conflict: ${only.message}: ${only.field}`, { causes });
  const words = found.map(({ who, where }) =>
    [`conflicts with ${who}:`, ...where.map((path) => `- ${path}`)].join('\n'),
  );
  return failure(409, 'Conflict', `Apply failed with ${causes.length} conflicts: ${words.join('\n')}`, { causes });
}
