// SPDX-License-Identifier: GPL-3.0-or-later
/** Stores a manifest without HTTP: creates it, or replaces what is there. */
import type { KubeObject } from '../object.ts';
import { withMetadata } from '../object.ts';
import { apiVersionOf } from '../resources/definition.ts';
import type { World } from '../world.ts';
import type { Context } from './context.ts';
import { conform } from './decode.ts';
import { createObject, key, updateObject } from './write.ts';

const admin = { name: 'admin', groups: ['system:masters'] };

/** @param manager Who owns the fields. */
export function put(world: World, manifest: KubeObject, manager = 'install'): void {
  const definition = [...world.definitions.values()].find(
    (one) => one.kind === manifest.kind && apiVersionOf(one) === manifest.apiVersion,
  );
  if (!definition) throw new Error(`no matches for kind "${manifest.kind}" in version "${manifest.apiVersion}"`);
  const { group, version, plural, namespaced } = definition;
  const { name } = manifest.metadata;
  const namespace = namespaced ? (manifest.metadata.namespace ?? 'default') : '';
  const url = new URL(`http://simulated/?fieldManager=${manager}&fieldValidation=Strict`);
  const context: Context = {
    world,
    request: { method: 'POST', url, headers: {} },
    query: url.searchParams,
    target: { group, version, plural, namespace, name, subresource: '' },
    definition,
    user: admin,
    warnings: [],
  };
  const next = conform(context, manifest);
  const old = world.store.get(definition.shelf, key(context));
  if (old) updateObject(context, withMetadata(next, { resourceVersion: undefined, uid: undefined }), old);
  else createObject(context, next);
}
