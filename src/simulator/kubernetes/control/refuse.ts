// SPDX-License-Identifier: GPL-3.0-or-later
/** The words of 403 (apiserver, pkg/endpoints/handlers/responsewriters). */
import type { ApiError } from '../status.ts';
import { failure, qualified } from '../status.ts';
import type { User, World } from '../world.ts';
import { type Attributes, mayDo, mayVisit } from './authorize.ts';

export function forbiddenTo(user: User, { verb, group, resource, subresource, namespace, name }: Attributes): ApiError {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? ' at the cluster scope' : ` in the namespace "${namespace}"`;
  const subject = `${qualified(resource, group)}${name === '' ? '' : ` "${name}"`}`;
  const message = `${subject} is forbidden: User "${user.name}" cannot ${verb} resource "${full}" in API group "${group}"${where}`;
  return failure(403, 'Forbidden', message, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
}

/** @throws ApiError 403 */
export function mustBeAllowed(world: World, user: User, attributes: Attributes): void {
  if (!mayDo(world, user, attributes)) throw forbiddenTo(user, attributes);
}

/** @throws ApiError 403 */
export function mustBeOpen(world: World, user: User, method: string, path: string): void {
  const verb = method.toLowerCase();
  if (!mayVisit(world, user, verb, path))
    throw failure(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}
