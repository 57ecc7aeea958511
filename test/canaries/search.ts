// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks for given secrets in given texts, whatever letters they are made of. */

import { formsOf } from '../leaks/forms.ts';

export interface Hit {
  readonly where: string;
  readonly canary: string;
  readonly form: string;
}

/** What one program showed: place → text. */
export type Shown = readonly (readonly [where: string, text: string])[];

/** Hexadecimal digits come in both cases, in hex as in URL encoding. */
export function search(shown: Shown, canaries: Readonly<Record<string, string>>): Hit[] {
  const lower = shown.map(([where, text]) => [where, text, text.toLowerCase()] as const);
  return Object.entries(canaries).flatMap(([canary, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, value]) => {
      const anyCase = form.startsWith('hex') || form.startsWith('URL-encoded');
      const sought = anyCase ? value.toLowerCase() : value;
      return lower
        .filter(([, text, small]) => (anyCase ? small : text).includes(sought))
        .map(([where]) => ({ where, canary, form }));
    }),
  );
}

/** Everything that can be reached from an error, or any other value: hidden members, causes and stacks too. */
export function everythingIn(value: unknown, seen: Set<unknown> = new Set()): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null || seen.has(value)) return String(value);
  seen.add(value);
  const inner = value instanceof Map ? [...value.entries()].flat() : [];
  const members = Reflect.ownKeys(value).map((key) => {
    const { value: member } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
    return typeof member === 'function' ? '' : everythingIn(member, seen);
  });
  return [...members, ...inner.map((one) => everythingIn(one, seen))].join('\n');
}
