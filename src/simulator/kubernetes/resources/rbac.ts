// SPDX-License-Identifier: GPL-3.0-or-later
/** Roles and their bindings (rbac.authorization.k8s.io/v1). */
import type { KubeObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';
import { age, builtin, nameColumn, path } from './builtin.ts';
import type { Column } from './definition.ts';
import { kind, list, listMap, object, text, texts } from './metadata.ts';

const group = 'rbac.authorization.k8s.io';
const rules = list(
  object({ verbs: texts, apiGroups: texts, resources: texts, resourceNames: texts, nonResourceURLs: texts }),
);
const subjects = list(object({ kind: text, apiGroup: text, name: text, namespace: text }));
const roleRef = object({ apiGroup: text, kind: text, name: text }, { 'x-kubernetes-map-type': 'atomic' });
const created = {
  name: 'Created At',
  type: 'date',
  cell: (o: { metadata: { creationTimestamp: string } }) => o.metadata.creationTimestamp,
};
const role = {
  name: 'Role',
  type: 'string',
  cell: (o: Parameters<typeof path>[0]) => `${path(o, 'roleRef', 'kind')}/${path(o, 'roleRef', 'name')}`,
};
function subjectsColumn(name: string, kind: string): Column {
  const named = (o: KubeObject): string =>
    (isList(o.subjects) ? o.subjects : [])
      .filter(isObject)
      .filter((subject) => subject.kind === kind)
      .map((subject) => (kind === 'ServiceAccount' ? `${textOf(subject.namespace)}/` : '') + textOf(subject.name))
      .join(', ');
  return { name, type: 'string', priority: 1, cell: named };
}

const bound = [
  role,
  age,
  subjectsColumn('Users', 'User'),
  subjectsColumn('Groups', 'Group'),
  subjectsColumn('ServiceAccounts', 'ServiceAccount'),
];
const aggregation = object({
  clusterRoleSelectors: list(
    object({
      matchLabels: { type: 'object', additionalProperties: text },
      matchExpressions: listMap(['key'], object({ key: text, operator: text, values: texts })),
    }),
  ),
});

const roleSchema = kind('What may be done.', { rules });
const bindingSchema = kind('Who may do it.', { subjects, roleRef });

export const rbac = [
  builtin({
    group,
    plural: 'roles',
    kind: 'Role',
    schema: roleSchema,
    columns: [nameColumn, created],
    hooks: { names: 'path' },
  }),
  builtin({
    group,
    plural: 'rolebindings',
    kind: 'RoleBinding',
    schema: bindingSchema,
    columns: [nameColumn, ...bound],
    hooks: { names: 'path' },
  }),
  builtin({
    group,
    plural: 'clusterroles',
    kind: 'ClusterRole',
    namespaced: false,
    schema: kind('What may be done.', { rules, aggregationRule: aggregation }),
    columns: [nameColumn, created],
    hooks: { names: 'path' },
  }),
  builtin({
    group,
    plural: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    namespaced: false,
    schema: bindingSchema,
    columns: [nameColumn, ...bound],
    hooks: { names: 'path' },
  }),
];
