// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Reads `application/vnd.kubernetes.protobuf`, in which kubectl writes some built-in kinds (`kubectl create secret`, `auth can-i`).
 * Field numbers are those of the published generated.proto files (k8s.io/api, k8s.io/apimachinery). Answers are always JSON.
 */
import type { Json, JsonObject } from '../object.ts';
import { timestamp } from '../object.ts';

type Scalar = 'text' | 'int' | 'bool' | 'bytes' | 'time';
type Type = Scalar | Shape | { readonly list: Scalar | Shape } | { readonly map: Scalar };
interface Shape {
  readonly fields: Readonly<Record<number, readonly [name: string, type: Type]>>;
}

/** Names in the order of their numbers, from 1; an empty name is a number we do not read. */
function shape(...fields: readonly (readonly [name: string, type: Type])[]): Shape {
  return { fields: Object.fromEntries(fields.map((field, index) => [index + 1, field])) };
}

function texts(...names: readonly string[]): Shape {
  return shape(...names.map((name) => [name, 'text'] as const));
}

const unread = ['', 'text'] as const;
const labels = { map: 'text' } as const;
const owner = shape(
  ['kind', 'text'],
  unread,
  ['name', 'text'],
  ['uid', 'text'],
  ['apiVersion', 'text'],
  ['controller', 'bool'],
  ['blockOwnerDeletion', 'bool'],
);
const metadata = shape(
  ['name', 'text'],
  ['generateName', 'text'],
  ['namespace', 'text'],
  unread,
  ['uid', 'text'],
  ['resourceVersion', 'text'],
  ['generation', 'int'],
  unread,
  unread,
  unread,
  ['labels', labels],
  ['annotations', labels],
  ['ownerReferences', { list: owner }],
  ['finalizers', { list: 'text' }],
);
const rule = shape(
  ...['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'].map(
    (name) => [name, { list: 'text' }] as const,
  ),
);
const role = shape(['metadata', metadata], ['rules', { list: rule }]);
const binding = shape(
  ['metadata', metadata],
  ['subjects', { list: texts('kind', 'apiGroup', 'name', 'namespace') }],
  ['roleRef', texts('apiGroup', 'kind', 'name')],
);
const asked = shape(
  ['resourceAttributes', texts('namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name')],
  ['nonResourceAttributes', texts('path', 'verb')],
);

const shapes: Readonly<Record<string, Shape>> = {
  Secret: shape(
    ['metadata', metadata],
    ['data', { map: 'bytes' }],
    ['type', 'text'],
    ['stringData', labels],
    ['immutable', 'bool'],
  ),
  ConfigMap: shape(['metadata', metadata], ['data', labels], ['binaryData', { map: 'bytes' }], ['immutable', 'bool']),
  Namespace: shape(
    ['metadata', metadata],
    ['spec', shape(['finalizers', { list: 'text' }])],
    ['status', texts('phase')],
  ),
  ServiceAccount: shape(
    ['metadata', metadata],
    unread,
    ['imagePullSecrets', { list: texts('name') }],
    ['automountServiceAccountToken', 'bool'],
  ),
  Role: role,
  ClusterRole: role,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  SelfSubjectAccessReview: shape(['metadata', metadata], ['spec', asked]),
  SelfSubjectRulesReview: shape(['metadata', metadata], ['spec', texts('namespace')]),
  SelfSubjectReview: shape(['metadata', metadata]),
  DeleteOptions: shape(
    unread,
    ['preconditions', texts('uid', 'resourceVersion')],
    unread,
    ['propagationPolicy', 'text'],
    ['dryRun', { list: 'text' }],
  ),
};

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Buffer;
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const isBlock = tag % 8 === 2;
    const value = varint();
    yield {
      number: Math.floor(tag / 8),
      value,
      bytes: isBlock ? bytes.subarray(at, at + value) : bytes.subarray(0, 0),
    };
    if (isBlock) at += value;
  }
}

function scalar(type: Scalar | Shape, { value, bytes }: Field): Json {
  switch (type) {
    case 'text':
      return bytes.toString('utf8');
    case 'bytes':
      return bytes.toString('base64');
    case 'int':
      return value;
    case 'bool':
      return value !== 0;
    case 'time':
      return timestamp(([...fieldsOf(bytes)].find(({ number }) => number === 1)?.value ?? 0) * 1000);
    default:
      return message(type, bytes);
  }
}

function message({ fields }: Shape, bytes: Buffer): JsonObject {
  const object: Record<string, Json> = {};
  for (const field of fieldsOf(bytes)) {
    const [name, type] = fields[field.number] ?? unread;
    if (name === '') continue;
    if (typeof type === 'string' || 'fields' in type) {
      const value = scalar(type, field);
      if (value !== '') object[name] = value;
    } else if ('list' in type)
      object[name] = [...((object[name] as Json[] | undefined) ?? []), scalar(type.list, field)];
    else object[name] = { ...(object[name] as JsonObject | undefined), ...entry(type.map, field.bytes) };
  }
  return object;
}

function entry(type: Scalar, bytes: Buffer): JsonObject {
  const [key, value] = [...fieldsOf(bytes)];
  return { [key?.bytes.toString('utf8') ?? '']: value ? scalar(type, value) : '' };
}

/** `undefined` for kinds that are not read. */
export function readProtobuf(body: Buffer): JsonObject | undefined {
  // `k8s` and a zero byte, then runtime.Unknown: 1 type, 2 the object
  const [type, raw] = [...fieldsOf(body.subarray(4))];
  const { apiVersion = '', kind = '' } = type ? message(texts('apiVersion', 'kind'), type.bytes) : {};
  const known = typeof kind === 'string' ? shapes[kind] : undefined;
  if (!known || !raw) return undefined;
  return { apiVersion, kind, ...message(known, raw.bytes) };
}
