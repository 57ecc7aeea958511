// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Many texts and many secrets. A text is only kept as its long words: every form of a secret is, or has in it, one unbroken word of these
 * letters. Most words of a run are the same ones again and again, and few are long, so that the search at the end is cheap.
 */
import { formsOf } from './forms.ts';

export interface Found {
  readonly where: string;
  readonly form: string;
  readonly secret: string;
}

/** A secret with less than this in one piece is none; shorter words are not kept. */
const shortest = 12;
const word = /[A-Za-z0-9+/=_%\\-]{12,}/g;
/** Of a form, so many letters are looked up; then the whole is compared. */
const head = 8;

/** The longest piece of a form that stands in one word. */
function piece(form: string): string {
  return (form.match(word) ?? []).reduce((longest, next) => (next.length > longest.length ? next : longest), '');
}

interface Sought {
  readonly sought: string;
  readonly form: string;
  readonly secret: string;
}

function formsIn(text: string, heads: ReadonlyMap<string, readonly Sought[]>): Sought[] {
  const found: Sought[] = [];
  for (let at = 0; at + head <= text.length; at++)
    for (const one of heads.get(text.slice(at, at + head)) ?? []) if (text.startsWith(one.sought, at)) found.push(one);
  return found;
}

export class LeakSearch {
  readonly #words = new Map<string, string>();
  readonly #secrets = new Set<string>();
  readonly #excused = new Set<string>();
  #excusesAll = false;

  get secrets(): ReadonlySet<string> {
    return this.#secrets;
  }

  learn(secret: string): void {
    if (secret.length >= shortest) this.#secrets.add(secret);
  }

  /** This secret was put into an output on purpose. */
  excuse(secret: string): void {
    this.#excused.add(secret);
  }

  /** What is shown here leaks on purpose, and others look at it. */
  excuseAll(): void {
    this.#excusesAll = true;
  }

  /** Keeps what of the text could hold a secret; `where` names the first place at which a word was seen. */
  show(where: string, text: string): void {
    for (const [found] of text.matchAll(word)) if (!this.#words.has(found)) this.#words.set(found, where);
  }

  /** Each secret is told once for each form and place. */
  found(): Found[] {
    const heads = this.#excusesAll ? new Map<string, Sought[]>() : this.#heads();
    const all = new Map<string, Found>();
    for (const [text, where] of heads.size === 0 ? [] : this.#words)
      for (const { form, secret } of formsIn(text, heads))
        all.set(`${where} ${form} ${secret}`, { where, form, secret });
    return [...all.values()];
  }

  #heads(): Map<string, Sought[]> {
    const heads = new Map<string, Sought[]>();
    for (const secret of this.#secrets) {
      if (this.#excused.has(secret)) continue;
      const seen = new Set<string>();
      for (const [form, text] of Object.entries(formsOf(secret))) {
        const sought = piece(text);
        if (sought.length < shortest || seen.has(sought)) continue;
        seen.add(sought);
        const start = sought.slice(0, head);
        heads.set(start, [...(heads.get(start) ?? []), { sought, form, secret }]);
      }
    }
    return heads;
  }
}
