// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Watches the Secrets that objects refer to, each by its name, and no others: nothing here ever lists Secrets, so the operator needs
 * `get` and `watch` on names or namespaces, never `list` on a cluster's Secrets.
 */
import { keyOf } from './cache.ts';
import { reflectSecret, type Named, type NamedWatching } from './named-watch.ts';
import type { Reflector } from './reflector.ts';

export interface SecretWatchOptions extends NamedWatching {
  /** A Secret that somebody uses was made, changed or deleted. */
  readonly onChange: (namespace: string, name: string) => void;
}

interface Watched {
  readonly reflector: Reflector;
  readonly users: Set<string>;
}

export class SecretWatch {
  readonly #options: SecretWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #usedBy = new Map<string, ReadonlySet<string>>();
  #closing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: SecretWatchOptions) {
    this.#options = options;
  }

  /** How many Secrets are watched; one watch each. */
  get size(): number {
    return this.#watched.size;
  }

  /** From now on `user` (an object's key) uses exactly these Secrets; none when it is gone. */
  use(user: string, names: readonly Named[]): void {
    if (this.#stopped) return;
    const wanted = new Map(names.map((named) => [keyOf({ metadata: named }), named]));
    const before = this.#usedBy.get(user) ?? new Set();
    for (const [key, named] of wanted) if (!before.has(key)) this.#begin(user, key, named);
    for (const key of before) if (!wanted.has(key)) this.#end(user, key);
    if (wanted.size > 0) this.#usedBy.set(user, new Set(wanted.keys()));
    else this.#usedBy.delete(user);
  }

  /** Who uses this Secret. */
  usersOf(namespace: string, name: string): readonly string[] {
    return [...(this.#watched.get(keyOf({ metadata: { namespace, name } }))?.users ?? [])];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const all = [...this.#watched.values()].map(({ reflector }) => reflector.stop());
    this.#watched.clear();
    this.#usedBy.clear();
    await Promise.all([this.#closing, ...all]);
  }

  #begin(user: string, key: string, named: Named): void {
    const known = this.#watched.get(key);
    if (known) {
      known.users.add(user);
      return;
    }
    const onChange = () => this.#options.onChange(named.namespace, named.name);
    const reflector = reflectSecret(this.#options, named, onChange);
    this.#watched.set(key, { reflector, users: new Set([user]) });
    reflector.start();
  }

  #end(user: string, key: string): void {
    const known = this.#watched.get(key);
    known?.users.delete(user);
    if (!known || known.users.size > 0) return;
    this.#watched.delete(key);
    this.#closing = Promise.all([this.#closing, known.reflector.stop()]);
  }
}
