// SPDX-License-Identifier: GPL-3.0-or-later
/** Label and field selectors (Kubernetes: "Labels and Selectors", "Field Selectors"). */
import type { KubeObject } from '../object.ts';
import type { Definition } from '../resources/definition.ts';
import { badRequest } from '../status.ts';

export type Matches = (object: KubeObject) => boolean;

const requirement =
  /^\s*(?:(!)\s*([\w./-]+)|([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)|([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)|([\w./-]+))\s*$/;

function labelRequirement(words: string): Matches {
  const match = requirement.exec(words);
  if (!match) throw badRequest(selectorProblem(words));
  const [, not, absent, listed, operator, list = '', key, sign, value = '', present = ''] = match;
  const label = (object: KubeObject, name: string): string | undefined => object.metadata.labels?.[name];
  if (not) return (object) => label(object, absent ?? '') === undefined;
  if (listed) {
    const values = new Set(list.split(',').map((one) => one.trim()));
    const wanted = operator === 'in';
    return (object) => values.has(label(object, listed) ?? '\0') === wanted;
  }
  if (key) return (object) => (label(object, key) === value) === (sign !== '!=');
  return (object) => label(object, present) !== undefined;
}

function selectorProblem(words: string): string {
  const odd = /[=!]=?\s*([^\w\s.-].*)$/.exec(words)?.[1]?.[0] ?? words;
  return `unable to parse requirement: found '${odd}', expected: identifier`;
}

/** Commas outside parentheses. */
function split(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/);
}

export function labelSelector(selector: string | null): Matches | undefined {
  if (!selector) return undefined;
  const all = split(selector).map(labelRequirement);
  return (object) => all.every((one) => one(object));
}

export function fieldSelector(selector: string | null, definition: Definition): Matches | undefined {
  if (!selector) return undefined;
  const all = selector.split(',').map((words) => fieldRequirement(words, definition));
  return (object) => all.every((one) => one(object));
}

function fieldRequirement(words: string, { hooks, namespaced, custom }: Definition): Matches {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(words);
  if (!match) throw badRequest(`invalid selector: '${words}'; can't understand '${words}'`);
  const [, field = '', sign, value = ''] = match;
  const wanted = sign !== '!=';
  const read = hooks.fields?.[field];
  if (read) return (object) => (read(object) === value) === wanted;
  if (field === 'metadata.name') return (object) => (object.metadata.name === value) === wanted;
  if (field === 'metadata.namespace' && namespaced) return (object) => (object.metadata.namespace === value) === wanted;
  if (custom || hooks.fields) throw badRequest(`field label not supported: ${field}`);
  throw badRequest(`"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}
