// SPDX-License-Identifier: GPL-3.0-or-later
import type { Asked, JsonMap, Sequence } from '../exchange.ts';
import { get, post, remove, table } from './paths.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Given {
  readonly spec?: JsonMap;
  readonly names?: JsonMap;
  readonly scope?: string;
  readonly version?: JsonMap;
}

function gadgets({ spec, names, scope, version }: Given): JsonMap {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: spec ?? { type: 'object' } } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.sample.dev' },
    spec: {
      group: 'sample.dev',
      scope: scope ?? 'Namespaced',
      names: { kind: 'Gadget', plural: 'gadgets', ...names },
      versions: [{ name: 'v1', served: true, storage: true, schema, ...version }],
    },
  };
}

function attempt(title: string, given: Given): Asked {
  return post(title, definitions, gadgets(given));
}

function rule(text: string): JsonMap {
  return { type: 'object', properties: { a: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: text }] };
}

export const customDefinitions: Sequence = {
  name: 'custom resource definitions',
  requests: [
    get('the group', '/apis/sample.dev'),
    get('its resources', '/apis/sample.dev/v1'),
    get('the definition', `${definitions}/widgets.sample.dev`),
    get('as a table', `${definitions}?fieldSelector=metadata.name%3Dwidgets.sample.dev`, { accept: table }),
    attempt('a rule that is no expression', { spec: rule('self.a +') }),
    attempt('a rule of a field that is not there', { spec: rule('self.b > 1') }),
    attempt('a rule with a function that is not there', { spec: rule('nonsense(self.a)') }),
    attempt('no type', { spec: { properties: { a: { type: 'integer' } } } }),
    attempt('another name', { names: { plural: 'gizmos' } }),
    attempt('no schema', { version: { schema: {} } }),
    attempt('no storage version', { version: { storage: false } }),
    attempt('a scope that is none', { scope: 'Everywhere' }),
    post('a dry run of a good one', `${definitions}?dryRun=All`, gadgets({})),
    remove('one that is not there', `${definitions}/gadgets.sample.dev`),
  ],
};
