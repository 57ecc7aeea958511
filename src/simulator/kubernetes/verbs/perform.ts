// SPDX-License-Identifier: GPL-3.0-or-later
/** From verb and endpoint to the code that does it. */
import type { KubeObject } from '../object.ts';
import { methodNotAllowed, noResource } from '../status.ts';
import type { LineStream } from '../watches.ts';
import type { Answer, Context } from './context.ts';
import { answer, shown } from './context.ts';
import { checkKind, decode } from './decode.ts';
import { deleted, deleteObject, deleteOptions } from './delete.ts';
import { nameMismatch, patchObject } from './patch.ts';
import { getObject, listObjects, selection } from './read.ts';
import { watchObjects } from './watch.ts';
import { createObject, key, requireVersion, stored, updateObject } from './write.ts';

export type Performed = (Answer & { readonly items?: readonly KubeObject[] }) | { readonly stream: LineStream };

export function perform(context: Context, verb: string): Performed {
  const { definition, target } = context;
  // the routes of namespaced kinds have names only below a namespace, those of the others none of them
  if (definition.namespaced ? target.name !== '' && target.namespace === '' : target.namespace !== '')
    throw noResource();
  if (target.subresource !== '' && !(definition.hasStatus && target.subresource === 'status')) {
    if (!(target.subresource === 'finalize' && definition.kind === 'Namespace')) throw noResource();
  }
  switch (verb) {
    case 'get':
      return getObject(context);
    case 'list':
      return listObjects(context);
    case 'watch':
      return watchObjects(context);
    case 'create':
      return create(context);
    case 'update':
      return update(context);
    case 'patch':
      if (target.name === '') throw methodNotAllowed();
      return patchObject(context);
    case 'delete':
      return deleted(context, stored(context));
    case 'deletecollection':
      return deleteAll(context);
    default:
      throw methodNotAllowed();
  }
}

function create(context: Context): Answer {
  const { target, definition } = context;
  if (target.name !== '' || (definition.namespaced && target.namespace === '')) throw methodNotAllowed();
  const received = decode(context);
  checkKind(context, received);
  return answer(201, shown(definition, createObject(context, received)));
}

function update(context: Context): Answer {
  const { world, target, definition } = context;
  if (target.name === '') throw methodNotAllowed();
  const received = decode(context);
  const { name } = received.metadata;
  if (name && name !== target.name) throw nameMismatch(name, target.name);
  checkKind(context, received);
  const old = world.store.get(definition.shelf, key(context));
  // Leases, events and RBAC objects may be made by PUT.
  const upserts = ['leases', 'events', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].includes(
    definition.plural,
  );
  if (!old && upserts && target.subresource === '')
    return answer(201, shown(definition, createObject(context, received)));
  const current = stored(context);
  requireVersion(context, received);
  return answer(200, shown(definition, updateObject(context, received, current)));
}

function deleteAll(context: Context): Performed {
  const { world, definition } = context;
  if (!definition.verbs.includes('deletecollection')) throw methodNotAllowed();
  const options = { ...deleteOptions(context), preconditions: {} };
  const listed = listObjects(context);
  for (const object of world.store.list(definition.shelf).filter(selection(context)))
    deleteObject(context, object, options);
  return listed;
}
