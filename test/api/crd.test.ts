// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { apiKind } from '../../src/api/api-kind.ts';
import { kinds } from '../../src/api/kinds.ts';
import type { Schema } from '../../src/api/structural.ts';

const described = { description: 'A field, e.g. x.' };

function crdWith(field: z.ZodType) {
  const specSchema = z.object({ field }).meta(described);
  const statusSchema = z.object({ ready: z.boolean().meta(described) });
  return apiKind({
    kind: 'Probe',
    plural: 'probes',
    singular: 'probe',
    shortNames: [],
    description: 'x',
    columns: [],
    wideColumns: [],
    specSchema,
    statusSchema,
  }).crd();
}

describe('A schema that no API server, or no CEL budget, would take is refused with its place:', () => {
  test.each([
    [
      'a union of objects',
      z.union([z.object({ a: z.boolean() }), z.object({ b: z.boolean() })]),
      'spec.field: type is missing',
    ],
    [
      'a discriminated union',
      z.discriminatedUnion('t', [z.object({ t: z.literal('a') }), z.object({ t: z.literal('b') })]),
      'spec.field: type is missing',
    ],
    ['any value', z.any(), 'spec.field: type is missing'],
    ['a fraction', z.number(), 'spec.field: type number cannot be used'],
    ['a string without a limit', z.string(), 'spec.field: maxLength is missing'],
    [
      'a list without a limit',
      z.array(z.boolean()).meta({ 'x-kubernetes-list-type': 'atomic' }),
      'spec.field: maxItems is missing',
    ],
    ['a list without a list type', z.array(z.boolean()).max(3), 'spec.field: x-kubernetes-list-type is missing'],
    [
      'a map of keys that items may lack',
      z
        .array(z.object({ a: z.boolean().optional().meta(described) }))
        .max(3)
        .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
      'must be required fields',
    ],
    ['a map without a limit', z.record(z.string(), z.boolean()), 'spec.field: maxProperties is missing'],
    ['a field without a description', z.object({ a: z.boolean() }), 'spec.field.a: description is missing'],
    ['an object that takes no other field', z.strictObject({ a: z.boolean().meta(described) }), 'spec.field:'],
  ])('%s', (_, field, message) => {
    expect(() => crdWith(field.meta({ ...field.meta(), ...described }))).toThrow(message);
  });
});

test('A whole number says its limits, or it is refused.', () => {
  const field = z.int().meta({ ...described });
  const crd = crdWith(field.min(1).max(7).meta(described));
  expect(crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec']?.properties?.['field']).toMatchObject({
    type: 'integer',
    minimum: 1,
    maximum: 7,
  });
});

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (_, kind) => {
  const [version] = kind.crd().spec.versions;
  const schema = version?.schema.openAPIV3Schema as Schema;

  function fields(part: Schema, path: string): [string, Schema][] {
    const below = Object.entries({ ...part.properties, ...(part.items ? { '[]': part.items } : {}) });
    return below.flatMap(([name, child]) => [
      [`${path}.${name}`, child] as [string, Schema],
      ...fields(child, `${path}.${name}`),
    ]);
  }

  test('has a status subresource, its short names, and the category that lists all kinds.', () => {
    const { names } = kind.crd().spec;
    expect(version?.subresources).toEqual({ status: {} });
    expect(names).toMatchObject({
      kind: kind.kind,
      plural: kind.plural,
      singular: kind.singular,
      categories: ['hybrid'],
    });
    expect(names.shortNames).toEqual(kind.shortNames);
  });

  test('says of every field with a default, in words, what the default is.', () => {
    const spec = schema.properties?.['spec'] as Schema;
    const silent = fields(spec, 'spec')
      // an object, or a list of them, is said in the words of YAML
      .filter(([, part]) => part.default !== undefined && part.type !== 'object' && part.items?.type !== 'object')
      .filter(
        ([, part]) => !part.description?.includes(`Default: ${part.default === '' ? 'empty' : String(part.default)}`),
      );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test('gives an example, a choice or a default for every value in its spec.', () => {
    const spec = schema.properties?.['spec'] as Schema;
    const bare = fields(spec, 'spec')
      .filter(([, part]) => !part.properties && !part.enum)
      .filter(([, part]) => !/Example: |e\.g\. /.test(part.description ?? ''));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('begins its columns with READY, SYNCED and why, and ends the narrow ones with AGE.', () => {
    const narrow = (version?.additionalPrinterColumns ?? [])
      .filter((column) => !column.priority)
      .map((column) => column.name);
    expect(narrow.slice(0, 3)).toEqual(['Ready', 'Synced', 'Reason']);
    expect(narrow.at(-1)).toBe('Age');
  });

  test('reads only paths that its schema has in its columns.', () => {
    for (const { jsonPath } of version?.additionalPrinterColumns ?? []) {
      const path = jsonPath
        .replace(/\[\?\(@\.type=="\w+"\)\]/, '.[]')
        .split('.')
        .slice(1);
      if (path[0] === 'metadata') continue;
      expect([
        jsonPath,
        path.reduce<Schema | undefined>((at, name) => (name === '[]' ? at?.items : at?.properties?.[name]), schema),
      ]).toEqual([jsonPath, expect.any(Object)]);
    }
  });
});
