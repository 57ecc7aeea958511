// SPDX-License-Identifier: GPL-3.0-or-later
/** RBAC as the API server evaluates it (Kubernetes: "Using RBAC Authorization"): additive rules, found through bindings. */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';
import type { User, World } from '../world.ts';
import { bootstrapRoles } from './bootstrap-roles.ts';

export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A rule that holds for somebody, and the words that say why. */
export interface Grant {
  readonly rule: JsonObject;
  readonly because: string;
}

const rbac = 'rbac.authorization.k8s.io';

export function userOf(world: World, authorization: string | undefined): User | undefined {
  if (authorization === undefined) return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  return token === undefined ? undefined : world.users.get(token);
}

function strings(value: Json | undefined): readonly string[] {
  return isList(value) ? value.map(String) : [];
}

/** Who of a binding's subjects this user is, in the words of an answer. */
function subjectOf(binding: KubeObject, { name, groups }: User): string | undefined {
  for (const subject of isList(binding.subjects) ? binding.subjects : []) {
    if (!isObject(subject)) continue;
    const who = textOf(subject.name);
    if (subject.kind === 'User' && who === name) return `User ${JSON.stringify(who)}`;
    if (subject.kind === 'Group' && groups.includes(who)) return `Group ${JSON.stringify(who)}`;
    const namespace = textOf(subject.namespace ?? binding.metadata.namespace);
    if (subject.kind === 'ServiceAccount' && name === `system:serviceaccount:${namespace}:${who}`)
      return `ServiceAccount ${JSON.stringify(`${who}/${namespace}`)}`;
  }
  return undefined;
}

function rulesOf(world: World, binding: KubeObject): readonly Json[] {
  const reference = isObject(binding.roleRef) ? binding.roleRef : {};
  const cluster = reference.kind === 'ClusterRole';
  const key = `${cluster ? '' : (binding.metadata.namespace ?? '')}/${textOf(reference.name)}`;
  const role = world.store.get(`${rbac}/${cluster ? 'clusterroles' : 'roles'}`, key);
  return role && isList(role.rules) ? role.rules : [];
}

function* boundBy(world: World, user: User, binding: KubeObject): Generator<Grant> {
  const subject = subjectOf(binding, user);
  if (subject === undefined) return;
  const { namespace, name } = binding.metadata;
  const reference = isObject(binding.roleRef) ? binding.roleRef : {};
  const own = namespace === undefined ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const because = `RBAC: allowed by ${own} of ${textOf(reference.kind)} "${textOf(reference.name)}" to ${subject}`;
  for (const rule of rulesOf(world, binding)) if (isObject(rule)) yield { rule, because };
}

/** Everything that is allowed in a namespace, or for `''` at the cluster's scope: what all have, cluster roles, then roles. */
export function* grantsOf(world: World, user: User, namespace: string): Generator<Grant> {
  for (const { role, groups, rules } of bootstrapRoles) {
    const group = groups.find((one) => user.groups.includes(one));
    if (group === undefined) continue;
    const because = `RBAC: allowed by ClusterRoleBinding "${role}" of ClusterRole "${role}" to Group "${group}"`;
    for (const rule of rules) if (isObject(rule)) yield { rule, because };
  }
  for (const binding of world.store.list(`${rbac}/clusterrolebindings`)) yield* boundBy(world, user, binding);
  if (namespace === '') return;
  for (const binding of world.store.list(`${rbac}/rolebindings`))
    if (binding.metadata.namespace === namespace) yield* boundBy(world, user, binding);
}

function covers(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

function allows(rule: JsonObject, { verb, group, resource, subresource, name }: Attributes): boolean {
  if (!covers(strings(rule.verbs), verb) || !covers(strings(rule.apiGroups), group)) return false;
  const resources = strings(rule.resources);
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  if (!covers(resources, wanted) && !(subresource !== '' && resources.includes(`*/${subresource}`))) return false;
  const names = strings(rule.resourceNames);
  return names.length === 0 || (name !== '' && names.includes(name));
}

/** Of paths that are no resources only these may be bound, and only by cluster roles. */
function allowsPath(rule: JsonObject, verb: string, path: string): boolean {
  if (!covers(strings(rule.verbs), verb)) return false;
  return strings(rule.nonResourceURLs).some(
    (one) => one === '*' || one === path || (one.endsWith('*') && path.startsWith(one.slice(0, -1))),
  );
}

/** The first grant that allows it. */
export function grantFor(world: World, user: User, attributes: Attributes): Grant | undefined {
  for (const grant of grantsOf(world, user, attributes.namespace)) if (allows(grant.rule, attributes)) return grant;
  return undefined;
}

export function grantForPath(world: World, user: User, verb: string, path: string): Grant | undefined {
  for (const grant of grantsOf(world, user, '')) if (allowsPath(grant.rule, verb, path)) return grant;
  return undefined;
}

export function isMaster({ groups }: User): boolean {
  return groups.includes('system:masters');
}

export function mayDo(world: World, user: User, attributes: Attributes): boolean {
  return isMaster(user) || grantFor(world, user, attributes) !== undefined;
}

export function mayVisit(world: World, user: User, verb: string, path: string): boolean {
  return isMaster(user) || grantForPath(world, user, verb, path) !== undefined;
}
