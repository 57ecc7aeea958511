// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonMap, Sequence } from '../exchange.ts';
import { widget } from '../widget.ts';
import { post, widgets } from './paths.ts';

function refuse(title: string, spec: JsonMap, more: JsonMap = {}) {
  return post(title, widgets, widget('bad', spec, more));
}

export const validation: Sequence = {
  name: 'schemas, rules and field validation',
  requests: [
    refuse('every wrong type', {
      size: 'x',
      note: 5,
      flag: 'x',
      port: true,
      labels: { a: 1 },
      free: 'x',
      tags: 'x',
      parts: {},
      ratio: 'x',
    }),
    refuse('every wrong value', {
      size: 0,
      even: 3,
      ratio: 0,
      mode: 'Huge',
      name: 'A',
      when: 'x',
      ip: 'y',
      tags: ['a', 'a'],
      parts: [{ name: 'a' }, { name: 'a' }],
    }),
    refuse('too many and too long', {
      size: 1,
      name: 'abcdefghijk',
      tags: ['a', 'b', 'c', 'd'],
      labels: { a: 'b', c: 'd', e: 'f' },
    }),
    refuse('too few', { size: 60, tags: [], labels: {} }),
    refuse('a pattern that does not match', { size: 1, name: 'ABC' }),
    refuse('above the maximum', { size: 101 }),
    refuse('a fraction for an integer', { size: 1.5 }),
    refuse('a missing key of a list-map', { size: 1, parts: [{ value: 1 }] }),
    refuse('none of one of', { size: 1, one: {} }),
    refuse('two of one of', { size: 1, one: { a: 'a', b: 'b' } }),
    refuse('rules with their own words', { size: 60, cidr: 'nope', min: 70 }),
    refuse('a required field', {}),
    post('no spec at all', widgets, { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name: 'bad' } }),
    refuse('nulls where none are allowed', { size: null, flag: null }),
    post(
      'nulls that are dropped, kept or defaulted',
      `${widgets}?dryRun=All`,
      widget('nulls', { size: 1, flag: null, maybe: null, mode: null, pair: { a: null } }),
    ),
    post('a name that is none', widgets, widget('Bad_8', { size: 1 })),
    post('a label that is none', widgets, {
      ...widget('bad', { size: 1 }),
      metadata: { name: 'bad', labels: { 'a b': 'c', ok: 'not ok' } },
    }),
    post('another kind', widgets, { ...widget('x', { size: 1 }), kind: 'Wodget' }),
    post('another version', widgets, { ...widget('x', { size: 1 }), apiVersion: 'sample.dev/v2' }),
    post('another namespace', widgets, { ...widget('x', { size: 1 }), metadata: { name: 'x', namespace: 'other' } }),
    post('no kind', widgets, { spec: { size: 1 } }),
    post(
      'unknown fields, strictly',
      `${widgets}?fieldValidation=Strict`,
      widget('x', { size: 1, unknown: 1, nest: { x: 1 }, parts: [{ name: 'x', y: 1 }] }, { junk: 1 }),
    ),
    post(
      'unknown fields, with warnings',
      `${widgets}?fieldValidation=Warn&dryRun=All`,
      widget('x', { size: 1, unknown: 1, nest: { x: 1 } }, { junk: 1 }),
    ),
    post(
      'unknown fields, ignored',
      `${widgets}?fieldValidation=Ignore&dryRun=All`,
      widget('x', { size: 1, unknown: 1, free: { any: [1] } }),
    ),
    post('twice the same field, strictly', `${widgets}?fieldValidation=Strict`, undefined, {
      text: '{"apiVersion":"sample.dev/v1","kind":"Widget","metadata":{"name":"dup","bogus":1},"spec":{"size":1,"size":2}}',
    }),
    post('yaml', `${widgets}?dryRun=All`, undefined, {
      type: 'application/yaml',
      text: 'apiVersion: sample.dev/v1\nkind: Widget\nmetadata: {name: yaml}\nspec: {size: 7, port: http}\n',
    }),
    post(
      'everything that is right',
      `${widgets}?dryRun=All`,
      widget('right', {
        size: 50,
        mode: 'Big',
        even: 4,
        min: 2,
        ratio: 0.5,
        name: 'abc',
        when: '2026-01-01T00:00:00Z',
        ip: '10.0.0.1',
        cidr: '10.0.0.0/8',
        port: 80,
        tags: ['a'],
        one: { a: 'x' },
      }),
    ),
  ],
};
