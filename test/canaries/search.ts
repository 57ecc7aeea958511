// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks for secrets in whatever a program shows. The forms are written again here: the operator's own list must not prove itself. */

export interface Hit {
  readonly where: string;
  readonly canary: string;
  readonly form: string;
}

/** What one program showed: place → text. */
export type Shown = readonly (readonly [where: string, text: string])[];

/** Plain, base64, base64url, hex, URL-encoded and JSON-escaped. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret, 'utf8');
  return {
    plain: secret,
    // the padding is the end, and may be cut off
    base64: bytes.toString('base64').replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    hex: bytes.toString('hex'),
    'URL-encoded': encodeURIComponent(secret),
    'JSON-escaped': JSON.stringify(secret).slice(1, -1),
  };
}

/** Hexadecimal digits come in both cases, in hex as in URL encoding. */
export function search(shown: Shown, canaries: Readonly<Record<string, string>>): Hit[] {
  const lower = shown.map(([where, text]) => [where, text, text.toLowerCase()] as const);
  return Object.entries(canaries).flatMap(([canary, secret]) =>
    Object.entries(formsOf(secret)).flatMap(([form, value]) => {
      const anyCase = form === 'hex' || form === 'URL-encoded';
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
