// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A rule is written once and checked twice: as CEL by the API server (`x-kubernetes-validations`), and by zod when the operator
 * reads an object (the last line of defence, e.g. for objects stored before a rule came). Tests hold the two together.
 */
import type { z } from 'zod';

export interface Rule<T> {
  /** CEL over `self`. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules */
  readonly rule: string;
  /** One line: names the field, says what is wrong and what to do about it. */
  readonly message: string;
  /** The same in TypeScript. Absent on transition rules (`oldSelf`): only the API server knows the old object. */
  readonly holds?: (self: T) => boolean;
  /** Where below `self` the fault is, `.kmsKeyID`; the rule's own place when absent. */
  readonly fieldPath?: string;
}

/** Adds rules (and further schema keywords, such as the description) to a schema; its type stays what it was. */
export function withRules<S extends z.ZodType>(
  schema: S,
  rules: readonly Rule<z.output<S>>[],
  keywords: Readonly<Record<string, unknown>> = {},
): S {
  let checked = schema;
  for (const { holds, message, fieldPath } of rules) {
    if (!holds) continue;
    const path = fieldPath ? fieldPath.slice(1).split('.') : [];
    checked = checked.refine((self) => holds(self), { message, path });
  }
  return checked.meta({
    ...schema.meta(),
    ...keywords,
    'x-kubernetes-validations': rules.map(({ rule, message, fieldPath }) => ({
      rule,
      message,
      ...(fieldPath ? { fieldPath } : {}),
    })),
  });
}

/**
 * The value has to match `pattern`, a regular expression that RE2 and JavaScript read alike: anchored and linear.
 * A rule rather than the `pattern` keyword, whose message could not say what to do.
 */
export function matches(pattern: string, message: string): Rule<string> {
  const expression = new RegExp(pattern, 'u');
  return { rule: celMatches('self', pattern), message, holds: (self) => expression.test(self) };
}

/** CEL text; `pattern` has no single quotes. */
export function celMatches(operand: string, pattern: string): string {
  return `${operand}.matches('${pattern.replaceAll('\\', '\\\\')}')`;
}

/** Refuses an update of this field; `cure` says what to do instead. */
export function immutable(field: string, cure: string): Rule<string> {
  return { rule: 'self == oldSelf', message: `${field} cannot be changed: ${cure}` };
}
