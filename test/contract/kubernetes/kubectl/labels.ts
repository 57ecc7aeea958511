// SPDX-License-Identifier: GPL-3.0-or-later
/** Uids, versions, times: the recording names each by a label, so that a later run can put its own in the same places. */
import type { Json, JsonMap } from '../exchange.ts';
import type { Done, Exchange } from './story.ts';

const places: Readonly<Record<string, string>> = {
  uid: 'uid',
  resourceVersion: 'version',
  continue: 'continue',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  lastTransitionTime: 'time',
  time: 'time',
  name: 'generated',
};
const label = /\b(?:uid|version|time|continue|generated)-\d+\b/g;

function differs(key: string, text: string): boolean {
  return key === 'name' ? /^gen-[a-z0-9]{5}$/.test(text) : text !== '' && text !== '0';
}

/** Walks values at places that differ between two runs. */
function walk(value: Json, change: (text: string, sort: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => walk(item, change));
  if (typeof value !== 'object' || value === null) return value;
  // an operation of a JSON patch
  if (value['path'] === '/metadata/resourceVersion' && typeof value['value'] === 'string')
    return { ...value, value: change(value['value'], 'version') };
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const sort = places[key];
      return [
        key,
        sort && typeof child === 'string' && differs(key, child) ? change(child, sort) : walk(child, change),
      ];
    }),
  );
}

export class Labeller {
  readonly #labels = new Map<string, string>();
  readonly #counts: Record<string, number> = {};

  #label(text: string, sort: string): string {
    const key = `${sort} ${text}`;
    const known = this.#labels.get(key);
    if (known) return known;
    const count = (this.#counts[sort] ?? 0) + 1;
    this.#counts[sort] = count;
    const made = `${sort}-${count}`;
    this.#labels.set(key, made);
    return made;
  }

  /** In requests the same values stand anywhere, also inside of texts. */
  #inText(text: string): string {
    return [...this.#labels]
      .filter(([key]) => !key.startsWith('version '))
      .reduce((at, [key, name]) => at.replaceAll(key.slice(key.indexOf(' ') + 1), name), text)
      .replaceAll(
        /(resourceVersion=)([1-9]\d*)/g,
        (_, before: string, value: string) => before + this.#label(value, 'version'),
      );
  }

  #exchange(exchange: Exchange): Exchange {
    const change = (text: string, sort: string): string => this.#label(text, sort);
    const { body, answer } = exchange;
    const path = this.#inText(exchange.path);
    const sent =
      body === undefined ? {} : { body: JSON.parse(this.#inText(JSON.stringify(walk(body, change)))) as Json };
    return { ...exchange, path, ...sent, answer: { ...answer, body: walk(answer.body, change) } };
  }

  done(done: Done): Done {
    const exchanges = done.exchanges.map((one) => this.#exchange(one));
    return { ...done, exchanges, ...(done.during ? { during: done.during.map((one) => this.done(one)) } : {}) };
  }
}

const whole = new RegExp(`^${label.source}$`);

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the labels stand for in this run. */
export class Meanings {
  readonly #meanings = new Map<string, string>();

  /** Both answers side by side: where one has a label, the other has its meaning. */
  learn(recorded: Json | undefined, now: Json | undefined): void {
    if (typeof recorded === 'string') this.#name(recorded, now);
    else if (Array.isArray(recorded) && Array.isArray(now))
      for (const [index, item] of recorded.entries()) this.learn(item, now[index]);
    else if (isMap(recorded) && isMap(now))
      for (const [key, child] of Object.entries(recorded)) this.learn(child, now[key]);
  }

  #name(name: string, meaning: Json | undefined): void {
    if (typeof meaning === 'string' && whole.test(name) && !this.#meanings.has(name)) this.#meanings.set(name, meaning);
  }

  fill(text: string): string {
    return text.replaceAll(label, (name) => this.#meanings.get(name) ?? name);
  }
}
