// SPDX-License-Identifier: GPL-3.0-or-later
import { keyOf } from './cache.ts';
import { changedNamespaces, parseGrants, type Grants } from './namespace-grants.ts';
import { reflectConfigMap, type Named, type NamedWatching } from './named-watch.ts';
import type { Reflector } from './reflector.ts';

export interface GrantsWatchOptions extends NamedWatching {
  /** In the operator's own namespace. */
  readonly configMap: Named;
  /** The grants changed, and with them maybe what every object may do. */
  readonly onChange?: (grants: Grants, changed: ReadonlySet<string>) => void;
}

/** The namespace grants as the ConfigMap says now. Until it was read once nobody but the operator's namespace has any. */
export class GrantsWatch {
  readonly #options: GrantsWatchOptions;
  readonly #reflector: Reflector;
  #grants: Grants;

  constructor(options: GrantsWatchOptions) {
    this.#options = options;
    this.#grants = parseGrants(options.configMap.namespace, undefined);
    this.#reflector = reflectConfigMap(options, options.configMap, () => this.#read());
  }

  get grants(): Grants {
    return this.#grants;
  }

  /** Resolves true once the ConfigMap was read, or is known not to be there. */
  get synced(): Promise<boolean> {
    return this.#reflector.synced;
  }

  start(): void {
    this.#reflector.start();
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }

  #read(): void {
    const { configMap, onChange } = this.#options;
    const object = this.#reflector.cache.get(keyOf({ metadata: configMap })) as
      | { data?: Record<string, unknown> }
      | undefined;
    const before = this.#grants;
    this.#grants = parseGrants(configMap.namespace, object?.data);
    onChange?.(this.#grants, changedNamespaces(before, this.#grants));
  }
}
