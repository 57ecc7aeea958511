// SPDX-License-Identifier: GPL-3.0-or-later
/** RBAC as the API server evaluates it (Kubernetes: "Using RBAC Authorization"): additive rules, found through bindings. */
import type { Json, KubeObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';
import type { User, World } from '../world.ts';

export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
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

function binds(binding: KubeObject, { name, groups }: User): boolean {
  return (isList(binding.subjects) ? binding.subjects : []).some((subject) => {
    if (!isObject(subject)) return false;
    if (subject.kind === 'User') return subject.name === name;
    if (subject.kind === 'Group') return groups.includes(textOf(subject.name));
    return (
      name ===
      `system:serviceaccount:${textOf(subject.namespace ?? binding.metadata.namespace)}:${textOf(subject.name)}`
    );
  });
}

function rulesOf(world: World, binding: KubeObject): readonly Json[] {
  const reference = isObject(binding.roleRef) ? binding.roleRef : {};
  const cluster = reference.kind === 'ClusterRole';
  const key = `${cluster ? '' : (binding.metadata.namespace ?? '')}/${textOf(reference.name)}`;
  const role = world.store.get(`${rbac}/${cluster ? 'clusterroles' : 'roles'}`, key);
  return role && isList(role.rules) ? role.rules : [];
}

function covers(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

function allows(rule: Json, { verb, group, resource, subresource, name }: Attributes): boolean {
  if (!isObject(rule) || !covers(strings(rule.verbs), verb) || !covers(strings(rule.apiGroups), group)) return false;
  const resources = strings(rule.resources);
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  if (!covers(resources, wanted) && !(subresource !== '' && resources.includes(`*/${subresource}`))) return false;
  const names = strings(rule.resourceNames);
  return names.length === 0 || (name !== '' && names.includes(name));
}

export function mayDo(world: World, user: User, attributes: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  const { namespace } = attributes;
  const bindings = [
    ...world.store.list(`${rbac}/clusterrolebindings`),
    ...world.store
      .list(`${rbac}/rolebindings`)
      .filter((binding) => namespace !== '' && binding.metadata.namespace === namespace),
  ];
  return bindings.some(
    (binding) => binds(binding, user) && rulesOf(world, binding).some((rule) => allows(rule, attributes)),
  );
}
