// SPDX-License-Identifier: GPL-3.0-or-later
/** Reviews: questions put as objects that are answered and never stored (`kubectl auth can-i`, `can-i --list`, `whoami`). */
import type { SimRequest } from '../../kernel/service.ts';
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import { readBody } from '../protocol/body.ts';
import type { Target } from '../protocol/request.ts';
import type { User, World } from '../world.ts';
import { type Grant, grantFor, grantForPath, grantsOf, isMaster } from './authorize.ts';

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

interface Asked {
  readonly world: World;
  readonly spec: JsonObject;
  readonly user: User;
}

type Reviewer = (asked: Asked) => { readonly spec?: JsonObject; readonly status: JsonObject };

const reviewers: Readonly<Record<string, { readonly kind: string; readonly review: Reviewer }>> = {
  'selfsubjectreviews.authentication.k8s.io/v1': {
    kind: 'SelfSubjectReview',
    review: ({ user: { name, groups } }) => ({ status: { userInfo: { username: name, groups } } }),
  },
  'selfsubjectaccessreviews.authorization.k8s.io/v1': {
    kind: 'SelfSubjectAccessReview',
    review: (asked) => ({ spec: asked.spec, status: access(asked) }),
  },
  'subjectaccessreviews.authorization.k8s.io/v1': {
    kind: 'SubjectAccessReview',
    review: (asked) => ({ spec: asked.spec, status: access({ ...asked, user: subject(asked.spec) }) }),
  },
  'selfsubjectrulesreviews.authorization.k8s.io/v1': {
    kind: 'SelfSubjectRulesReview',
    review: (asked) => ({ spec: {}, status: rules(asked) }),
  },
};

export function isReview({ group, version, plural }: Target): boolean {
  return Object.hasOwn(reviewers, `${plural}.${group}/${version}`);
}

export function review(world: World, request: SimRequest, target: Target, user: User): JsonObject | undefined {
  const { group, version, plural } = target;
  const found = isReview(target) ? reviewers[`${plural}.${group}/${version}`] : undefined;
  if (!found || request.method !== 'POST') return undefined;
  const body = readBody(request);
  const spec = isObject(body) && isObject(body.spec) ? body.spec : {};
  const metadata = { creationTimestamp: null };
  return {
    kind: found.kind,
    apiVersion: `${group}/${version}`,
    metadata,
    ...found.review({ world, spec, user }),
  };
}

function subject({ user, groups }: JsonObject): User {
  return { name: text(user), groups: isList(groups) ? groups.map(text) : [] };
}

function access(asked: Asked): JsonObject {
  const { user } = asked;
  if (isMaster(user)) return { allowed: true };
  const grant = grantOf(asked);
  return grant ? { allowed: true, reason: grant.because } : { allowed: false };
}

function grantOf({ world, user, spec }: Asked): Grant | undefined {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if (isObject(path)) return grantForPath(world, user, text(path.verb), text(path.path));
  if (!isObject(resource)) return undefined;
  return grantFor(world, user, {
    verb: text(resource.verb),
    group: text(resource.group),
    resource: text(resource.resource),
    subresource: text(resource.subresource),
    namespace: text(resource.namespace),
    name: text(resource.name),
  });
}

function rules({ world, user, spec }: Asked): JsonObject {
  const all = [...grantsOf(world, user, text(spec.namespace))].map(({ rule }) => rule);
  return {
    resourceRules: all.filter((rule) => isList(rule.resources)),
    nonResourceRules: all.filter((rule) => isList(rule.nonResourceURLs)),
    incomplete: false,
  };
}
