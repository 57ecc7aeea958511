// SPDX-License-Identifier: GPL-3.0-or-later
/** Reviews: questions put as objects that are answered and never stored (`kubectl auth can-i`, `whoami`). */
import type { SimRequest } from '../../kernel/service.ts';
import type { Json, JsonObject } from '../object.ts';
import { isObject } from '../object.ts';
import type { Target } from '../protocol/request.ts';
import { parseBody, textOf } from '../verbs/decode.ts';
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
  if (group === 'authentication.k8s.io' && plural === 'selfsubjectreviews')
    return {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: null },
      status: { userInfo: { username: user.name, groups: user.groups } },
    };
  if (group !== 'authorization.k8s.io' || plural !== 'selfsubjectaccessreviews') return undefined;
  const body = parseBody(textOf(request.body), request.headers['content-type'] ?? '');
  const spec = isObject(body) && isObject(body.spec) ? body.spec : {};
  const asked = isObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined;
  const attributes = {
    verb: text(asked?.verb),
    group: text(asked?.group),
    resource: text(asked?.resource),
    subresource: text(asked?.subresource),
    namespace: text(asked?.namespace),
    name: text(asked?.name),
  };
  const allowed = asked ? mayDo(world, user, attributes) : user.groups.includes('system:masters');
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed },
  };
}
