// SPDX-License-Identifier: GPL-3.0-or-later

/** Shorter strings are no secrets, and hiding them would eat ordinary words. */
const shortest = 8;
const mostKnown = 10_000;
const mark = '[redacted]';

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * Base64 of a text that has the secret somewhere inside, such as `Basic user:secret`: what surely comes of the secret alone, for each of
 * the three places in a group of three bytes at which it can begin.
 */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const first = Math.ceil((before * 4) / 3);
    return padded.toString('base64').slice(first, Math.floor((padded.length * 4) / 3));
  });
}

function urlForms(secret: string): string[] {
  const plain = encodeURIComponent(secret);
  // RFC 3986 as AWS signs it; forms write a space as a plus
  const strict = plain.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const upper = [plain, strict, plain.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return upper.flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** The forms in which a secret can come back: plain, base64, base64url, hex, URL-encoded, JSON-escaped (once or twice), XML-escaped. */
export function encodings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64');
  const hex = bytes.toString('hex');
  const inAnyBase64 = [base64, base64.replace(/=+$/, ''), ...base64Cores(bytes)];
  const forms = [
    secret,
    ...inAnyBase64,
    ...inAnyBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    ...urlForms(secret),
    inJson(secret),
    inJson(inJson(secret)),
    inJson(secret).replaceAll('/', '\\/'),
    secret.replace(/[&<>"']/g, (char) => xmlEntities[char] ?? char),
  ];
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

/**
 * The last line of defence: knows the secrets that passed through this process and takes them out of every text on its way to a
 * status, an event or a log. The first line is that no such text is built from secrets.
 */
export class Redactor {
  readonly #known = new Map<string, readonly string[]>();
  /** All forms by their first characters, and how many secrets have each: a text is gone through once, however many there are. */
  readonly #byStart = new Map<string, Map<string, number>>();

  learn(secret: string): void {
    if (secret.length < shortest) return;
    const known = this.#known.get(secret);
    this.#known.delete(secret);
    this.#known.set(secret, known ?? this.#index(encodings(secret)));
    if (this.#known.size <= mostKnown) return;
    const [oldest, forms] = this.#known.entries().next().value ?? ['', []];
    this.#known.delete(oldest);
    this.#forget(forms);
  }

  scrub(text: string): string {
    let clean = '';
    let copied = 0;
    for (let at = 0; at + shortest <= text.length; at++) {
      const found = this.#longestAt(text, at);
      if (found === undefined) continue;
      clean += text.slice(copied, at) + mark;
      copied = at + found.length;
      at = copied - 1;
    }
    return copied === 0 ? text : clean + text.slice(copied);
  }

  /** Of two secrets of which one begins like the other, the longer. */
  #longestAt(text: string, at: number): string | undefined {
    let longest: string | undefined;
    for (const form of this.#byStart.get(text.slice(at, at + shortest))?.keys() ?? [])
      if (form.length > (longest?.length ?? 0) && text.startsWith(form, at)) longest = form;
    return longest;
  }

  #index(forms: readonly string[]): readonly string[] {
    for (const form of forms) {
      const start = form.slice(0, shortest);
      const same = this.#byStart.get(start) ?? new Map<string, number>();
      this.#byStart.set(start, same.set(form, (same.get(form) ?? 0) + 1));
    }
    return forms;
  }

  #forget(forms: readonly string[]): void {
    for (const form of forms) {
      const start = form.slice(0, shortest);
      const same = this.#byStart.get(start);
      const others = (same?.get(form) ?? 1) - 1;
      if (others > 0) same?.set(form, others);
      else same?.delete(form);
      if (same?.size === 0) this.#byStart.delete(start);
    }
  }
}
