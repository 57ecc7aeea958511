// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';
import type { KubeObject } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { Reflector } from './reflector.ts';
import { configMaps, secrets } from './resource.ts';
import { singleSource, withoutManagedFields } from './source.ts';

/** What every watch by name needs. */
export interface NamedWatching {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onProblem?: (message: string, error: unknown, source: string) => void;
}

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret's values never enter a cache: of it we only keep that it changed. */
function withoutValues(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion, generation, creationTimestamp } };
}

/** Mirrors one Secret, without its values; see `singleSource`. */
export function reflectSecret(options: NamedWatching, named: Named, onChange: () => void): Reflector {
  return new Reflector({
    ...options,
    source: singleSource(options.client, secrets, named),
    onChange,
    keep: withoutValues,
  });
}

/** Mirrors one ConfigMap; see `singleSource`. */
export function reflectConfigMap(options: NamedWatching, named: Named, onChange: () => void): Reflector {
  return new Reflector({
    ...options,
    source: singleSource(options.client, configMaps, named),
    onChange,
    keep: withoutManagedFields,
  });
}
