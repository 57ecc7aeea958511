// SPDX-License-Identifier: GPL-3.0-or-later
/** The JSONPath of printer columns: fields, indexes, `[*]` and `[?(@.type=="Ready")]` (Kubernetes: "JSONPath Support"). */
import type { Json } from '../object.ts';
import { isList, isObject } from '../object.ts';

type Step = (values: readonly Json[]) => readonly Json[];

const token =
  /\.?\[\?\(@\.([\w.]+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]|\.?\[(\*|-?\d+)\]|\.?\['([^']+)'\]|\.((?:\\.|[^.[\]])+)/gy;

function field(name: string): Step {
  return (values) => values.flatMap((value) => (isObject(value) && value[name] !== undefined ? [value[name]] : []));
}

function compileStep(match: RegExpExecArray): Step {
  const [, condition, double, single, index, quoted, name] = match;
  if (condition !== undefined) {
    const read = condition.split('.').map(field);
    const wanted = double ?? single;
    return (values) =>
      values.flatMap((list) =>
        isList(list)
          ? list.filter((item) => read.reduce((at, step) => step(at), [item] as readonly Json[])[0] === wanted)
          : [],
      );
  }
  if (index === '*') return (values) => values.flatMap((list) => (isList(list) ? list : []));
  if (index !== undefined)
    return (values) => values.flatMap((list) => (isList(list) ? list.slice(Number(index)).slice(0, 1) : []));
  return field((quoted ?? name ?? '').replaceAll(/\\(.)/g, '$1'));
}

const compiled = new Map<string, readonly Step[]>();

export function jsonPath(path: string, value: Json): readonly Json[] {
  let steps = compiled.get(path);
  if (!steps) {
    steps = [...path.matchAll(token)].map(compileStep);
    compiled.set(path, steps);
  }
  return steps.reduce((at, step) => step(at), [value] as readonly Json[]);
}
