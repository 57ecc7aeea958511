// SPDX-License-Identifier: GPL-3.0-or-later
import type { z } from 'zod';
import type { DeepReadonly } from './readonly.ts';

export type Parsed<Spec> =
  | { readonly ok: true; readonly spec: Spec }
  | { readonly ok: false; readonly message: string };

/** Reads a spec, with every default applied and unknown fields dropped, as the API server does. Never throws. */
export function parseSpec<S extends z.ZodType>(schema: S, spec: unknown): Parsed<DeepReadonly<z.output<S>>> {
  const result = schema.safeParse(spec);
  if (result.success) return { ok: true, spec: result.data as DeepReadonly<z.output<S>> };
  const [first] = result.error.issues;
  return { ok: false, message: first ? sentence(first) : 'spec is not valid' };
}

/** Values are left out: whatever was typed into the wrong field might be a secret. */
function sentence(issue: z.core.$ZodIssue): string {
  const field = ['spec', ...issue.path.map(String)].join('.');
  switch (issue.code) {
    case 'invalid_type':
      return `${field} must be ${article(issue.expected)}: set it`;
    case 'too_small':
      return `${field} must be at least ${issue.minimum}${unit(issue.origin)}: ${issue.origin === 'string' ? 'lengthen' : 'raise'} it`;
    case 'too_big':
      return `${field} must be at most ${issue.maximum}${unit(issue.origin)}: ${issue.origin === 'string' ? 'shorten' : 'lower'} it`;
    case 'invalid_value':
      return `${field} must be one of ${issue.values.map(String).join(', ')}: choose one of these`;
    default:
      return issue.message.startsWith('spec') ? issue.message : `${field}: ${issue.message}`;
  }
}

function article(type: string): string {
  if (type === 'record') return 'a map';
  if (type === 'int') return 'a whole number';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function unit(origin: string): string {
  return origin === 'string' ? ' characters long' : '';
}
