// SPDX-License-Identifier: GPL-3.0-or-later
/** The sample kind of the contract: one field for each thing a schema can say. */
import type { JsonMap } from './exchange.ts';

const text = { type: 'string' };

const spec: JsonMap = {
  type: 'object',
  required: ['size'],
  'x-kubernetes-validations': [
    {
      rule: "self.size < 50 || self.mode == 'Big'",
      message: 'size 50 and more needs mode Big',
      fieldPath: '.size',
      reason: 'FieldValueForbidden',
    },
    {
      rule: '!has(self.min) || self.min <= self.size',
      messageExpression: "'min is above ' + (self.mode == 'Big' ? 'big' : 'small') + ' size'",
    },
  ],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 100, description: 'How big.' },
    even: { type: 'integer', multipleOf: 2 },
    min: { type: 'integer' },
    ratio: { type: 'number', exclusiveMinimum: true, minimum: 0 },
    mode: { type: 'string', maxLength: 10, enum: ['Small', 'Big'], default: 'Small' },
    name: {
      type: 'string',
      minLength: 2,
      maxLength: 8,
      pattern: '^[a-z]+$',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'name is immutable' }],
    },
    note: text,
    when: { type: 'string', format: 'date-time' },
    ip: { type: 'string', format: 'ipv4' },
    cidr: {
      type: 'string',
      maxLength: 43,
      'x-kubernetes-validations': [{ rule: 'isCIDR(self)', message: 'must be a CIDR' }],
    },
    port: { 'x-kubernetes-int-or-string': true },
    flag: { type: 'boolean' },
    tags: { type: 'array', maxItems: 3, minItems: 1, items: text, 'x-kubernetes-list-type': 'set' },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: text, value: { type: 'integer', default: 7 }, sub: { type: 'array', items: text } },
      },
    },
    labels: { type: 'object', additionalProperties: text, maxProperties: 2, minProperties: 1 },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    maybe: { type: 'string', nullable: true },
    pair: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
    nest: { type: 'object', default: {}, properties: { deep: { type: 'string', default: 'd' } } },
    one: { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
  },
};

const condition: JsonMap = {
  type: 'object',
  required: ['type', 'status'],
  properties: {
    type: text,
    status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
    reason: text,
    message: text,
    lastTransitionTime: { type: 'string', format: 'date-time' },
    observedGeneration: { type: 'integer' },
  },
};

const status: JsonMap = {
  type: 'object',
  properties: {
    observedGeneration: { type: 'integer', format: 'int64' },
    phase: text,
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: condition,
    },
  },
};

export const widgetCrd: JsonMap = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.sample.dev' },
  spec: {
    group: 'sample.dev',
    scope: 'Namespaced',
    names: {
      kind: 'Widget',
      plural: 'widgets',
      singular: 'widget',
      listKind: 'WidgetList',
      shortNames: ['wd'],
      categories: ['sample'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Note', type: 'string', jsonPath: '.spec.note', priority: 1 },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A sample.',
            required: ['spec'],
            properties: { spec, status },
          },
        },
      },
    ],
  },
};

export function widget(name: string, spec: JsonMap, more: JsonMap = {}): JsonMap {
  return { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name }, spec, ...more };
}
