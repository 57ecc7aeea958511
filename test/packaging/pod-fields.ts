// SPDX-License-Identifier: GPL-3.0-or-later
/** Fields of a Pod by their paths, and which controls a Pod violates. */
import { controls, type Control } from './pod-security.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a Pod is read by paths
type Fields = any;

/** The wildcard written out: `containers` is all kinds of them. */
export function kindsOf(field: string): string[] {
  if (!field.startsWith('spec.containers[*]')) return [field];
  return ['containers', 'initContainers', 'ephemeralContainers'].map((kind) => field.replace('containers', kind));
}

function valuesAt(pod: Fields, path: string): unknown[] {
  let found: Fields[] = [pod];
  for (const part of path.split('.')) {
    const name = part.replace('[*]', '');
    found = found.map((one) => one?.[name]);
    if (part.endsWith('[*]')) found = found.flatMap((list) => list ?? []);
  }
  return found;
}

/** What each container has: its own, or else the Pod's. The Pod's own may be left out, but not be a bad one. */
function inheritedValues(pod: Fields, [own = '', each = '']: readonly string[]): unknown[] {
  const [ofPod] = valuesAt(pod, own);
  const effective = kindsOf(each).flatMap((path) => valuesAt(pod, path).map((value) => value ?? ofPod));
  return ofPod === undefined ? effective : [ofPod, ...effective];
}

function holds({ fields, allows, inherited = false }: Control, pod: object): boolean {
  const values = inherited
    ? inheritedValues(pod, fields)
    : fields.flatMap(kindsOf).flatMap((path) => valuesAt(pod, path));
  return values.every(allows);
}

/** The names of the controls that would have it refused. */
export function violationsOf(pod: object): string[] {
  return controls.filter((control) => !holds(control, pod)).map(({ control }) => control);
}

/** A copy with this field set; lists on the way get an element if they have none, containers a copy of the first one. */
export function withField(pod: object, path: string, value: unknown): object {
  const copy: Fields = structuredClone(pod);
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let at = copy;
  for (const part of parts) at = stepInto(at, part, copy);
  if (last.endsWith('[*]')) at[last.replace('[*]', '')] = [value];
  else at[last] = value;
  return copy;
}

function stepInto(at: Fields, part: string, pod: Fields): Fields {
  const name = part.replace('[*]', '');
  if (!part.endsWith('[*]')) return (at[name] ??= {});
  at[name] ??= [name.endsWith('ontainers') ? structuredClone(pod.spec.containers[0]) : {}];
  return at[name][0];
}
