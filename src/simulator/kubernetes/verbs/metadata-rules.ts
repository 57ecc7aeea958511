// SPDX-License-Identifier: GPL-3.0-or-later
/** Rules on metadata that hold for every kind (apimachinery, pkg/api/validation). */
import { forbidden, invalidValue, required } from '../causes.ts';
import type { KubeObject } from '../object.ts';
import { equal } from '../object.ts';
import type { Definition } from '../resources/definition.ts';
import type { Cause } from '../status.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelWords = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;
const subdomainWords = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

function nameCauses(field: string, name: string, rule: Definition['hooks']['names']): Cause[] {
  if (rule === 'path') return /[/%]|^\.\.?$/.test(name) ? [invalidValue(field, name, `may not contain '/'`)] : [];
  const limit = rule === 'label' ? 63 : 253;
  if (name.length > limit) return [invalidValue(field, name, `must be no more than ${limit} characters`)];
  const good = rule === 'label' ? label : subdomain;
  return good.test(name) ? [] : [invalidValue(field, name, rule === 'label' ? labelWords : subdomainWords)];
}

export function metadataCauses(next: KubeObject, old: KubeObject | undefined, definition: Definition): Cause[] {
  const { name, generateName, labels, finalizers } = next.metadata;
  const causes: Cause[] = [];
  if (!name) causes.push(required('metadata.name', 'name or generateName is required'));
  else if (!old) causes.push(...nameCauses('metadata.name', name, definition.hooks.names));
  if (!name && generateName) causes.push(...nameCauses('metadata.generateName', generateName, definition.hooks.names));
  for (const [key, value] of Object.entries(labels ?? {})) causes.push(...labelCauses(key, value));
  for (const finalizer of finalizers ?? []) causes.push(...finalizerCauses(finalizer));
  return old ? [...causes, ...updateCauses(next, old)] : causes;
}

function labelCauses(key: string, value: string): Cause[] {
  const words = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
  const causes = qualifiedName.test(key) ? [] : [invalidValue('metadata.labels', key, words)];
  if (labelValue.test(value) && value.length <= 63) return causes;
  const rule = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;
  return [
    ...causes,
    invalidValue('metadata.labels', value, value.length > 63 ? 'must be no more than 63 bytes' : rule),
  ];
}

function finalizerCauses(finalizer: string): Cause[] {
  if (qualifiedName.test(finalizer)) return [];
  return [
    invalidValue(
      'metadata.finalizers',
      finalizer,
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    ),
  ];
}

function updateCauses(next: KubeObject, old: KubeObject): Cause[] {
  const causes: Cause[] = [];
  if (old.metadata.deletionTimestamp !== undefined) {
    const before = new Set(old.metadata.finalizers ?? []);
    const added = (next.metadata.finalizers ?? []).filter((one) => !before.has(one));
    const list = `[]string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
    const cause = forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    );
    // The API server checks this twice for custom resources, and says it twice.
    if (added.length > 0) causes.push(cause, cause);
  }
  for (const field of ['uid', 'creationTimestamp'] as const)
    if (!equal(next.metadata[field], old.metadata[field]))
      causes.push(invalidValue(`metadata.${field}`, next.metadata[field], 'field is immutable'));
  return causes;
}
