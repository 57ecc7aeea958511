// SPDX-License-Identifier: GPL-3.0-or-later

/** Shorter strings are no secrets, and hiding them would eat ordinary words. */
const shortest = 8;
const mostKnown = 10_000;

/** The forms in which a secret can come back: plain, base64, base64url, hex, URL-encoded, JSON-escaped. */
export function encodings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64');
  const forms = [
    secret,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/**
 * The last line of defence: knows the secrets that passed through this process and takes them out of every text on its way to a
 * status, an event or a log. The first line is that no such text is built from secrets.
 */
export class Redactor {
  readonly #known = new Map<string, readonly string[]>();

  learn(secret: string): void {
    if (secret.length < shortest) return;
    this.#known.delete(secret);
    this.#known.set(secret, encodings(secret));
    if (this.#known.size > mostKnown) {
      const oldest = this.#known.keys().next();
      if (!oldest.done) this.#known.delete(oldest.value);
    }
  }

  scrub(text: string): string {
    let clean = text;
    for (const forms of this.#known.values()) {
      for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, '[redacted]');
    }
    return clean;
  }
}
