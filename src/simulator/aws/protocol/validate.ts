// SPDX-License-Identifier: GPL-3.0-or-later
import type { Fields, Members, Shape, Text, Value } from './model.ts';

/** One sentence per violated constraint, in the words AWS's services share ("Value … at … failed to satisfy constraint: …"). */
export function violations(fields: Fields, members: Members, at = ''): string[] {
  return Object.entries(members).flatMap(([name, shape]) => {
    const path = at ? `${at}.${lowerFirst(name)}` : lowerFirst(name);
    const value = fields[name];
    if (value === undefined) return shape.required ? [sentence(null, path, 'Member must not be null')] : [];
    return check(value, shape, path);
  });
}

function check(value: Value, shape: Shape, path: string): string[] {
  if (shape.is === 'list') return checkList(value as readonly Value[], shape, path);
  if (shape.is === 'structure') return violations(value as Fields, shape.members, path);
  const given = value as string;
  return constraintsOf(given, shape).map((constraint) => sentence(given, path, constraint));
}

function checkList(items: readonly Value[], shape: Extract<Shape, { is: 'list' }>, path: string): string[] {
  const long = shape.max !== undefined && items.length > shape.max;
  const size = long ? [sentence('[]', path, `Member must have length less than or equal to ${shape.max}`)] : [];
  return [...size, ...items.flatMap((item, i) => check(item, shape.of, `${path}.${i + 1}.member`))];
}

function constraintsOf(given: string, shape: Exclude<Shape, { is: 'list' | 'structure' }>): string[] {
  if (shape.is === 'flag') return given === 'true' || given === 'false' ? [] : ['Member must be a boolean'];
  return shape.is === 'whole' ? wholeConstraints(given, shape) : textConstraints(given, shape);
}

function textConstraints(given: string, shape: Text): string[] {
  const found: string[] = [];
  if (shape.max !== undefined && given.length > shape.max)
    found.push(`Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined && given.length < shape.min)
    found.push(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.oneOf && !shape.oneOf.includes(given))
    found.push(`Member must satisfy enum value set: [${shape.oneOf.join(', ')}]`);
  if (shape.pattern && !shape.pattern.test(given))
    found.push(`Member must satisfy regular expression pattern: ${shape.pattern.source}`);
  return found;
}

function wholeConstraints(
  given: string,
  { min = -Infinity, max = Infinity }: { min?: number; max?: number },
): string[] {
  const number = Number(given);
  if (!/^-?\d+$/.test(given)) return ['Member must be an integer'];
  if (number > max) return [`Member must have value less than or equal to ${max}`];
  return number < min ? [`Member must have value greater than or equal to ${min}`] : [];
}

function sentence(value: string | null, path: string, constraint: string): string {
  return `Value ${value === null ? 'null' : `'${value}'`} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
