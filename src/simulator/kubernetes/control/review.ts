// SPDX-License-Identifier: GPL-3.0-or-later
/** Reviews: questions put as objects that are answered and never stored (`kubectl auth can-i`, `whoami`). */
import type { SimRequest } from '../../kernel/service.ts';
import type { Json, JsonObject } from '../object.ts';
import { isObject } from '../object.ts';
import { readBody } from '../protocol/body.ts';
import type { Target } from '../protocol/request.ts';
import type { User, World } from '../world.ts';
import { mayDo } from './authorize.ts';

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function review(
  world: World,
  request: SimRequest,
  { group, plural }: Target,
  user: User,
): JsonObject | undefined {
  if (request.method !== 'POST') return undefined;
  const metadata = { creationTimestamp: null };
  const { name: username, groups } = user;
  switch (`${plural}.${group}`) {
    case 'selfsubjectreviews.authentication.k8s.io':
      return {
        kind: 'SelfSubjectReview',
        apiVersion: `${group}/v1`,
        metadata,
        status: { userInfo: { username, groups } },
      };
    case 'selfsubjectaccessreviews.authorization.k8s.io': {
      const body = readBody(request);
      const spec = isObject(body) && isObject(body.spec) ? body.spec : {};
      return {
        kind: 'SelfSubjectAccessReview',
        apiVersion: `${group}/v1`,
        metadata,
        spec,
        status: { allowed: isAllowed(world, user, spec) },
      };
    }
    default:
      return undefined;
  }
}

function isAllowed(world: World, user: User, spec: JsonObject): boolean {
  const asked = spec.resourceAttributes;
  if (!isObject(asked)) return user.groups.includes('system:masters');
  const { verb, group, resource, subresource, namespace, name } = asked;
  return mayDo(world, user, {
    verb: text(verb),
    group: text(group),
    resource: text(resource),
    subresource: text(subresource),
    namespace: text(namespace),
    name: text(name),
  });
}
